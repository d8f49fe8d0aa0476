#include "rondel/xep/stanza_ids.hpp"

#include <vector>

namespace rondel::stanza_ids {

std::optional<std::string> given_by(const Stanza& stanza, JidView by) {
    for (const ElementView child : stanza.element().children()) {
        Result<StanzaId> id = xml::decode<StanzaId>(child);
        if (id && JidView(id->by) == by) return std::move(id->id);
    }
    return std::nullopt;
}

void give(Stanza& stanza, const StanzaId& id) {
    take_off(stanza, id.by);
    xml::encode_into(stanza.element().ref(), id);
}

std::size_t take_off(Stanza& stanza, JidView by) {
    std::size_t taken = 0;
    std::vector<Element> others;
    for (const ElementView child : stanza.element().children()) {
        if (!child.is(StanzaId::xml.name, ns)) continue;
        const Result<StanzaId> id = xml::decode<StanzaId>(child);
        if (id && JidView(id->by) == by)
            ++taken;
        else
            others.push_back(child.copy());
    }
    if (taken == 0) return 0;
    stanza.element().ref().remove(StanzaId::xml.name, ns);
    for (const Element& other : others) stanza.add(other);
    return taken;
}

}  // namespace rondel::stanza_ids
