// XEP-0191 Blocking Command 1.3. Left out: nothing.
#pragma once

#include "rondel/xml/payload.hpp"

#include <string_view>
#include <vector>

namespace rondel::blocking {

inline constexpr std::string_view ns = "urn:xmpp:blocking";
inline constexpr std::string_view ns_errors = "urn:xmpp:blocking:errors";  // <blocked/> in a not-acceptable (§3.3)

struct Query {
    static constexpr auto xml = xml::element("blocklist", ns);
};

struct Blocklist {
    std::vector<Jid> jids = {};
    friend bool operator==(const Blocklist&, const Blocklist&) = default;
    static constexpr auto xml = xml::element("blocklist", ns, xml::child_attribute("item", "jid", &Blocklist::jids));
};

struct Block {  // at least one (§3.3)
    std::vector<Jid> jids = {};
    friend bool operator==(const Block&, const Block&) = default;
    static constexpr auto xml = xml::element("block", ns, xml::child_attribute("item", "jid", &Block::jids));
};

struct Unblock {  // none: all (§3.5)
    std::vector<Jid> jids = {};
    friend bool operator==(const Unblock&, const Unblock&) = default;
    static constexpr auto xml = xml::element("unblock", ns, xml::child_attribute("item", "jid", &Unblock::jids));
};

}  // namespace rondel::blocking
