// XEP-0115 Entity Capabilities 1.6.0. Left out: the format before version 1.4, which cannot be verified.
//
//   caps::install(router, "https://example.com/weather", Identity{.category = "client", .type = "bot"});    // and
//   disco caps::Cache known; auto info = co_await known.info(self, presence);        // asks at most once for each
//   software in the world
#pragma once

#include "rondel/xep/disco.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace rondel::caps {

inline constexpr std::string_view ns = "http://jabber.org/protocol/caps";

struct Caps {
    std::string hash = {};  // "sha-1"; empty: the format before 1.4
    std::string node = {};
    std::string ver = {};
    friend bool operator==(const Caps&, const Caps&) = default;
    static constexpr auto xml = xml::element("c", ns, xml::optional_attribute("hash", &Caps::hash),
                                             xml::attribute("node", &Caps::node), xml::attribute("ver", &Caps::ver));
};

// The string that stands for all that disco tells (§5.1), by "sha-1" or "sha-256". nullopt: another hash, or
// information that must not be trusted under one (§5.4): an identity, feature or form twice, a FORM_TYPE of two minds,
// and what could be read in two ways: a '<' anywhere, a '/' or ':' in a category or type.
std::optional<std::string> verification(const disco::Info& info, std::string_view hash = "sha-1");

// disco::install(), and the string on every available presence that goes out; disco answers under "node#string" too.
// `node`: an address of the software on the web (§4). The string follows what is installed.
void install(Router& router, std::string node, Identity identity, disco::Directory directory = {});

// What others can do, by their strings. Only what was told and gave the string when it was computed here is kept, so
// that nobody can say what another's software does (V42). Drops the oldest when it is full. Owns: what it knows, shared
// with the tasks that ask.   Threads: the executor of the entities that ask.
class Cache {
  public:
    explicit Cache(std::size_t most = 1000);

    // Of the sender of the presence: known, or asked for. Who asks while another asks for the same string waits for
    // that answer. What cannot be verified is true of that sender alone. Throws its StanzaError, or
    // remote-server-timeout.
    task<std::shared_ptr<const disco::Info>> info(Entity& self, const Presence& presence);

    std::shared_ptr<const disco::Info> find(const Caps& caps) const;  // empty: not known
    bool add(const Caps& caps, disco::Info info);                     // as it was kept elsewhere; false: not verified
    std::size_t size() const;

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace rondel::caps
