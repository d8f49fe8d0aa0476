#include "rondel/service/rooms.hpp"

#include <algorithm>

namespace rondel {

namespace {

bool has_status(ElementView user, std::string_view code) {
    for (const ElementView child : user.children())
        if (child.is("status", muc_user_ns) && child.attribute("code") == code) return true;
    return false;
}

}  // namespace

void Rooms::sent(const Stanza& presence) {
    const JidView occupant = presence.to();
    if (occupant.is_bare()) return;
    if (presence.type().empty()) {
        // Entering (§7.2), or, once inside, a new name (§7.6).
        if (presence.payload("x", muc_ns) || rooms_.contains(occupant.bare().str())) enter(occupant);
    } else if (presence.type() == "unavailable") {
        leave(occupant);
    }
}

void Rooms::received(const Stanza& presence) {
    if (rooms_.empty()) return;
    const JidView occupant = presence.from();
    if (!rooms_.contains(occupant.bare().str()) || occupant.is_bare()) return;
    const std::string_view type = presence.type();
    const ElementView user = presence.payload("x", muc_user_ns);
    if (type.empty()) {
        if (has_status(user, "110")) enter(occupant);  // this is you (§7.2.2), perhaps by a name that the room chose
    } else if (type == "unavailable" && is_ours(occupant)) {
        const auto name = user.child("item", muc_user_ns).attribute("nick");
        if (name && has_status(user, "303")) {  // goes by a new name from here on (§7.6)
            if (const auto renamed = Jid(occupant.bare()).with_resource(*name)) enter(*renamed);
        }
        leave(occupant);
    } else if (type == "error") {
        leave(occupant);  // we were not let in
    }
}

bool Rooms::is_ours(JidView occupant) const {
    const auto room = rooms_.find(occupant.bare().str());
    return room != rooms_.end() && std::ranges::find(room->second, occupant.resource()) != room->second.end();
}

void Rooms::enter(JidView occupant) {
    if (is_ours(occupant)) return;
    const std::string_view room = occupant.bare().str();
    auto found = rooms_.find(room);
    if (found == rooms_.end()) found = rooms_.emplace(std::string(room), Names()).first;
    found->second.emplace_back(occupant.resource());
}

void Rooms::leave(JidView occupant) {
    const auto found = rooms_.find(occupant.bare().str());
    if (found == rooms_.end()) return;
    std::erase(found->second, occupant.resource());
    if (found->second.empty()) rooms_.erase(found);
}

}  // namespace rondel
