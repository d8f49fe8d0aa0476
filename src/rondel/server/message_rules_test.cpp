#include "rondel/server/message_rules.hpp"

#include <string>

#include "tests/support/stanza_text.hpp"
#include <gtest/gtest.h>

namespace rondel::server {
namespace {

Message message(const std::string& type, const std::string& content) {
    return Message(
        Stanza(test::stanza_of("<message from='a@b.example' type='" + type + "'>" + content + "</message>")));
}

// Table 1 of RFC 6121 §8.5.4, with our choices: A for the bare JID, O before E, E before S.
TEST(MessageRules, R109_R110_the_table_of_message_delivery) {
    using F = MessageFate;
    using T = MessageType;
    const struct {
        T type;
        F nobody_bare, somebody_bare, matches, nobody_full, somebody_full;
    } rows[] = {
        {T::normal, F::keep, F::all, F::resource, F::bounce, F::bounce},
        {T::chat, F::keep, F::all, F::resource, F::keep, F::all},
        {T::groupchat, F::bounce, F::bounce, F::resource, F::bounce, F::bounce},
        {T::headline, F::ignore, F::all, F::resource, F::bounce, F::bounce},
        {T::error, F::ignore, F::ignore, F::resource, F::ignore, F::ignore},
    };
    for (const auto& row : rows) {
        const std::string_view name = to_string(row.type);
        EXPECT_EQ(fate_of(row.type, false, false, false), row.nobody_bare) << name;
        EXPECT_EQ(fate_of(row.type, false, false, true), row.somebody_bare) << name;
        EXPECT_EQ(fate_of(row.type, true, true, false), row.matches) << name;  // of a negative priority, too
        EXPECT_EQ(fate_of(row.type, true, true, true), row.matches) << name;
        EXPECT_EQ(fate_of(row.type, true, false, false), row.nobody_full) << name;
        EXPECT_EQ(fate_of(row.type, true, false, true), row.somebody_full) << name;
    }
}

const std::string body = "<body>hi</body>";
const std::string composing = "<composing xmlns='http://jabber.org/protocol/chatstates'/>";
const std::string no_store = "<no-store xmlns='urn:xmpp:hints'/>";
const std::string no_permanent_store = "<no-permanent-store xmlns='urn:xmpp:hints'/>";
const std::string no_copy = "<no-copy xmlns='urn:xmpp:hints'/>";
const std::string store = "<store xmlns='urn:xmpp:hints'/>";
const std::string receipt = "<received xmlns='urn:xmpp:receipts' id='1'/>";
const std::string marker = "<displayed xmlns='urn:xmpp:chat-markers:0' id='1'/>";
const std::string private_ = "<private xmlns='urn:xmpp:carbons:2'/>";
const std::string carbon = "<received xmlns='urn:xmpp:carbons:2'/>";
const std::string found = "<result xmlns='urn:xmpp:mam:2' id='1'/>";
const std::string muc = "<x xmlns='http://jabber.org/protocol/muc#user'/>";
const std::string invite = "<x xmlns='http://jabber.org/protocol/muc#user'><invite to='a@b.example'/></x>";

TEST(MessageRules, which_are_kept_offline) {
    const struct {
        std::string type, content;
        bool kept;
    } rows[] = {
        {"chat", body, true},
        {"normal", body, true},
        {"", body, true},
        {"of-the-future", body, true},  // R108: as normal
        {"normal", "<subject>news</subject>", true},
        {"chat", body + composing, true},
        {"chat", composing, false},
        {"chat", composing + "<thread>1</thread>" + no_copy, false},
        {"chat", receipt, true},
        {"chat", body + no_store, false},
        {"chat", body + no_permanent_store, true},
        {"groupchat", body, false},
        {"headline", body, false},
        {"error", body, false},
        {"normal", carbon, false},
        {"normal", found, false},
    };
    for (const auto& row : rows) EXPECT_EQ(is_worth_keeping(message(row.type, row.content)), row.kept) << row.content;
}

TEST(MessageRules, which_are_archived) {
    const struct {
        std::string type, content;
        bool archived;
    } rows[] = {
        {"chat", body, true},
        {"normal", body, true},
        {"", body, true},
        {"chat", "<body/>", true},
        {"chat", composing, false},
        {"chat", "<subject>news</subject>", false},
        {"chat", receipt, true},
        {"chat", marker, true},
        {"chat", body + no_store, false},
        {"chat", body + no_permanent_store, false},
        {"chat", "<encrypted xmlns='urn:x'/>" + store, true},
        {"groupchat", body, false},
        {"headline", body, false},
        {"error", body, false},
        {"normal", body + carbon, false},
        {"normal", body + found, false},
    };
    for (const auto& row : rows)
        EXPECT_EQ(is_worth_archiving(message(row.type, row.content)), row.archived) << row.content;
}

TEST(MessageRules, which_are_copied) {
    const struct {
        std::string type, content;
        bool received, sent;
    } rows[] = {
        {"chat", body, true, true},
        {"chat", composing, true, true},
        {"chat", "<x xmlns='urn:x'/>", true, true},
        {"normal", body, true, true},
        {"", body, true, true},
        {"normal", "<x xmlns='urn:x'/>", false, false},
        {"normal", receipt, true, true},
        {"normal", marker, true, true},
        {"normal", composing, true, true},
        {"chat", body + private_, false, false},
        {"chat", body + no_copy, false, false},
        {"groupchat", body, false, false},
        {"headline", body, false, false},
        {"error", body, false, false},
        {"chat", body + muc, false, true},
        {"normal", invite, true, true},
        {"normal", "<x xmlns='jabber:x:conference' jid='r@c.example'/>", true, true},
        {"chat", carbon, false, false},
        {"normal", found, false, false},
    };
    for (const auto& row : rows) {
        EXPECT_EQ(is_to_be_copied(message(row.type, row.content), false), row.received) << row.content;
        EXPECT_EQ(is_to_be_copied(message(row.type, row.content), true), row.sent) << row.content;
    }
}

TEST(MessageRules, which_can_wait_until_the_client_is_looked_at) {
    const struct {
        const char* stanza;
        bool waits;
    } rows[] = {
        {"<presence/>", true},
        {"<presence type='unavailable'/>", true},
        {"<presence type='subscribe'/>", false},
        {"<presence type='subscribed'/>", false},
        {"<presence type='error'/>", false},
        {"<iq type='get' id='1'><x xmlns='urn:x'/></iq>", false},
        {"<iq type='result' id='1'/>", false},
        {"<message/>", false},
        {"<message><body/></message>", false},
        {"<message type='groupchat'><body/></message>", false},
        {"<message><active xmlns='http://jabber.org/protocol/chatstates'/></message>", true},
        {"<message><body/><active xmlns='http://jabber.org/protocol/chatstates'/></message>", false},
        {"<message type='error'><active xmlns='http://jabber.org/protocol/chatstates'/></message>", false},
    };
    for (const auto& row : rows) EXPECT_EQ(can_wait(Stanza(test::stanza_of(row.stanza))), row.waits) << row.stanza;
}

}  // namespace
}  // namespace rondel::server
