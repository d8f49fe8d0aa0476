// XEP-0359 Unique and Stable Stanza IDs 0.7.0. Left out: references to stanzas.
//
//   auto id = stanza_ids::given_by(message, self.address().bare());      // by which our archive has it
#pragma once

#include "rondel/stanza/stanza.hpp"
#include "rondel/xml/payload.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace rondel::stanza_ids {

inline constexpr std::string_view ns = "urn:xmpp:sid:0";

struct StanzaId {
    std::string id = {};
    Jid by = {};  // who gave it: to be believed only of an entity that says it has this feature, and of no other (§6)
    friend bool operator==(const StanzaId&, const StanzaId&) = default;
    static constexpr auto xml =
        xml::element("stanza-id", ns, xml::attribute("id", &StanzaId::id), xml::attribute("by", &StanzaId::by));
};

struct OriginId {
    std::string id = {};
    friend bool operator==(const OriginId&, const OriginId&) = default;
    static constexpr auto xml = xml::element("origin-id", ns, xml::attribute("id", &OriginId::id));
};

// The id that this entity gave to the stanza; nullopt: none. Whether it is to be believed the stanza cannot tell (§6):
// ask disco::info of `by` once.
std::optional<std::string> given_by(const Stanza& stanza, JidView by);

// For who gives ids: puts its own on a stanza, and takes off all that claim to be its own (§5).
void give(Stanza& stanza, const StanzaId& id);
std::size_t take_off(Stanza& stanza, JidView by);  // how many there were

}  // namespace rondel::stanza_ids
