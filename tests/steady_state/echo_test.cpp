// An echoed message does not touch the heap: bytes of the server in, through stream, entity, router, handler, entity
// and stream, bytes out.
#include "rondel/base/digest.hpp"
#include "rondel/base/encoding.hpp"
#include "rondel/service/hosted_entity.hpp"
#include "rondel/service/loop.hpp"
#include "rondel/service/parking.hpp"
#include "rondel/service/router.hpp"
#include "rondel/stream/component_stream.hpp"

#include <string>

#include "tests/support/heap.hpp"
#include <gtest/gtest.h>

namespace rondel {
namespace {

void echo(const Message& in, Entity& self) {
    if (auto text = in.body()) self.send(in.reply("echo: {}", *text));
}

task<> echo_in_a_task(const Message& in, Entity& self) {
    if (auto text = in.body()) self.send(in.reply("echo: {}", *text));
    co_return;
}

// What net::Component does, without the socket.
class Host : public Link {
  public:
    explicit Host(Router router)
        : stream_(stream::ComponentCredentials{"echo.localhost"_jid, "pass"}),
          entity_("echo.localhost"_jid, loop_.executor()) {
        entity_.take(std::move(router));
        stream_.start(now_);
        feed(
            "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' "
            "id='3BF96D32' "
            "from='echo.localhost'>");
        feed("<handshake/>");
    }

    // Reads inside the loop, as a host does: there Asio has memory for coroutines at hand.
    void feed_in_loop(std::string_view bytes) {
        executing::post(loop_.executor(), [this, bytes] { feed(bytes); });
        loop_.run_ready();
    }

    void feed(std::string_view bytes) {
        stream_.receive(bytes, now_);
        while (auto event = stream_.next_event()) {
            if (auto* received = std::get_if<stream::Received>(&*event))
                entity_.receive(std::move(received->stanza), now_);
            if (std::holds_alternative<stream::Opened>(*event)) entity_.opened(*this, now_);
        }
        written += stream_.output().size();
        last.assign(stream_.output().substr(0, last.capacity()));
        stream_.wrote(stream_.output().size());
        entity_.wrote(stream_.stanzas_written(), now_);
    }

    std::error_code transmit(Stanza& stanza) override { return stream_.send(stanza); }
    std::size_t backlog() const override { return stream_.backlog(); }
    const Ledger& ledger() const { return entity_.ledger(); }
    boost::asio::any_io_executor executor() { return loop_.executor(); }
    void run() { loop_.run_ready(); }

    std::size_t written = 0;
    std::string last = std::string(4096, ' ');

  private:
    Instant now_{std::chrono::hours(1)};
    Loop loop_;
    stream::ComponentStream stream_;
    HostedEntity entity_;
};

std::string message(std::size_t body) {
    return "<message from='romeo@example.net/orchard' to='echo.localhost' type='chat' id='a1b2c3d4'><body>" +
           std::string(body, 'x') + "</body></message>";
}

class SteadyState : public ::testing::TestWithParam<std::size_t> {};

TEST_P(SteadyState, an_echoed_message_does_not_touch_the_heap) {
    Router router;
    router.on_message(echo);
    Host host(std::move(router));
    std::string batch;
    for (int i = 0; i < 16; ++i) batch += message(GetParam());
    for (int i = 0; i < 16; ++i) host.feed(batch);
    ASSERT_EQ(host.ledger().received(), 256u);
    ASSERT_NE(host.last.find("<body>echo: xxx"), std::string::npos) << host.last;

    EXPECT_EQ(rondel::testing::allocations_of([&] {
                  for (int i = 0; i < 256; ++i) host.feed(batch);
              }),
              0u);
    EXPECT_EQ(host.ledger().issued(), 256u + 4096u);
}

// A task that ends without waiting costs no memory either: it has no turn, owes no answer, and its frame is used again.
TEST_P(SteadyState, a_message_that_a_task_echoes_does_not_touch_the_heap) {
    Router router;
    router.on_message(echo_in_a_task);
    Host host(std::move(router));
    std::string batch;
    for (int i = 0; i < 16; ++i) batch += message(GetParam());
    for (int i = 0; i < 16; ++i) host.feed_in_loop(batch);
    const auto feed_all = [&] {
        for (int i = 0; i < 256; ++i) host.feed(batch);
    };
    ASSERT_NE(host.last.find("<body>echo: xxx"), std::string::npos) << host.last;
    std::size_t allocations = 1;
    executing::post(host.executor(), [&] { allocations = rondel::testing::allocations_of(feed_all); });
    host.run();
    EXPECT_EQ(allocations, 0u);
    EXPECT_EQ(host.ledger().issued(), 256u + 4096u);
}

// Nor does a query that a task answers at once.
TEST(SteadyStateOfQueries, a_ping_does_not_touch_the_heap) {
    const std::string ping =
        "<iq from='romeo@example.net/orchard' to='echo.localhost' type='get' id='a1b2c3d4'>"
        "<ping xmlns='urn:xmpp:ping'/></iq>";
    Router plain;
    plain.answer(IqType::get, "ping", "urn:xmpp:ping", [](const Iq&) {});
    Router waiting;
    waiting.answer(IqType::get, "ping", "urn:xmpp:ping", [](const Iq&) -> task<> { co_return; });
    for (const Router& router : {plain, waiting}) {
        Host host(router);
        // Until the reader has learned what such look like, and what of them never differs.
        for (int i = 0; i < 128; ++i) host.feed_in_loop(ping);
        std::size_t allocations = 1;
        const auto feed_all = [&] {
            for (int i = 0; i < 256; ++i) host.feed(ping);
        };
        executing::post(host.executor(), [&] { allocations = rondel::testing::allocations_of(feed_all); });
        host.run();
        EXPECT_EQ(allocations, 0u);
        EXPECT_EQ(host.ledger().iqs_replied(), 128u + 256u);
    }
}

// Cut in two by the reads, every one of them.
TEST(SteadyStateInPieces, a_message_that_comes_in_pieces_does_not_touch_the_heap) {
    Router router;
    router.on_message(echo);
    Host host(std::move(router));
    const std::string whole = message(100);
    const auto in_two = [&] {
        for (std::size_t cut = 1; cut < whole.size(); ++cut) {
            host.feed(std::string_view(whole).substr(0, cut));
            host.feed(std::string_view(whole).substr(cut));
        }
    };
    for (int i = 0; i < 3; ++i) in_two();
    EXPECT_EQ(rondel::testing::allocations_of(in_two), 0u);
}

INSTANTIATE_TEST_SUITE_P(Sizes, SteadyState, ::testing::Values(16, 1024, 4096));

}  // namespace
}  // namespace rondel
