// When a connection writes: after each block that it read, or, while much more has come already, after a few of them.
#include "rondel/net/connection.hpp"
#include "rondel/stanza/message.hpp"
#include "rondel/stream/component_stream.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

namespace rondel::net {
namespace {

constexpr std::size_t block = 16 * 1024;

enum class ReadsNow { no, yes };

// A transport that has some bytes to give, the first of them by themselves, and takes all that it gets.
class Script final : public Transport {
  public:
    Script(boost::asio::io_context& io, std::string first, std::string rest, ReadsNow reads_now)
        : io_(io), left_(std::move(first)), rest_(std::move(rest)), reads_now_(reads_now) {}

    void read(std::span<char> into, ReadCallback done) override {
        if (left_.empty()) return;
        ++turns;
        boost::asio::post(io_, [done = std::move(done), size = give(into)] { done({}, size); });
    }
    std::optional<std::size_t> read_now(std::span<char> into) override {
        return reads_now_ == ReadsNow::yes ? std::optional(give(into)) : std::nullopt;
    }
    std::size_t pending() const override { return left_.size(); }
    Result<std::size_t> write(std::string_view bytes) override {
        writes.push_back(bytes.size());
        written += bytes;
        return bytes.size();
    }
    void on_writable(std::function<void()>) override {}
    void end_output() override {}
    void close() override {}
    bool secure() const override { return true; }
    std::string description() const override { return "a script"; }

    std::vector<std::size_t> writes;
    std::string written;
    std::size_t turns = 0;  // of the loop, that brought something

  private:
    std::size_t give(std::span<char> into) {
        const std::size_t size = std::min(into.size(), left_.size());
        std::memcpy(into.data(), left_.data(), size);
        left_.erase(0, size);
        if (left_.empty()) left_ = std::exchange(rest_, {});
        return size;
    }

    boost::asio::io_context& io_;
    std::string left_;
    std::string rest_;
    ReadsNow reads_now_;
};

struct Echo final : ConnectionOwner {
    void on_event(stream::Event& event, Instant) override {
        if (auto* received = std::get_if<stream::Received>(&event)) {
            const Message message(std::move(received->stanza));
            for (const Instant until = Clock::now() + handling; Clock::now() < until;) {
            }
            EXPECT_FALSE(connection->stream().send(message.reply(*message.body())));
        }
    }
    void on_written(Instant) override {}
    void on_finished() override {}
    bool wants_to_read() const override { return true; }
    void expire(Instant) override {}
    Instant deadline() const override { return never; }

    Connection* connection = nullptr;
    Duration handling = {};  // of a message
};

struct Outcome {
    std::vector<std::size_t> writes;  // sizes, those of the handshake left out
    std::size_t replies = 0;
    std::size_t turns = 0;
};

struct How {
    std::size_t size = 1024;  // of a message
    ReadsNow reads_now = ReadsNow::no;
    Duration handling = {};
    Duration at_a_stretch = ConnectionOptions().at_a_stretch;
};

Outcome echo(std::size_t messages, How how = {}) {
    const std::string first =
        "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' "
        "from='echo.localhost' id='1'><handshake/>";
    const std::string message = "<message from='romeo@localhost/orchard' to='echo.localhost' type='chat'><body>" +
                                std::string(how.size - 88, 'x') + "</body></message>";
    std::string rest;
    for (std::size_t i = 0; i < messages; ++i) rest += message;

    boost::asio::io_context io;
    Echo owner;
    owner.handling = how.handling;
    auto script = std::make_unique<Script>(io, first, rest, how.reads_now);
    Script& transport = *script;
    stream::ComponentCredentials who{"echo.localhost"_jid, "pass"};
    ConnectionOptions options;
    options.at_a_stretch = how.at_a_stretch;
    Connection connection(io.get_executor(), std::move(script),
                          std::make_unique<stream::ComponentStream>(std::move(who), stream::StreamOptions()), owner,
                          options);
    owner.connection = &connection;
    connection.start();
    io.poll();

    Outcome outcome;
    outcome.turns = transport.turns;
    const std::size_t first_answer = transport.written.find("<message");
    std::size_t before = 0;
    for (const std::size_t one : transport.writes) {
        if (before >= first_answer) outcome.writes.push_back(one);
        before += one;
    }
    for (std::size_t at = first_answer; at != std::string::npos; at = transport.written.find("<message", at + 1))
        ++outcome.replies;
    return outcome;
}

TEST(HoldingBack, writes_after_each_block_while_little_is_to_come) {
    const Outcome outcome = echo(36);  // a little more than two blocks
    EXPECT_EQ(outcome.replies, 36U);
    ASSERT_EQ(outcome.writes.size(), 3U);
    for (std::size_t i = 0; i < 2; ++i) EXPECT_NEAR(static_cast<double>(outcome.writes[i]), block, 2048) << i;
}

TEST(HoldingBack, takes_more_at_once_where_more_is_there_and_writes_after_it) {
    const Outcome outcome = echo(60);  // just less than four blocks
    EXPECT_EQ(outcome.replies, 60U);
    ASSERT_EQ(outcome.writes.size(), 2U);
    EXPECT_NEAR(static_cast<double>(outcome.writes[0]), block, 2048);
    EXPECT_GT(outcome.writes[1], 40U * 1024);
}

TEST(HoldingBack, writes_after_a_few_blocks_while_much_is_to_come) {
    const Outcome outcome = echo(1000);
    EXPECT_EQ(outcome.replies, 1000U);
    EXPECT_GE(*std::ranges::max_element(outcome.writes), 128U * 1024);
    EXPECT_LE(*std::ranges::max_element(outcome.writes), 208U * 1024);
    EXPECT_LE(outcome.writes.size(), 12U);
    // The last of them do not wait, so that the other side need not wait for all of them.
    EXPECT_LE(outcome.writes.back(), 80U * 1024);
}

TEST(HoldingBack, writes_large_stanzas_after_each_block) {
    const Outcome outcome = echo(100, {.size = block});
    EXPECT_EQ(outcome.replies, 100U);
    EXPECT_LE(*std::ranges::max_element(outcome.writes), 80U * 1024);
}

TEST(HoldingBack, what_lies_ready_behind_a_full_block_is_read_without_a_turn_of_the_loop) {
    const How ready{.reads_now = ReadsNow::yes, .at_a_stretch = std::chrono::hours(1)};  // however slow this machine is
    for (const std::size_t messages : {36U, 60U, 1000U}) {
        const Outcome by_turns = echo(messages);
        const Outcome at_once = echo(messages, ready);
        EXPECT_EQ(at_once.replies, messages);
        EXPECT_EQ(at_once.writes, by_turns.writes);
        EXPECT_LT(at_once.turns, by_turns.turns);
    }
}

TEST(HoldingBack, but_not_for_long_as_others_wait_for_the_loop) {
    const How slow{.size = block / 2, .handling = std::chrono::milliseconds(1)};
    How slow_but_ready = slow;
    slow_but_ready.reads_now = ReadsNow::yes;
    EXPECT_EQ(echo(20, slow_but_ready).turns, echo(20, slow).turns);
}

}  // namespace
}  // namespace rondel::net
