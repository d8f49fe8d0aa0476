#include "rondel/xep/version.hpp"

#include <stdexcept>

#include "tests/support/entity_pair.hpp"
#include <gtest/gtest.h>

namespace rondel::version {
namespace {

using test::EntityPair;

Router with_version(Version own) {
    Router router;
    install(router, std::move(own));
    return router;
}

TEST(Version, is_told_to_who_asks) {
    const Version own{.name = "Weather Robot", .version = "2.1", .os = "Debian 12"};
    EntityPair pair(with_version(own));
    EXPECT_EQ(pair.run(ask(pair.romeo, pair.echo.address())), own);
    EXPECT_EQ(pair.run(ask(pair.romeo, "rain@echo.example.com"_jid)), own);
}

TEST(Version, the_operating_system_is_told_only_if_given) {
    EntityPair pair(with_version({.name = "Weather Robot"}));
    EXPECT_EQ(pair.run(ask(pair.romeo, pair.echo.address())), (Version{.name = "Weather Robot"}));
}

TEST(Version, is_as_the_specification_writes_it) {  // XEP-0092 §2
    EntityPair pair(with_version({.name = "Exodus", .version = "0.7.0.4", .os = "Windows-XP 5.01.2600"}));
    Iq iq(IqType::get, pair.echo.address());
    iq.add("query", "jabber:iq:version");
    const Iq answer = pair.ask(std::move(iq));
    EXPECT_EQ(answer.payload().child("name").text(), "Exodus");
    EXPECT_EQ(answer.payload().child("version").text(), "0.7.0.4");
    EXPECT_EQ(answer.payload().child("os").text(), "Windows-XP 5.01.2600");
}

TEST(Version, needs_a_name) {
    Router router;
    EXPECT_THROW(install(router, {.version = "1"}), std::invalid_argument);
}

TEST(Version, is_a_feature) { EXPECT_TRUE(with_version({.name = "x"}).features().has(ns)); }

StanzaError error_of_answer(Element payload) {
    Router router;
    router.answer(IqType::get, "query", ns, [&](const Iq&) { return payload.copy(); });
    EntityPair pair(std::move(router));
    try {
        pair.run(ask(pair.romeo, pair.echo.address()));
    } catch (const StanzaError& error) {
        return error;
    }
    ADD_FAILURE() << "the answer was taken";
    return StanzaError(Condition::undefined_condition);
}

TEST(Version, an_answer_that_is_none_is_an_error_that_says_so) {
    Element nameless("query", ns);
    nameless.append("version").text("1");
    EXPECT_EQ(
        error_of_answer(std::move(nameless)).text(),
        "The answer of echo.example.com cannot be read. A required child element is missing. It is about \"name\".");
    EXPECT_EQ(error_of_answer(Element("query", "urn:example:other")).condition(), Condition::undefined_condition);
}

}  // namespace
}  // namespace rondel::version
