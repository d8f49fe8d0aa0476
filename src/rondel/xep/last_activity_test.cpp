#include "rondel/xep/last_activity.hpp"

#include "tests/support/entity_pair.hpp"
#include "tests/support/stanza_text.hpp"
#include <gtest/gtest.h>

namespace rondel::last_activity {
namespace {

using test::EntityPair;
using test::stanza_of;
using namespace std::chrono_literals;

Condition condition_of(EntityPair& pair, JidView of) {
    try {
        pair.run(ask(pair.romeo, of));
    } catch (const StanzaError& error) {
        return error.condition();
    }
    ADD_FAILURE() << "there was an answer";
    return Condition::undefined_condition;
}

TEST(LastActivity, is_read_and_written_as_the_specification_has_it) {  // XEP-0012 §3
    const Element example = stanza_of("<query xmlns='jabber:iq:last' seconds='903'>Heading Home</query>");
    const Result<Last> read = xml::decode<Last>(example);
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, Last(903s, "Heading Home"));
    EXPECT_TRUE(same(xml::encode(*read), example));
    EXPECT_EQ(xml::decode<Last>(stanza_of("<query xmlns='jabber:iq:last' seconds='0'/>"))->status, std::nullopt);
    EXPECT_FALSE(xml::decode<Last>(stanza_of("<query xmlns='jabber:iq:last'/>")));
    EXPECT_FALSE(xml::decode<Last>(stanza_of("<query xmlns='jabber:iq:last' seconds='-1'/>"))) << "V46";
}

TEST(LastActivity, of_a_component_is_how_long_it_has_been_up) {
    Router router;
    install(router, Instant(std::chrono::hours(24)));  // when the pair's clock starts
    EXPECT_TRUE(router.features().has(ns));
    EntityPair pair(std::move(router));
    EXPECT_EQ(pair.run(ask(pair.romeo, pair.echo.address())), Last(0s));
    pair.advance(90s + 999ms);
    EXPECT_EQ(pair.run(ask(pair.romeo, pair.echo.address())), Last(90s));
}

TEST(LastActivity, is_never_less_than_none) { EXPECT_EQ(Last(-5s).seconds, 0u); }

TEST(LastActivity, of_other_addresses_is_not_told_without_a_lookup) {
    Router router;
    install(router, Instant());
    EntityPair pair(std::move(router));
    EXPECT_EQ(condition_of(pair, "juliet@echo.example.com"_jid), Condition::service_unavailable);
}

TEST(LastActivity, of_other_addresses_is_what_the_lookup_says) {
    Router router;
    install(router, Instant(), [](const Iq& in, Entity& self) -> task<Last> {
        co_await self.sleep(1s);
        if (in.to().local() == "tybalt") throw StanzaError(Condition::forbidden);
        co_return Last(60s, "gone to bed");
    });
    EntityPair pair(std::move(router));
    EXPECT_EQ(pair.run(ask(pair.romeo, "juliet@echo.example.com"_jid)), Last(60s, "gone to bed"));
    EXPECT_EQ(condition_of(pair, "tybalt@echo.example.com"_jid), Condition::forbidden);
}

}  // namespace
}  // namespace rondel::last_activity
