#include "rondel/xep/stanza_ids.hpp"

#include "tests/support/hand_driven.hpp"
#include "tests/support/round_trip.hpp"
#include <gtest/gtest.h>

namespace rondel::stanza_ids {
namespace {

using testing::stanza;
using testing::text;

TEST(StanzaIds, are_written_as_the_specification_does) {  // XEP-0359 §3
    const auto id = test::round_trip<StanzaId>(
        "<stanza-id xmlns='urn:xmpp:sid:0' id='5f3dbc5e-e1d3-4077-a492-693f3769c7ad' by='room@muc.example.com'/>");
    EXPECT_EQ(id.by, "room@muc.example.com"_jid);
    EXPECT_EQ(test::round_trip<OriginId>("<origin-id xmlns='urn:xmpp:sid:0' id='de305d54'/>").id, "de305d54");
    EXPECT_FALSE(test::is_read<StanzaId>("<stanza-id xmlns='urn:xmpp:sid:0' id='1'/>"));
    EXPECT_FALSE(test::is_read<StanzaId>("<stanza-id xmlns='urn:xmpp:sid:0' by='a.example'/>"));
}

constexpr std::string_view twice =
    "<message><stanza-id xmlns='urn:xmpp:sid:0' id='1' by='juliet@capulet.lit'/><body>Hi</body>"
    "<stanza-id xmlns='urn:xmpp:sid:0' id='2' by='room@muc.example.com'/>"
    "<stanza-id xmlns='urn:xmpp:sid:0' id='3' by='JULIET@capulet.lit'/>"
    "<stanza-id xmlns='urn:xmpp:sid:0' id='4'/></message>";

TEST(StanzaIds, are_found_by_who_gave_them) {
    const Stanza message = stanza(twice);
    EXPECT_EQ(given_by(message, "juliet@capulet.lit"_jid), "1");
    EXPECT_EQ(given_by(message, "room@muc.example.com"_jid), "2");
    EXPECT_EQ(given_by(message, "capulet.lit"_jid), std::nullopt);
}

TEST(StanzaIds, that_claim_to_be_ours_are_taken_off_however_they_are_written) {
    Stanza message = stanza(twice);
    EXPECT_EQ(take_off(message, "juliet@capulet.lit"_jid), 2u);
    EXPECT_EQ(given_by(message, "juliet@capulet.lit"_jid), std::nullopt);
    EXPECT_EQ(text(message),
              "<message><body>Hi</body><stanza-id xmlns='urn:xmpp:sid:0' id='2' by='room@muc.example.com'/>"
              "<stanza-id xmlns='urn:xmpp:sid:0' id='4'/></message>");
    EXPECT_EQ(take_off(message, "juliet@capulet.lit"_jid), 0u);
}

TEST(StanzaIds, ours_replaces_what_claims_to_be_it) {
    Stanza message =
        stanza("<message><stanza-id xmlns='urn:xmpp:sid:0' id='forged' by='juliet@capulet.lit'/></message>");
    give(message, {.id = "9", .by = "juliet@capulet.lit"_jid});
    EXPECT_EQ(text(message), "<message><stanza-id xmlns='urn:xmpp:sid:0' id='9' by='juliet@capulet.lit'/></message>");
}

}  // namespace
}  // namespace rondel::stanza_ids
