// XEP-0054 vcard-temp 1.3.0. Left out: types for what a card says.
#pragma once

#include "rondel/stanza/stanza.hpp"
#include "rondel/xml/payload.hpp"

#include <string>
#include <string_view>

namespace rondel::vcard {

inline constexpr std::string_view ns = "vcard-temp";

// A card, kept as it was written.
struct Card {
    Element all = Element("vCard", ns);

    std::string_view text(std::string_view name) const { return all.child(name, ns).text(); }  // "FN", "NICKNAME", …
    Card& set(std::string_view name, std::string_view text);  // replaces it, or adds it
    bool empty() const { return all.children().empty(); }
    Card copy() const;

    static constexpr auto xml = xml::element("vCard", ns, xml::whole(&Card::all));
};

}  // namespace rondel::vcard
