#include "rondel/server/local.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rondel::server {
namespace {

using namespace rondel::literals;
using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

void echo(const Message& in, Entity& self) {
    if (auto said = in.body()) self.send(in.reply("echo: {}", *said));
}

Router echo_router() {
    Router router;
    router.on_message(echo);
    return router;
}

std::vector<std::string> bodies(Local& local, Entity& entity) {
    std::vector<std::string> found;
    for (Stanza& stanza : std::exchange(local.received(entity), {}))
        if (stanza.kind() == StanzaKind::message) found.emplace_back(Message(std::move(stanza)).body().value_or("-"));
    return found;
}

// "service-unavailable from nobody@example.net", of each error received.
std::vector<std::string> errors(Local& local, Entity& entity) {
    std::vector<std::string> found;
    for (const Stanza& stanza : std::exchange(local.received(entity), {}))
        if (stanza.is_error()) {
            const StanzaError error = StanzaError::parse(stanza.payload("error", xml::stanza_ns));
            found.push_back(std::string(to_string(error.condition())) + " from " + std::string(stanza.from().str()));
        }
    return found;
}

Iq ping(JidView to) {
    Iq iq(IqType::get, to);
    iq.add("ping", "urn:xmpp:ping");
    return iq;
}

TEST(Local, carries_the_echo_there_and_back) {
    Local local;
    local.attach("echo.example.com"_jid, echo_router());
    Entity& romeo = local.attach("romeo@example.net/orchard"_jid);
    romeo.send(Message("echo.example.com"_jid, "Wherefore?"));
    EXPECT_EQ(local.pending(), 1u);
    EXPECT_THAT(local.received(romeo), IsEmpty()) << "Nothing is delivered inside a call.";
    local.settle();
    EXPECT_EQ(local.pending(), 0u);
    ASSERT_EQ(local.received(romeo).size(), 1u);
    EXPECT_EQ(local.received(romeo)[0].from(), "echo.example.com"_jid);
    EXPECT_EQ(local.received(romeo)[0].to(), "romeo@example.net/orchard"_jid);
    EXPECT_THAT(bodies(local, romeo), ElementsAre("echo: Wherefore?"));
}

TEST(Local, a_component_is_given_every_address_of_its_domain) {
    Local local;
    local.attach("echo.example.com"_jid, echo_router());
    Entity& romeo = local.attach("romeo@example.net/orchard"_jid);
    romeo.send(Message("alice@echo.example.com/balcony"_jid, "you there?"));
    local.settle();
    ASSERT_EQ(local.received(romeo).size(), 1u);
    EXPECT_EQ(local.received(romeo)[0].from(), "alice@echo.example.com/balcony"_jid);
}

TEST(Local, an_exact_address_comes_before_the_domain) {
    Local local;
    local.attach("echo.example.com"_jid, echo_router());
    Entity& alice = local.attach("alice@echo.example.com"_jid);
    Entity& romeo = local.attach("romeo@example.net/orchard"_jid);
    romeo.send(Message("alice@echo.example.com"_jid, "you there?"));
    local.settle();
    EXPECT_THAT(bodies(local, alice), ElementsAre("you there?"));
    EXPECT_THAT(local.received(romeo), IsEmpty());
}

TEST(Local, a_bare_address_reaches_all_resources) {
    Local local;
    Entity& orchard = local.attach("romeo@example.net/orchard"_jid);
    Entity& tomb = local.attach("romeo@example.net/tomb"_jid);
    Entity& juliet = local.attach("juliet@capulet.lit/balcony"_jid);
    juliet.send(Message("romeo@example.net"_jid, "both"));
    juliet.send(Message("romeo@example.net/tomb"_jid, "one"));
    juliet.send(Message("romeo@example.net/gone"_jid, "whoever is there"));
    local.settle();
    EXPECT_THAT(bodies(local, orchard), ElementsAre("both", "whoever is there"));
    EXPECT_THAT(bodies(local, tomb), ElementsAre("both", "one", "whoever is there"));
}

TEST(Local, a_message_without_to_is_for_ones_own_account) {
    Local local;
    Entity& orchard = local.attach("romeo@example.net/orchard"_jid);
    Message note("romeo@example.net"_jid, "remember");
    note.set_to({});
    orchard.send(std::move(note));
    orchard.send(Presence(PresenceType::available));
    local.settle();
    EXPECT_THAT(bodies(local, orchard), ElementsAre("remember"));
}

TEST(Local, says_who_is_not_there) {
    Local local;
    local.attach("somebody@example.net/x"_jid);
    Entity& romeo = local.attach("romeo@example.net/orchard"_jid);
    romeo.send(Message("nobody@example.net"_jid, "hello?"));
    romeo.send(Message("nobody@elsewhere.example"_jid, "hello?"));
    romeo.send(ping("somebody@example.net"_jid));
    romeo.send(Presence("nobody@example.net"_jid));
    local.settle();
    EXPECT_THAT(errors(local, romeo), ElementsAre("service-unavailable from nobody@example.net",
                                                  "remote-server-not-found from nobody@elsewhere.example",
                                                  "service-unavailable from somebody@example.net"));
}

TEST(Local, R083_sends_no_errors_about_errors) {
    Local local;
    Entity& romeo = local.attach("romeo@example.net/orchard"_jid);
    Message error("nobody@elsewhere.example"_jid, MessageType::error);
    StanzaError(Condition::gone).write(error.add("error", xml::stanza_ns));
    romeo.send(std::move(error));
    local.settle();
    EXPECT_THAT(local.received(romeo), IsEmpty());
    EXPECT_EQ(local.pending(), 0u);
}

TEST(Local, V21_T_CFROM_refuses_what_a_server_would_close_the_stream_for) {
    Local local;
    Entity& echo_entity = local.attach("echo.example.com"_jid);
    EXPECT_FALSE(echo_entity.send(Message("romeo@example.net"_jid, "hi").from("juliet@capulet.lit"_jid)));
    EXPECT_FALSE(echo_entity.send(Message("romeo@example.net"_jid, "a\x02z")));
    EXPECT_FALSE(echo_entity.send(Message("romeo@example.net"_jid, std::string(1'000'000, 'x'))));
    EXPECT_EQ(local.pending(), 0u);
}

TEST(Local, R079_answers_a_broken_iq_as_a_server_does) {
    Local local;
    local.attach("echo.example.com"_jid);
    Entity& romeo = local.attach("romeo@example.net/orchard"_jid);
    romeo.send(Iq(IqType::get, "echo.example.com"_jid));  // without a payload
    local.settle();
    EXPECT_THAT(errors(local, romeo), ElementsAre("bad-request from echo.example.com"));
}

TEST(Local, answers_what_no_handler_answers) {
    Local local;
    Entity& echo_entity = local.attach("echo.example.com"_jid);
    Entity& romeo = local.attach("romeo@example.net/orchard"_jid);
    const Answer answer = local.run(romeo.request(ping("echo.example.com"_jid)));
    EXPECT_EQ(answer.outcome(), Outcome::answered_error);
    EXPECT_EQ(answer.error().condition(), Condition::service_unavailable);
    EXPECT_EQ(local.received(echo_entity).size(), 1u) << "The test may look at what came.";
}

TEST(Local, moves_the_clock_only_when_told) {
    Local local;
    const Instant start = local.now();
    Entity& romeo = local.attach("romeo@example.net/orchard"_jid);
    std::vector<Duration> called;
    romeo.after(10s, [&] { called.push_back(local.now() - start); });
    romeo.after(5s, [&] { called.push_back(local.now() - start); });
    local.settle();
    EXPECT_THAT(called, IsEmpty());
    local.advance(9s);
    EXPECT_THAT(called, ElementsAre(Duration(5s)));
    EXPECT_EQ(local.now() - start, 9s);
    local.advance(1s);
    EXPECT_THAT(called, ElementsAre(Duration(5s), Duration(10s)));
    EXPECT_EQ(romeo.now(), local.now());
}

TEST(Local, run_waits_for_a_task_and_moves_the_clock_for_it) {
    Local local;
    Entity& romeo = local.attach("romeo@example.net/orchard"_jid);
    auto work = [&]() -> task<int> {
        co_await romeo.sleep(1h);
        co_return 7;
    };
    const Instant before = local.now();
    EXPECT_EQ(local.run(work()), 7);
    EXPECT_EQ(local.now() - before, 1h);
}

TEST(Local, run_throws_what_the_task_threw) {
    Local local;
    auto fail = []() -> task<> {
        throw StanzaError(Condition::gone);
        co_return;
    };
    EXPECT_THROW(local.run(fail()), StanzaError);
}

TEST(Local, run_tells_that_a_task_waits_in_vain) {
    Local local;
    Entity& romeo = local.attach("romeo@example.net/orchard"_jid);
    auto wait = [&]() -> task<> { co_await romeo.next_message([](const Message&) { return true; }, 1000h); };
    EXPECT_THROW(local.run(wait()), std::logic_error);
}

TEST(Local, V45_T_ERRLOOP_tells_that_two_echoes_answer_each_other_for_ever) {
    LocalOptions options;
    options.endless = 100;
    Local local(options);
    local.attach("one.example.com"_jid, echo_router());
    Entity& two = local.attach("two.example.com"_jid, echo_router());
    two.send(Message("one.example.com"_jid, "hi"));
    EXPECT_THROW(local.settle(), std::runtime_error);
}

TEST(Local, must_not_be_settled_from_a_handler) {
    Local local;
    std::string why;
    Router router;
    router.on_message([&](const Message&) {
        try {
            local.settle();
        } catch (const std::logic_error& error) {
            why = error.what();
        }
    });
    local.attach("echo.example.com"_jid, router);
    local.attach("romeo@example.net/orchard"_jid).send(Message("echo.example.com"_jid, "hi"));
    local.settle();
    EXPECT_NE(why, "");
}

TEST(Local, detaching_bounces_what_was_owed_and_what_was_not_read) {
    Local local;
    Router router;
    std::vector<Replier> kept;
    router.answer_later(IqType::get, "ping", "urn:xmpp:ping",
                        [&](Iq, Replier reply) { kept.push_back(std::move(reply)); });
    Entity& echo_entity = local.attach("echo.example.com"_jid, router);
    Entity& romeo = local.attach("romeo@example.net/orchard"_jid);
    std::vector<Condition> told;
    romeo.request(ping("echo.example.com"_jid), [&](Answer answer) { told.push_back(answer.error().condition()); });
    local.settle();
    EXPECT_THAT(told, IsEmpty());
    romeo.send(Message("echo.example.com"_jid, "too late"));
    local.detach(echo_entity);
    local.settle();
    EXPECT_THAT(told, ElementsAre(Condition::recipient_unavailable));
    EXPECT_THAT(errors(local, romeo), ElementsAre("remote-server-not-found from echo.example.com"));
    EXPECT_FALSE(kept.at(0)) << "There is nobody left to answer.";
    EXPECT_FALSE(echo_entity.send(Message("romeo@example.net/orchard"_jid, "from beyond")));
    local.attach("echo.example.com"_jid);  // the name is free again
}

TEST(Local, an_address_can_be_taken_once) {
    Local local;
    local.attach("echo.example.com"_jid);
    EXPECT_THROW(local.attach("echo.example.com"_jid), std::invalid_argument);
    EXPECT_THROW(local.attach(Jid()), std::invalid_argument);
}

TEST(Local, a_lost_connection_comes_back) {
    Local local;
    std::vector<std::string> life;
    Router router;
    router.on_message(echo);
    router.on_connected([&](Entity&) { life.push_back("connected"); });
    router.on_session([&](Entity&) { life.push_back("session"); });
    router.on_lost([&](const Lost& lost, Entity&) { life.push_back("lost: " + lost.why); });
    Entity& echo_entity = local.attach("echo.example.com"_jid, router);
    Entity& romeo = local.attach("romeo@example.net/orchard"_jid);
    local.disconnect(echo_entity, "The cable.");
    EXPECT_FALSE(echo_entity.in_session());
    echo_entity.send(Message("romeo@example.net/orchard"_jid, "queued"));
    romeo.send(Message("echo.example.com"_jid, "lost"));
    local.settle();
    EXPECT_THAT(errors(local, romeo), ElementsAre("remote-server-not-found from echo.example.com"));
    local.connect(echo_entity);
    local.settle();
    EXPECT_THAT(bodies(local, romeo), ElementsAre("queued"));
    EXPECT_THAT(life, ElementsAre("connected", "session", "lost: The cable.", "connected", "session"));
}

TEST(Local, F05_a_sender_is_held_to_its_queue_until_the_others_have_read) {
    Local local;
    Entity& romeo = local.attach("romeo@example.net/orchard"_jid);
    EntityOptions small;
    small.queue_stanzas = 8;
    Entity& crowd = local.attach("crowd.example.net"_jid, Router(), small);
    int accepted = 0;
    for (int i = 0; i < 100; ++i) accepted += crowd.send(Message("romeo@example.net/orchard"_jid, "psst")) ? 1 : 0;
    EXPECT_EQ(accepted, 8);
    bool went_on = false;
    auto produce = [&]() -> task<> {
        co_await crowd.writable();
        went_on = true;
    };
    crowd.spawn(produce());
    local.settle();
    EXPECT_TRUE(went_on);
    EXPECT_EQ(local.received(romeo).size(), 8u);
    EXPECT_TRUE(crowd.send(Message("romeo@example.net/orchard"_jid, "again")));
}

}  // namespace
}  // namespace rondel::server
