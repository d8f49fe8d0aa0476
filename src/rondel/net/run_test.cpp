// run() ends its event loop before the component ends that it was given: nothing of the component may still hold on to
// the loop's timers then. AddressSanitizer saw that it did, in every run of `rondel echo`.
#include "rondel/net/run.hpp"

#include <csignal>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace rondel {
namespace {

ComponentOptions quiet(std::string domain) {
    ComponentOptions options;
    options.domain = std::move(domain);
    options.secret = "secret";
    options.server = "127.0.0.1:1";  // nobody listens there
    options.log = [](LogLevel, std::string_view) {};
    return options;
}

TEST(Run, component_outlives_the_loop_when_its_options_are_wrong) {
    EXPECT_EQ(run(Component(quiet("not a domain/at all"), Router())), 1);
}

TEST(Run, component_outlives_the_loop_when_the_server_is_down) {
    ComponentOptions options = quiet("echo.localhost");
    options.reconnect = false;
    EXPECT_EQ(run(Component(std::move(options), Router())), 1);
}

TEST(Run, component_outlives_the_loop_when_a_signal_ends_it_between_attempts) {
    ComponentOptions options = quiet("echo.localhost");
    options.log = [](LogLevel level, std::string_view) {
        if (level == LogLevel::warning) std::raise(SIGTERM);  // "No connection …, trying again"
    };
    EXPECT_EQ(run(Component(std::move(options), Router())), 0);
}

}  // namespace
}  // namespace rondel
