// An event loop for tests that really connect, on loopback: it runs until what the test waits for has happened, or for
// ten seconds.
#pragma once

#include <chrono>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace rondel::testing {

class LoopbackTest : public ::testing::Test {
  protected:
    template <class Condition>
    [[nodiscard]] bool until(Condition happened) {
        const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        while (!happened()) {
            if (std::chrono::steady_clock::now() > limit) return false;
            io.restart();
            io.run_one_for(std::chrono::milliseconds(50));
        }
        return true;
    }

    boost::asio::io_context io;
};

}  // namespace rondel::testing
