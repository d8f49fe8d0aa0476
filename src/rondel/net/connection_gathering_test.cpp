// A connection that pauses while pieces gather (net/gathering.hpp): nothing is lost, and none of what may happen
// meanwhile is missed. The peer is played by hand.
#include "rondel/net/connection.hpp"
#include "rondel/net/socket_transport.hpp"
#include "rondel/stanza/message.hpp"
#include "rondel/stream/component_stream.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/loopback.hpp"
#include <boost/asio/post.hpp>

namespace rondel::net {
namespace {

constexpr Duration for_ever = std::chrono::hours(1);
constexpr Duration short_pause = std::chrono::milliseconds(30);

// What the peer and the transport do outlives the transport.
struct Wire {
    std::string to_come;
    std::string written;
    std::vector<std::size_t> wakes_from = {1};
    std::span<char> into;
    ReadCallback reader;
    bool ended = false;
    bool closed = false;
    bool can_wake_late = true;
    int asked_to_wake_late = 0;
};

class ByHand final : public Transport {
  public:
    ByHand(boost::asio::io_context& io, Wire& wire) : io_(io), wire_(wire) {}
    ~ByHand() override { close(); }

    void read(std::span<char> into, ReadCallback done) override {
        wire_.into = into;
        wire_.reader = std::move(done);
        look();
    }
    std::optional<std::size_t> read_now(std::span<char> into) override { return take(into); }
    bool wakes_from(std::size_t bytes) override {
        ++wire_.asked_to_wake_late;
        if (!wire_.can_wake_late) return false;
        wire_.wakes_from.push_back(bytes);
        look();
        return true;
    }
    Result<std::size_t> write(std::string_view bytes) override {
        wire_.written += bytes;
        return bytes.size();
    }
    void on_writable(std::function<void()>) override {}
    void end_output() override {}
    void close() override {
        wire_.reader = nullptr;
        wire_.closed = true;
    }
    bool secure() const override { return true; }
    std::string description() const override { return "somebody's hand"; }

    // As a socket would.
    void look() {
        if (!wire_.reader || (wire_.to_come.size() < wire_.wakes_from.back() && !wire_.ended)) return;
        boost::asio::post(io_,
                          [done = std::exchange(wire_.reader, nullptr), size = take(wire_.into)] { done({}, size); });
    }

  private:
    std::size_t take(std::span<char> into) {
        const std::size_t size = std::min(into.size(), wire_.to_come.size());
        std::memcpy(into.data(), wire_.to_come.data(), size);
        wire_.to_come.erase(0, size);
        return size;
    }

    boost::asio::io_context& io_;
    Wire& wire_;
};

struct Echo final : ConnectionOwner {
    void on_event(stream::Event& event, Instant) override {
        if (auto* over = std::get_if<stream::Closed>(&event)) closed = std::move(*over);
        auto* received = std::get_if<stream::Received>(&event);
        if (received == nullptr) return;
        const Message message(std::move(received->stanza));
        EXPECT_EQ(*message.body(), std::to_string(answered++));
        EXPECT_FALSE(connection->stream().send(message.reply(*message.body())));
    }
    void on_written(Instant) override {}
    void on_finished() override { finished = true; }
    bool wants_to_read() const override { return true; }
    void expire(Instant) override {}
    Instant deadline() const override { return never; }

    Connection* connection = nullptr;
    int answered = 0;
    bool finished = false;
    std::optional<stream::Closed> closed;
};

class ConnectionGathering : public rondel::testing::LoopbackTest {
  protected:
    void begin(Duration pause) {
        auto made = std::make_unique<ByHand>(io, wire);
        transport = made.get();
        options.pause = pause;
        options.linger = std::chrono::milliseconds(20);
        stream::ComponentCredentials who{"echo.localhost"_jid, "pass"};
        connection = std::make_unique<Connection>(
            io.get_executor(), std::move(made),
            std::make_unique<stream::ComponentStream>(std::move(who), stream_options), owner, options);
        owner.connection = connection.get();
        connection->start();
        say("<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' "
            "from='echo.localhost' id='1'>");
        io.restart(), io.poll();
        say("<handshake/>");
        io.restart(), io.poll();
    }
    void say(const std::string& text) {
        wire.to_come += text;
        if (connection && !wire.ended) transport->look();
    }
    void say_messages(int count) {
        for (; count > 0; --count)
            say("<message from='romeo@localhost/orchard' to='echo.localhost' type='chat'><body>" +
                std::to_string(said++) + "</body></message>");
    }
    void say_a_thousand_each_answered_at_once() {
        for (int i = 0; i < 1'000; ++i) {
            say_messages(1);
            io.restart(), io.poll();
            ASSERT_EQ(owner.answered, said);
        }
    }
    bool nothing_is_waited_for() {
        io.restart(), io.run_for(std::chrono::seconds(10));
        return io.stopped();
    }
    bool is_late() const { return wire.wakes_from.back() > 1; }
    // One by one, each once the one before is answered.
    void say_until_it_pauses() {
        while (!is_late() && said < 1'000) {
            say_messages(1);
            io.restart(), io.poll();
        }
        ASSERT_TRUE(is_late());
        ASSERT_EQ(owner.answered, said);
        ASSERT_FALSE(wire.reader) << "nobody waits for bytes";
    }

    ConnectionOptions options;
    stream::StreamOptions stream_options;
    Wire wire;
    Echo owner;
    std::unique_ptr<Connection> connection;
    ByHand* transport = nullptr;
    int said = 0;
};

TEST_F(ConnectionGathering, what_comes_in_a_pause_is_taken_at_its_end) {
    begin(short_pause);
    say_until_it_pauses();
    for (int i = 0; i < 100; ++i) {
        say_messages(5);
        ASSERT_TRUE(until([&] { return owner.answered == said; })) << i;
    }
    EXPECT_FALSE(owner.closed);
}

TEST_F(ConnectionGathering, and_needs_no_word_from_the_transport_for_that) {
    begin(std::chrono::milliseconds(500));
    say_until_it_pauses();
    say_messages(10);
    ASSERT_TRUE(until([&] { return owner.answered == said; }));
    EXPECT_TRUE(is_late());
    EXPECT_EQ(wire.wakes_from.size(), 2U);
}

TEST_F(ConnectionGathering, nothing_is_read_before) {
    begin(for_ever);
    say_until_it_pauses();
    const int before = owner.answered;
    say_messages(10);
    connection->touched();
    io.restart(), io.poll();
    EXPECT_EQ(owner.answered, before);
}

TEST_F(ConnectionGathering, what_is_to_be_said_goes_out_meanwhile) {
    begin(for_ever);
    say_until_it_pauses();
    Message message("juliet@localhost"_jid, "meanwhile");
    message.set_from("echo.localhost"_jid);
    EXPECT_FALSE(connection->stream().send(message));
    connection->touched();
    io.restart(), io.poll();
    EXPECT_NE(wire.written.find("meanwhile"), std::string::npos);
}

TEST_F(ConnectionGathering, who_says_nothing_more_is_waited_for_as_before) {
    begin(short_pause);
    say_until_it_pauses();
    ASSERT_TRUE(until([&] { return wire.reader != nullptr; }));
    EXPECT_FALSE(is_late());
    say_messages(1);
    io.restart(), io.poll();
    EXPECT_EQ(owner.answered, said);
}

TEST_F(ConnectionGathering, who_waits_for_each_answer_soon_has_them_at_once) {
    begin(short_pause);
    say_until_it_pauses();
    for (int i = 0; i < 30; ++i) {
        say_messages(1);
        ASSERT_TRUE(until([&] { return owner.answered == said; })) << i;
    }
    EXPECT_FALSE(is_late());
}

TEST_F(ConnectionGathering, an_end_is_told_after_all_that_came_before) {
    begin(short_pause);
    say_until_it_pauses();
    say_messages(10);
    wire.ended = true;
    ASSERT_TRUE(until([&] { return owner.finished; }));
    EXPECT_EQ(owner.answered, said);
    EXPECT_EQ(owner.closed->cause, stream::CloseCause::connection_lost);
}

TEST_F(ConnectionGathering, we_can_end_meanwhile) {
    stream_options.closing = std::chrono::milliseconds(20);
    begin(for_ever);
    say_until_it_pauses();
    connection->stream().close(Clock::now());
    connection->touched();
    ASSERT_TRUE(until([&] { return owner.finished; }));
    EXPECT_TRUE(wire.written.ends_with("</stream:stream>"));
    EXPECT_TRUE(nothing_is_waited_for());
}

TEST_F(ConnectionGathering, and_then_hear_the_other_side_end) {
    begin(short_pause);
    say_until_it_pauses();
    connection->stream().close(Clock::now());
    connection->touched();
    say("</stream:stream>");
    wire.ended = true;
    ASSERT_TRUE(until([&] { return owner.finished; }));
    EXPECT_EQ(owner.closed->cause, stream::CloseCause::closed_by_us);
}

TEST_F(ConnectionGathering, a_connection_that_is_destroyed_meanwhile_does_nothing_any_more) {
    begin(for_ever);
    say_until_it_pauses();
    const int before = owner.answered;
    say_messages(1);
    connection.reset();
    EXPECT_TRUE(nothing_is_waited_for());
    EXPECT_EQ(owner.answered, before);
}

TEST_F(ConnectionGathering, a_transport_that_tells_of_each_piece_is_asked_for_nothing_else) {
    wire.can_wake_late = false;
    begin(short_pause);
    say_a_thousand_each_answered_at_once();
    EXPECT_EQ(wire.asked_to_wake_late, 1);
}

TEST_F(ConnectionGathering, one_of_many_is_told_of_each_piece) {
    options.one_of_many = true;
    begin(short_pause);
    say_a_thousand_each_answered_at_once();
    EXPECT_EQ(wire.asked_to_wake_late, 0);
}

// The kernel refuses nothing there; if it did, we would have to look by ourselves.
TEST_F(ConnectionGathering, one_that_does_not_go_back_is_looked_after) {
    begin(short_pause);
    say_until_it_pauses();
    wire.can_wake_late = false;
    for (int i = 0; i < 10; ++i) {
        say_messages(1);
        ASSERT_TRUE(until([&] { return owner.answered == said; })) << i;
    }
}

}  // namespace
}  // namespace rondel::net
