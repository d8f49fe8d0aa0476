// XEP-0059 Result Set Management 1.0. Left out: nothing.
//
//   query.set = paging::after("28482-98726-73623", 50);                                            // asks for the next
//   fifty paging::Slice slice = paging::cut(*query.set, names.size(), [&](std::size_t i) { return names[i]; });   //
//   answers
#pragma once

#include "rondel/xml/payload.hpp"

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace rondel::paging {

inline constexpr std::string_view ns = "http://jabber.org/protocol/rsm";

struct First {
    std::string id = {};
    std::optional<std::uint64_t> index = {};  // where in the whole it stands, from 0; may be roughly so (§2.6)
    friend bool operator==(const First&, const First&) = default;
    static constexpr auto xml =
        xml::element("first", ns, xml::attribute("index", &First::index), xml::text(&First::id));
};

// In a query: max, and one of after, before and index. In an answer: first, last and count.
struct Set {
    std::optional<std::uint64_t> max = {};    // of one page; 0 asks for the count alone (§2.7)
    std::optional<std::string> after = {};    // the last id of the page before (§2.2)
    std::optional<std::string> before = {};   // the first id of the page after; empty: the last page (§2.3, §2.5)
    std::optional<std::uint64_t> index = {};  // §2.4
    std::optional<First> first = {};
    std::optional<std::string> last = {};
    std::optional<std::uint64_t> count = {};  // of the whole; may be roughly so (§2.6)
    friend bool operator==(const Set&, const Set&) = default;
    static constexpr auto xml = xml::element(
        "set", ns, xml::child_text("max", &Set::max), xml::child_text("after", &Set::after),
        xml::child_text("before", &Set::before), xml::child_text("index", &Set::index), xml::child(&Set::first),
        xml::child_text("last", &Set::last), xml::child_text("count", &Set::count));
};

// What to ask for: the first page, the one after an id, the one before, the last.
Set first(std::uint64_t max);
Set after(std::string id, std::uint64_t max);
Set before(std::string id, std::uint64_t max);
Set last(std::uint64_t max);

// What was asked for of a list: the entries from `begin` to before `end`, and what the answer says of them.
struct Slice {
    std::size_t begin = 0;
    std::size_t end = 0;
    bool complete = false;  // nothing beyond, in the direction asked
    Set set = {};
};

// Of a list of so many entries, each with an id that is its own; `most` of them in a page at most. Throws
// StanzaError(item_not_found) where after or before is not in it (§2.4).
Slice cut(const Set& wanted, std::size_t count, const std::function<std::string(std::size_t)>& id_of,
          std::size_t most = std::numeric_limits<std::size_t>::max());

}  // namespace rondel::paging
