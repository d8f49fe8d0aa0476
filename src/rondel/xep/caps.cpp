#include "rondel/xep/caps.hpp"

#include "rondel/service/router.hpp"

#include <utility>

namespace rondel::caps {

namespace {

// What we are, and its string, computed again only when something was installed or dropped.
// Threads: the entity's executor.
class Own {
  public:
    Own(std::string node, const disco::Directory& directory)
        : node_(std::move(node)), forms_(directory.forms()), only_known_(directory.only_known()) {}

    // The forms are about the entity's own address alone, as in disco.
    disco::Info info(JidView address, const Entity& self) const {
        disco::Info info = disco::own_info(self);
        if (address == JidView(self.address())) info.forms = forms_;
        return info;
    }
    Caps caps(JidView address, const Entity& self) {
        Known& known = address == JidView(self.address()) ? own_ : other_;
        if (Features now = self.features(); known.ver.empty() || now != known.of) {
            known.ver = verification(info(address, self)).value_or(std::string());
            known.of = std::move(now);
        }
        return {.hash = "sha-1", .node = node_, .ver = known.ver};
    }
    bool tells_about(JidView address, const Entity& self) const {
        return !only_known_ || address == JidView(self.address());
    }

  private:
    struct Known {
        Features of;
        std::string ver;
    };

    std::string node_;
    std::vector<forms::Form> forms_;
    bool only_known_;
    Known own_;
    Known other_;
};

bool put_on(Stanza& stanza, Own& own, const Entity& self) {
    if (stanza.kind() != StanzaKind::presence || !stanza.type().empty() || stanza.payload("c", ns)) return true;
    const JidView from = stanza.from().empty() ? JidView(self.address()) : stanza.from();
    const Caps caps = own.caps(from, self);
    if (!caps.ver.empty() && own.tells_about(from, self)) xml::encode_into(stanza.element().ref(), caps);
    return true;
}

}  // namespace

void install(Router& router, std::string node, Identity identity, disco::Directory directory) {
    const auto own = std::make_shared<Own>(std::move(node), directory);
    directory.elsewhere([own](const disco::Place& place, const Iq&, Entity& self) -> std::optional<disco::Info> {
        const Caps caps = own->caps(place.jid, self);
        if (place.node != caps.node + '#' + caps.ver || !own->tells_about(place.jid, self)) return std::nullopt;
        return own->info(place.jid, self);
    });
    router.features().add(ns);
    router.filter_out([own](Stanza& stanza, Entity& self) { return put_on(stanza, *own, self); });
    disco::install(router, std::move(identity), std::move(directory));
}

}  // namespace rondel::caps
