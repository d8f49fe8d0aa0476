#include "rondel/xep/disco.hpp"

#include "rondel/xep/ping.hpp"
#include "rondel/xep/version.hpp"

#include <string>

#include "tests/support/entity_pair.hpp"
#include "tests/support/stanza_text.hpp"
#include <gtest/gtest.h>

namespace rondel::disco {
namespace {

using test::EntityPair;
using test::stanza_of;

const Identity robot{.category = "automation", .type = "translation", .name = "Robot"};

Router with(Directory directory) {
    Router router;
    install(router, robot, std::move(directory));
    ping::install(router);
    return router;
}

template <class T>
Condition condition_of(EntityPair& pair, task<T> work) {
    try {
        pair.run(std::move(work));
    } catch (const StanzaError& error) {
        return error.condition();
    }
    ADD_FAILURE() << "there was an answer";
    return Condition::undefined_condition;
}

Info info_of(std::string name) {
    Info info;
    info.identities.push_back({.category = "hierarchy", .type = "leaf", .name = std::move(name)});
    info.features = {"urn:example:leaf"};
    return info;
}

// The examples of XEP-0030 §3.1 and §4.2, and XEP-0128 §3.1.

TEST(Disco, info_is_read_and_written_as_the_specification_has_it) {
    const Element example = stanza_of(
        "<query xmlns='http://jabber.org/protocol/disco#info'><identity category='conference' type='text' "
        "name='Play-Specific Chatrooms'/>"
        "<identity category='directory' type='chatroom' name='Play-Specific Chatrooms' xml:lang='en'/>"
        "<feature var='http://jabber.org/protocol/disco#info'/><feature var='jabber:iq:time'/>"
        "<x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE' "
        "type='hidden'><value>http://jabber.org/network/serverinfo</value></field></x>"
        "</query>");
    const Result<Info> read = xml::decode<Info>(example);
    ASSERT_TRUE(read);
    ASSERT_EQ(read->identities.size(), 2u);
    EXPECT_EQ(read->identities[0],
              (Identity{.category = "conference", .type = "text", .name = "Play-Specific Chatrooms"}));
    EXPECT_EQ(read->identities[1].lang, "en");
    EXPECT_EQ(read->features, (std::vector<std::string>{"http://jabber.org/protocol/disco#info", "jabber:iq:time"}));
    ASSERT_EQ(read->forms.size(), 1u);
    EXPECT_EQ(read->forms[0].type, forms::FormType::result);
    EXPECT_TRUE(read->is("directory", "chatroom"));
    EXPECT_FALSE(read->is("directory", "text"));
    EXPECT_TRUE(read->has("jabber:iq:time"));
    EXPECT_FALSE(read->has("jabber:iq:last"));
    EXPECT_TRUE(same(xml::encode(*read), example));
}

TEST(Disco, items_are_read_and_written_as_the_specification_has_it) {
    const Element example = stanza_of(
        "<query xmlns='http://jabber.org/protocol/disco#items' node='music'>"
        "<item jid='catalog.shakespeare.lit' node='music/A'/>"
        "<item jid='catalog.shakespeare.lit' node='music/B' name='Music B'/></query>");
    const Result<Items> read = xml::decode<Items>(example);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->node, "music");
    ASSERT_EQ(read->items.size(), 2u);
    EXPECT_EQ(read->items[1], (Item{"catalog.shakespeare.lit"_jid, "music/B", "Music B"}));
    EXPECT_TRUE(same(xml::encode(*read), example));
    EXPECT_FALSE(xml::decode<Items>(
        stanza_of("<query xmlns='http://jabber.org/protocol/disco#items'><item node='a'/></query>")));
}

TEST(Disco, who_forgot_disco_info_has_it_all_the_same) { EXPECT_TRUE(Info().has(ns_info)); }

// Answering.

TEST(Disco, features_and_identities_are_those_of_what_is_installed) {
    EntityPair pair(with({}));  // ping is installed after disco
    const Info info = pair.run(disco::info(pair.romeo, pair.echo.address()));
    EXPECT_EQ(info.identities, std::vector<Identity>{robot});
    EXPECT_EQ(info.features,
              (std::vector<std::string>{ns_info.data(), ns_items.data(), paging::ns.data(), "urn:xmpp:ping"}));
    EXPECT_EQ(info.node, "");
    EXPECT_TRUE(info.forms.empty());
}

TEST(Disco, a_router_taken_later_adds_its_features) {
    EntityPair pair(with({}));
    Router router;
    version::install(router, {.name = "Robot"});
    const RouterNumber number = pair.echo.take(std::move(router));
    EXPECT_TRUE(pair.run(disco::info(pair.romeo, pair.echo.address())).has(version::ns));
    pair.echo.drop(number);
    EXPECT_FALSE(pair.run(disco::info(pair.romeo, pair.echo.address())).has(version::ns));
}

TEST(Disco, what_is_hidden_is_not_told) {
    Router router = with({});
    router.features().remove("urn:xmpp:ping").add("urn:example:extra");
    EntityPair pair(std::move(router));
    const Info info = pair.run(disco::info(pair.romeo, pair.echo.address()));
    EXPECT_FALSE(info.has("urn:xmpp:ping"));
    EXPECT_TRUE(info.has("urn:example:extra"));
}

TEST(Disco, all_addresses_of_an_entity_say_the_same_unless_more_is_known) {
    Directory places;
    places.extend(forms::result("urn:example:about"));
    places.add(Item{"library.example.com"_jid, {}, "Library"});
    EntityPair pair(with(std::move(places)));
    const Info own = pair.run(disco::info(pair.romeo, pair.echo.address()));
    const Info other = pair.run(disco::info(pair.romeo, "alice@echo.example.com/x"_jid));
    EXPECT_EQ(own.features, other.features);
    EXPECT_EQ(own.identities, other.identities);
    EXPECT_TRUE(own.form("urn:example:about")) << "XEP-0128";
    EXPECT_FALSE(own.form("urn:example:other"));
    EXPECT_TRUE(other.forms.empty()) << "which is about the entity itself";
    EXPECT_EQ(pair.run(disco::items(pair.romeo, pair.echo.address())).items,
              (std::vector<Item>{{"library.example.com"_jid, {}, "Library"}}));
    EXPECT_TRUE(pair.run(disco::items(pair.romeo, "alice@echo.example.com"_jid)).items.empty());
}

TEST(Disco, without_items_the_answer_is_empty) {  // XEP-0030 §4.1
    EntityPair pair(with({}));
    EXPECT_TRUE(pair.run(disco::items(pair.romeo, pair.echo.address())).items.empty());
}

TEST(Disco, an_unknown_node_is_not_found) {
    EntityPair pair(with({}));
    EXPECT_EQ(condition_of(pair, disco::info(pair.romeo, pair.echo.address(), "nowhere")), Condition::item_not_found);
    EXPECT_EQ(condition_of(pair, disco::items(pair.romeo, pair.echo.address(), "nowhere")), Condition::item_not_found);
}

TEST(Disco, a_known_node_is_told_and_mirrored) {
    Directory places;
    places.at({.node = "music"}, info_of("Music"), {Item{"echo.example.com"_jid, "music/A", "A"}});
    EntityPair pair(with(std::move(places)));
    const Info info = pair.run(disco::info(pair.romeo, pair.echo.address(), "music"));
    EXPECT_EQ(info.node, "music");
    EXPECT_EQ(info.identities[0].name, "Music");
    EXPECT_EQ(info.features, (std::vector<std::string>{"urn:example:leaf", std::string(ns_info)}))
        << "disco#info is always there";
    const Items items = pair.run(disco::items(pair.romeo, pair.echo.address(), "music"));
    EXPECT_EQ(items.node, "music");
    EXPECT_EQ(items.items, (std::vector<Item>{{"echo.example.com"_jid, "music/A", "A"}}));
    EXPECT_EQ(condition_of(pair, disco::info(pair.romeo, "alice@echo.example.com"_jid, "music")),
              Condition::item_not_found)
        << "the node is at the own address only";
}

TEST(Disco, an_empty_node_is_none) {  // it must not be empty (XEP-0030 §4.2), so what was meant is no node
    EntityPair pair(with({}));
    Iq iq(IqType::get, pair.echo.address());
    iq.add("query", ns_info).set("node", "");
    EXPECT_EQ(pair.ask(std::move(iq)).payload().attribute("node"), std::nullopt);
}

TEST(Disco, a_place_may_have_functions_plain_or_tasks) {
    Directory places;
    places.at({"alice@echo.example.com"_jid, {}}, [](const Place& place, const Iq& in, Entity&) {
        EXPECT_EQ(place.jid.str(), "alice@echo.example.com");
        return info_of("for " + std::string(in.from().local()));
    });
    places.at(
        {.node = "slow"},
        [](const Place&, const Iq&, Entity& self) -> task<std::optional<Info>> {
            co_await self.sleep(std::chrono::seconds(1));
            co_return info_of("slow");
        },
        [](const Place&, const Iq&, Entity&) -> std::optional<std::vector<Item>> { return std::nullopt; });
    EntityPair pair(with(std::move(places)));
    EXPECT_EQ(pair.run(disco::info(pair.romeo, "alice@echo.example.com"_jid)).identities[0].name, "for romeo");
    EXPECT_EQ(pair.run(disco::info(pair.romeo, pair.echo.address(), "slow")).identities[0].name, "slow");
    EXPECT_TRUE(pair.run(disco::items(pair.romeo, pair.echo.address(), "slow")).items.empty())
        << "it is there, so it is empty";
}

TEST(Disco, other_places_are_asked_for_in_order) {
    Directory places;
    places.elsewhere([](const Place& place, const Iq&, Entity&) -> std::optional<Info> {
        if (place.node != "a") return std::nullopt;
        return info_of("first");
    });
    places.elsewhere(
        [](const Place& place, const Iq&, Entity&) -> std::optional<Info> {
            if (place.node.empty()) return std::nullopt;
            return info_of("second");
        },
        [](const Place& place, const Iq&, Entity&) {
            return std::vector<Item>{{place.jid, place.node + "/1"}};
        });
    EntityPair pair(with(std::move(places)));
    EXPECT_EQ(pair.run(disco::info(pair.romeo, pair.echo.address(), "a")).identities[0].name, "first");
    EXPECT_EQ(pair.run(disco::info(pair.romeo, pair.echo.address(), "b")).identities[0].name, "second");
    EXPECT_EQ(pair.run(disco::info(pair.romeo, pair.echo.address())).identities[0], robot);
    EXPECT_EQ(pair.run(disco::items(pair.romeo, "x@echo.example.com"_jid, "c")).items[0],
              (Item{"x@echo.example.com"_jid, "c/1"}));
}

TEST(Disco, what_has_items_is_there) {
    Directory places;
    places.at({.node = "list"}, InfoSource(), [](const Place&, const Iq&, Entity&) { return std::vector<Item>(); });
    EntityPair pair(with(std::move(places)));
    const Info info = pair.run(disco::info(pair.romeo, pair.echo.address(), "list"));
    EXPECT_EQ(info.identities, std::vector<Identity>{robot}) << "there must be one (XEP-0030 §3.1)";
    EXPECT_EQ(info.features, std::vector<std::string>{std::string(ns_info)});
}

TEST(Disco, only_known_addresses_exist_if_that_is_wanted) {
    Directory places;
    places.only_known_addresses().at({"alice@echo.example.com"_jid, {}}, info_of("Alice"));
    EntityPair pair(with(std::move(places)));
    EXPECT_EQ(pair.run(disco::info(pair.romeo, "alice@echo.example.com"_jid)).identities[0].name, "Alice");
    EXPECT_TRUE(pair.run(disco::items(pair.romeo, "alice@echo.example.com"_jid)).items.empty());
    EXPECT_EQ(condition_of(pair, disco::info(pair.romeo, "bob@echo.example.com"_jid)), Condition::item_not_found);
    EXPECT_EQ(condition_of(pair, disco::items(pair.romeo, "bob@echo.example.com"_jid)), Condition::item_not_found);
    EXPECT_EQ(pair.run(disco::info(pair.romeo, pair.echo.address())).identities[0], robot)
        << "the own address always exists";
}

TEST(Disco, a_source_may_refuse) {
    Directory places;
    places.elsewhere([](const Place&, const Iq&, Entity&) -> std::optional<Info> {
        throw StanzaError(Condition::service_unavailable);
    });
    EntityPair pair(with(std::move(places)));
    EXPECT_EQ(condition_of(pair, disco::info(pair.romeo, "alice@echo.example.com"_jid)),
              Condition::service_unavailable);
}

TEST(Disco, a_source_may_add_to_what_is_told_anyway) {
    Directory places;
    places.at({}, [](const Place&, const Iq&, Entity& self) {
        Info info = own_info(self);
        info.features.push_back("urn:example:today");
        return info;
    });
    EntityPair pair(with(std::move(places)));
    const Info info = pair.run(disco::info(pair.romeo, pair.echo.address()));
    EXPECT_TRUE(info.has("urn:example:today"));
    EXPECT_TRUE(info.has(ping::ns));
}

TEST(Disco, a_long_list_is_told_in_parts_to_who_wants_it_so) {  // XEP-0059 §2
    Directory places;
    for (int i = 0; i < 10; ++i) places.add(Item{.jid = "echo.example.com"_jid, .node = std::to_string(i)});
    places.add(Item{.jid = "library.example.com"_jid});
    EntityPair pair(with(std::move(places)));
    const Jid echo = pair.echo.address();
    EXPECT_TRUE(pair.run(disco::info(pair.romeo, echo)).has(paging::ns));
    const Items all = pair.run(disco::items(pair.romeo, echo));
    EXPECT_EQ(all.items.size(), 11u);
    EXPECT_FALSE(all.set);

    std::vector<Item> seen;
    paging::Set wanted = paging::first(4);
    for (int pages = 0;; ++pages) {
        const Items page = pair.run(disco::items_page(pair.romeo, echo, wanted));
        ASSERT_TRUE(page.set);
        EXPECT_EQ(page.set->count, 11u);
        seen.insert(seen.end(), page.items.begin(), page.items.end());
        if (seen.size() == 11) break;
        ASSERT_LT(pages, 3);
        ASSERT_TRUE(page.set->last);
        wanted = paging::after(*page.set->last, 4);
    }
    EXPECT_EQ(seen, all.items);
    EXPECT_EQ(condition_of(pair, disco::items_page(pair.romeo, echo, paging::after("nothing", 4))),
              Condition::item_not_found);
}

// Asking.

TEST(Disco, asking_who_does_not_know_disco_fails_with_its_error) {
    EntityPair pair{Router()};
    EXPECT_EQ(condition_of(pair, disco::info(pair.romeo, pair.echo.address())), Condition::service_unavailable);
    EXPECT_EQ(condition_of(pair, disco::items(pair.romeo, pair.echo.address())), Condition::service_unavailable);
}

TEST(Disco, the_question_is_as_the_specification_has_it) {
    Element asked;
    Router router;
    router.answer(IqType::get, "query", ns_items, [&](const Iq& in) {
        asked = in.element().copy();
        return Element("query", ns_items);
    });
    EntityPair pair(std::move(router));
    pair.run(disco::items(pair.romeo, pair.echo.address(), "music"));
    EXPECT_EQ(asked.attribute("type"), "get");
    EXPECT_TRUE(same(asked.view().first_child(),
                     stanza_of("<query xmlns='http://jabber.org/protocol/disco#items' node='music'/>")));
}

}  // namespace
}  // namespace rondel::disco
