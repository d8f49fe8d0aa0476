#include "rondel/net/run_through.hpp"

#include <new>
#include <string>

#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

namespace rondel::net {
namespace {

TEST(RunThrough, F10_the_loop_goes_on_where_one_operation_lacks_memory) {
    boost::asio::io_context io;
    std::string said;
    bool went_on = false;
    boost::asio::post(io, [] { throw std::bad_alloc(); });
    boost::asio::post(io, [&] { went_on = true; });
    run_through(io, [&](LogLevel, std::string_view sentence) { said = sentence; });
    EXPECT_TRUE(went_on);
    EXPECT_NE(said.find("no memory"), std::string::npos) << said;
}

TEST(RunThrough, what_else_is_thrown_comes_out) {
    boost::asio::io_context io;
    boost::asio::post(io, [] { throw std::string("a mistake"); });
    EXPECT_THROW(run_through(io, {}), std::string);
}

}  // namespace
}  // namespace rondel::net
