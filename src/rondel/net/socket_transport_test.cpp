// Reading what lies ready, and what is told of how a connection ended.
#include "rondel/net/socket_transport.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

namespace rondel::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

// One end is a transport, the other a socket of which each call waits until it is done.
class ReadNow : public testing::Test {
  protected:
    void SetUp() override {
        tcp::acceptor acceptor(io_, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
        peer_.connect(acceptor.local_endpoint());
        ours_ = make_transport(acceptor.accept());
    }

    void say(std::string_view text) { asio::write(peer_, asio::buffer(text.data(), text.size())); }
    void reset() {
        peer_.set_option(asio::socket_base::linger(true, 0));
        peer_.close();
    }
    // What stands there comes at once on loopback, but nobody promises that.
    std::string read_now_until_there_is_something() {
        for (int i = 0; i < 1'000'000; ++i)
            if (const auto size = ours_->read_now(room_); size && *size != 0) return {room_.data(), *size};
        return {};
    }
    struct Read {
        std::error_code error;
        std::size_t size;
    };
    Read read() {
        std::optional<Read> came;
        ours_->read(room_, [&](std::error_code error, std::size_t size) { came = Read{error, size}; });
        EXPECT_FALSE(came) << "no callback runs inside the call that asked for it";
        io_.restart();
        while (!came) io_.run_one();
        return *came;
    }

    asio::io_context io_;
    tcp::socket peer_{io_};
    std::unique_ptr<Transport> ours_;
    std::array<char, 100> room_;
};

TEST_F(ReadNow, brings_what_is_there_and_does_not_wait) {
    EXPECT_EQ(ours_->read_now(room_), 0U);
    say("<presence/>");
    EXPECT_EQ(read_now_until_there_is_something(), "<presence/>");
    EXPECT_EQ(ours_->read_now(room_), 0U);
}

TEST_F(ReadNow, leaves_an_end_in_order_to_read) {
    peer_.close();
    for (int i = 0; i < 1000; ++i) EXPECT_EQ(ours_->read_now(room_), 0U);
    const Read end = read();
    EXPECT_FALSE(end.error);
    EXPECT_EQ(end.size, 0U);
}

TEST_F(ReadNow, leaves_a_reset_to_read) {
    say("x");
    EXPECT_EQ(read_now_until_there_is_something(), "x");
    reset();
    for (int i = 0; i < 1000; ++i) EXPECT_EQ(ours_->read_now(room_), 0U);
    EXPECT_EQ(read().error, std::errc::connection_reset);
    EXPECT_EQ(read().error, std::errc::connection_reset) << "also when it is asked again";
}

TEST_F(ReadNow, tells_nothing_after_the_end) {
    reset();
    for (int i = 0; i < 1000; ++i) ours_->read_now(room_);
    ours_->read(room_, [](std::error_code, std::size_t) { ADD_FAILURE(); });
    ours_->close();
    io_.poll();
}

class WakesFrom : public ReadNow {
  protected:
    void wait() {
        ours_->read(room_, [&](std::error_code error, std::size_t size) { came_ = Read{error, size}; });
    }
    // What stands there comes at once on loopback, as above.
    bool is_told(int polls) {
        for (; !came_ && polls > 0; --polls) io_.restart(), io_.poll();
        return came_.has_value();
    }
    std::optional<Read> came_;
};

TEST_F(WakesFrom, so_many_bytes_on) {
    ASSERT_TRUE(ours_->wakes_from(room_.size()));
    wait();
    say(std::string(room_.size() - 1, 'x'));
    EXPECT_FALSE(is_told(1'000));
    say("y");
    ASSERT_TRUE(is_told(1'000'000));
    EXPECT_EQ(came_->size, room_.size());
}

TEST_F(WakesFrom, what_is_there_is_told_if_it_is_enough_now) {
    ASSERT_TRUE(ours_->wakes_from(room_.size()));
    wait();
    say("x");
    EXPECT_FALSE(is_told(1'000));
    ASSERT_TRUE(ours_->wakes_from(1));
    ASSERT_TRUE(is_told(1'000'000));
    EXPECT_EQ(came_->size, 1U);
}

TEST_F(WakesFrom, an_end_is_told_behind_what_came_before_however_little) {
    ASSERT_TRUE(ours_->wakes_from(room_.size()));
    wait();
    say("x");
    EXPECT_FALSE(is_told(1'000));
    peer_.close();
    ASSERT_TRUE(is_told(1'000'000));
    EXPECT_EQ(came_->size, 1U);
    EXPECT_EQ(read().size, 0U);
}

TEST_F(WakesFrom, read_now_brings_less) {
    ASSERT_TRUE(ours_->wakes_from(room_.size()));
    say("x");
    EXPECT_EQ(read_now_until_there_is_something(), "x");
}

TEST_F(WakesFrom, whoever_takes_the_socket_has_it_as_it_was) {
    ASSERT_TRUE(ours_->wakes_from(room_.size()));
    auto socket = take_socket(*ours_);
    ASSERT_TRUE(socket);
    asio::socket_base::receive_low_watermark bytes;
    socket->get_option(bytes);
    EXPECT_EQ(bytes.value(), 1);
}

TEST_F(WakesFrom, a_UNIX_socket_tells_of_each) {
    asio::local::stream_protocol::socket one(io_), other(io_);
    asio::local::connect_pair(one, other);
    EXPECT_FALSE(make_transport(std::move(one))->wakes_from(100));
}

}  // namespace
}  // namespace rondel::net
