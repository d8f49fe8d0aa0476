// The in-process host on a running switchboard.
#include "rondel/server/attachment.hpp"

#include "rondel/service/loop.hpp"
#include "rondel/xep/version.hpp"

#include <gmock/gmock.h>

namespace rondel::server {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::SizeIs;

struct Listener final : Party {
    void deliver(Stanza stanza) override { heard.push_back(std::move(stanza)); }
    std::vector<Stanza> heard;
};

class AttachmentTest : public ::testing::Test {
  protected:
    AttachmentTest() { board.attach("romeo@example.net/orchard"_jid, romeo); }
    ~AttachmentTest() override { board.detach("romeo@example.net/orchard"_jid); }

    AttachmentOptions options() {
        AttachmentOptions made;
        made.clock = [this] { return now; };
        return made;
    }
    void say(Stanza stanza) {
        stanza.set_from("romeo@example.net/orchard"_jid);
        board.route(std::move(stanza));
    }

    Instant now = Instant(24h);
    Loop loop;
    Switchboard board;
    Listener romeo;
};

Router echo() {
    Router router;
    router.on_message([](const Message& in, Entity& self) {
        if (auto text = in.body()) self.send(in.reply("echo: {}", *text));
    });
    return router;
}

TEST_F(AttachmentTest, it_answers_for_its_whole_domain_and_not_inside_the_call) {
    Attachment host(board, "echo.localhost"_jid, echo(), loop.executor(), options());
    say(Message("anyone@echo.localhost/x"_jid, "Wherefore?"));
    EXPECT_THAT(romeo.heard, SizeIs(0));
    loop.run_ready();
    ASSERT_THAT(romeo.heard, SizeIs(1));
    EXPECT_EQ(romeo.heard[0].from(), "anyone@echo.localhost/x"_jid);
    EXPECT_EQ(Message(std::move(romeo.heard[0])).body(), "echo: Wherefore?");
}

TEST_F(AttachmentTest, iqs_are_answered_or_refused) {
    Router router;
    version::install(router, {.name = "rondel echo", .version = "1"});
    Attachment host(board, "echo.localhost"_jid, std::move(router), loop.executor(), options());
    Iq known(IqType::get, "echo.localhost"_jid);
    known.add("query", "jabber:iq:version");
    known.set_id("1");
    say(std::move(known));
    Iq unknown(IqType::get, "echo.localhost"_jid);
    unknown.add("query", "urn:example:unknown");
    unknown.set_id("2");
    say(std::move(unknown));
    loop.run_ready();
    ASSERT_THAT(romeo.heard, SizeIs(2));
    EXPECT_EQ(romeo.heard[0].type(), "result");
    EXPECT_EQ(romeo.heard[1].type(), "error");
}

TEST_F(AttachmentTest, an_address_has_one_entity) {
    Attachment host(board, "echo.localhost"_jid, echo(), loop.executor(), options());
    EXPECT_THROW(Attachment(board, "echo.localhost"_jid, echo(), loop.executor(), options()), std::invalid_argument);
    EXPECT_THROW(Attachment(board, Jid(), echo(), loop.executor(), options()), std::invalid_argument);
    EXPECT_THROW(Attachment(board, "other.localhost"_jid, echo(), loop.executor()), std::invalid_argument);
    say(Message("echo.localhost"_jid, "still there?"));
    loop.run_ready();
    EXPECT_THAT(romeo.heard, SizeIs(1));
}

// The accounting contract: who dies owes nobody anything.
TEST_F(AttachmentTest, what_it_did_not_answer_is_bounced_when_it_ends) {
    {
        Router router;
        router.answer(IqType::get, "query", "urn:example:slow", [](const Iq&, Entity& self) -> task<> {
            co_await self.sleep(1h);
            throw StanzaError(Condition::internal_server_error);
        });
        Attachment host(board, "slow.localhost"_jid, std::move(router), loop.executor(), options());
        Iq request(IqType::get, "slow.localhost"_jid);
        request.add("query", "urn:example:slow");
        request.set_id("1");
        say(std::move(request));
        loop.run_ready();
        EXPECT_THAT(romeo.heard, SizeIs(0));
    }
    loop.run_ready();
    ASSERT_THAT(romeo.heard, SizeIs(1));
    EXPECT_EQ(romeo.heard[0].type(), "error");
    EXPECT_FALSE(board.is_taken("slow.localhost"));
}

TEST_F(AttachmentTest, T_LEDGER_what_it_did_not_hear_is_bounced_when_it_ends) {
    {
        Attachment host(board, "echo.localhost"_jid, echo(), loop.executor(), options());
        say(Message("echo.localhost"_jid, "heard"));
        loop.run_ready();
        say(Message("echo.localhost"_jid, "unheard"));
        Iq request(IqType::get, "echo.localhost"_jid);
        request.add("query", "urn:example:any");
        request.set_id("1");
        say(std::move(request));
    }
    loop.run_ready();
    ASSERT_THAT(romeo.heard, SizeIs(3));
    EXPECT_NE(romeo.heard[0].type(), "error");
    EXPECT_EQ(romeo.heard[1].type(), "error");
    EXPECT_EQ(romeo.heard[2].type(), "error");
    EXPECT_NE(romeo.heard[1].kind(), romeo.heard[2].kind()) << "each once";
}

TEST_F(AttachmentTest, its_deadlines_are_those_of_its_entity) {
    Attachment host(board, "echo.localhost"_jid, echo(), loop.executor(), options());
    int told = 0;
    host.on_deadline([&] { ++told; });
    EXPECT_EQ(host.deadline(), never);
    bool rang = false;
    host.entity().after(5s, [&] { rang = true; });
    EXPECT_GE(told, 1);
    EXPECT_LE(host.deadline(), now + 6s);
    while (!rang && host.deadline() <= now + 6s) {
        now = std::max(now, host.deadline());
        host.expire(now);
        loop.run_ready();
    }
    EXPECT_TRUE(rang);
}

TEST_F(AttachmentTest, it_drains) {
    Attachment host(board, "echo.localhost"_jid, echo(), loop.executor(), options());
    host.entity().send(Message("romeo@example.net/orchard"_jid, "Goodbye"));
    bool drained = false;
    host.drain([&] { drained = true; });
    loop.run_ready();
    EXPECT_TRUE(drained);
    EXPECT_THAT(romeo.heard, SizeIs(1));
}

// Somebody slow at the switchboard: it is in a jam as long as the test says so.
struct Slow final : Party {
    explicit Slow(Switchboard& board) : intake(board.jams()) {}
    void deliver(Stanza stanza) override {
        heard.push_back(std::move(stanza));
        intake.measure(100'000'000);
    }
    std::shared_ptr<Jam> jam() const override { return intake.jam(); }
    Intake intake;
    std::vector<Stanza> heard;
};

TEST_F(AttachmentTest, F05_it_is_held_back_for_somebody_slow_and_loses_nothing) {
    Slow slow(board);
    board.attach("slow.localhost"_jid, slow);
    AttachmentOptions small = options();
    small.entity.queue_stanzas = 8;
    Attachment host(board, "fast.localhost"_jid, Router(), loop.executor(), small);
    int sooner = 0;
    host.on_deadline([&] { ++sooner; });
    int accepted = 0;
    for (int i = 0; i < 100; ++i) {
        accepted += host.entity().send(Message("slow.localhost"_jid, std::to_string(i))) ? 1 : 0;
        loop.run_ready();
    }
    EXPECT_LT(slow.heard.size(), 5u);
    EXPECT_LT(accepted, 15) << "its producer is told";
    EXPECT_GE(sooner, 1);
    EXPECT_EQ(host.deadline(), now + board.jams().patience);
    slow.intake.measure(0);  // it has read all
    slow.intake.measure(100'000'000);
    loop.run_ready();
    EXPECT_GT(slow.heard.size(), 1u);
    // Not for ever, either.
    while (host.deadline() != never) {
        now = std::max(now, host.deadline());
        host.expire(now);
        loop.run_ready();
    }
    EXPECT_EQ(slow.heard.size(), static_cast<std::size_t>(accepted));
    board.detach("slow.localhost"_jid);
}

TEST_F(AttachmentTest, F05_who_sends_to_a_slow_entity_is_to_wait) {
    Attachment host(board, "echo.localhost"_jid, echo(), loop.executor(), options());
    const std::string text(100'000, 'x');
    std::shared_ptr<Jam> met;
    int said = 0;
    for (; met == nullptr && said < 1000; ++said) {
        say(Message("echo.localhost"_jid, text));
        met = board.take_jam();
    }
    ASSERT_NE(met, nullptr);
    EXPECT_LE(static_cast<std::size_t>(said) * text.size(), 5 * board.jams().high_water);
    loop.run_ready();
    EXPECT_TRUE(met->is_over()) << "it has heard all of it";
    EXPECT_THAT(romeo.heard, SizeIs(said)) << "nothing was refused";
}

TEST_F(AttachmentTest, F05_what_waits_for_an_entity_is_bounded_in_bytes) {
    Attachment host(board, "echo.localhost"_jid, echo(), loop.executor(), options());
    for (int i = 0; i < 500; ++i) say(Message("echo.localhost"_jid, std::string(100'000, 'x')));
    EXPECT_GT(romeo.heard.size(), 100u) << "50 MB would be too much";
    for (const Stanza& error : romeo.heard)
        EXPECT_EQ(StanzaError::parse(error.payload("error", xml::stanza_ns)).condition(),
                  Condition::resource_constraint);
}

TEST_F(AttachmentTest, F05_whoever_is_not_heard_out_is_told) {
    Attachment host(board, "echo.localhost"_jid, echo(), loop.executor(), options());
    for (int i = 0; i < 10'001; ++i) say(Message("echo.localhost"_jid, "x"));
    ASSERT_THAT(romeo.heard, SizeIs(1));
    EXPECT_EQ(romeo.heard[0].type(), "error");
}

}  // namespace
}  // namespace rondel::server
