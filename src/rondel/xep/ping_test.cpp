#include "rondel/xep/ping.hpp"

#include <memory>
#include <optional>
#include <vector>

#include "tests/support/entity_pair.hpp"
#include <gtest/gtest.h>

namespace rondel::ping {
namespace {

using test::EntityPair;

Router with_ping() {
    Router router;
    install(router);
    return router;
}

TEST(Ping, R129_is_answered_with_an_empty_result) {
    EntityPair pair(with_ping());
    Iq iq(IqType::get, pair.echo.address());
    iq.add("ping", ns);
    const Iq pong = pair.ask(std::move(iq));
    EXPECT_EQ(pong.type(), IqType::result);
    EXPECT_FALSE(pong.payload());
    EXPECT_EQ(pong.from().str(), "echo.example.com");
}

TEST(Ping, R129_is_answered_at_every_address_of_a_component) {
    EntityPair pair(with_ping());
    EXPECT_EQ(pair.run(ask(pair.romeo, "alice@echo.example.com/phone"_jid)), Duration::zero());
}

TEST(Ping, R129_is_a_feature_of_those_who_have_it) {
    EXPECT_TRUE(with_ping().features().has(ns));
    EXPECT_FALSE(Router().features().has(ns));
}

TEST(Ping, R129_without_it_the_answer_is_service_unavailable) {
    EntityPair pair{Router()};
    try {
        pair.run(ask(pair.romeo, pair.echo.address()));
        FAIL() << "there was an answer";
    } catch (const StanzaError& error) {
        EXPECT_EQ(error.condition(), Condition::service_unavailable);
    }
}

TEST(Ping, measures_by_the_clock_of_the_entity) {
    Router router;
    router.answer(IqType::get, "ping", ns,
                  [](const Iq&, Entity& self) -> task<> { co_await self.sleep(std::chrono::milliseconds(70)); });
    EntityPair pair(std::move(router));
    EXPECT_EQ(pair.run(ask(pair.romeo, pair.echo.address())), std::chrono::milliseconds(70));
}

TEST(Ping, times_out_as_asked) {
    Router router;
    router.answer_later(IqType::get, "ping", ns, [kept = std::make_shared<std::vector<Replier>>()](Iq, Replier reply) {
        kept->push_back(std::move(reply));  // and never answers
    });
    EntityPair pair(std::move(router));
    const Instant before = pair.now();
    std::optional<Instant> failed;
    const auto wait = [&]() -> task<bool> {
        try {
            co_await ask(pair.romeo, pair.echo.address(), RequestOptions().timeout(std::chrono::seconds(7)));
        } catch (const StanzaError& error) {
            EXPECT_EQ(error.condition(), Condition::remote_server_timeout);
            failed = pair.romeo.now();
        }
        co_return true;
    };
    pair.run(wait());
    ASSERT_TRUE(failed);
    EXPECT_EQ(*failed - before, std::chrono::seconds(7));
}

TEST(Ping, may_come_from_another_address_of_ours) {
    EntityPair pair{Router()};
    Jid from;
    Router router;
    router.answer(IqType::get, "ping", ns, [&from](const Iq& in) { from = Jid(in.from()); });
    pair.romeo.take(std::move(router));
    RequestOptions options = RequestOptions().from("bob@echo.example.com"_jid);
    pair.run(ask(pair.echo, pair.romeo.address(), std::move(options)));
    EXPECT_EQ(from.str(), "bob@echo.example.com");
}

}  // namespace
}  // namespace rondel::ping
