// XEP-0191 Blocking Command 1.3. Left out: nothing.
//
//   co_await blocking::block(self, "tybalt@capulet.lit"_jid);
//   blocking::install(router, [](const blocking::Change& change, Entity& self) { … });     // what other resources did
#pragma once

#include "rondel/service/entity.hpp"
#include "rondel/xml/payload.hpp"

#include <functional>
#include <string_view>
#include <vector>

namespace rondel {
class Router;
}

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

// What one of our resources, this one included, has done to the list.
struct Change {
    std::vector<Jid> blocked = {};
    std::vector<Jid> unblocked = {};
    bool all_unblocked = false;
    friend bool operator==(const Change&, const Change&) = default;
};

// Takes the pushes of our own account, and of nobody else: others get service-unavailable. They come to those who asked
// for the list in this session (§3.2).
using ChangeHandler = std::function<void(const Change& change, Entity& self)>;
void install(Router& router, ChangeHandler changed);

// All throw the server's StanzaError, or remote-server-timeout. A domain blocks everybody there, a bare JID all its
// resources (§3.1).
task<std::vector<Jid>> list(Entity& self);
task<> block(Entity& self, JidView jid);
task<> unblock(Entity& self, JidView jid);
task<> unblock_all(Entity& self);

// Whether the error says that we have blocked the one we wrote to (§3.3).
bool is_blocked(const StanzaError& error);

}  // namespace rondel::blocking
