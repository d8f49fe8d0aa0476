#include "rondel/server/client_stanzas.hpp"

#include "rondel/server/messages.hpp"
#include "rondel/server/presence_sharing.hpp"
#include "rondel/server/queries.hpp"
#include "rondel/server/subscribing.hpp"
#include "rondel/xep/blocking.hpp"

#include <utility>

namespace rondel::server {

namespace {

// XEP-0191 §3.4.
bool refuse_to_blocked(Home& home, const User& user, const Stanza& stanza) {
    const JidView to = stanza.to();
    if (to.empty() || user.owns(to) || to.str() == home.name().str() || !user.blocked.holds(to)) return false;
    const bool ends_something =
        stanza.type() == "unavailable" || stanza.type() == "unsubscribe" || stanza.type() == "unsubscribed";
    if (stanza.kind() == StanzaKind::presence && ends_something) return true;  // they know nothing, and need not
    StanzaError error(Condition::not_acceptable, ErrorType::cancel);
    home.refuse(stanza, std::move(error).application("blocked", std::string(blocking::ns_errors)), true);
    return true;
}

// Without `to` (RFC 6121 §4.2 to §4.5).
void take_broadcast(Home& home, User& user, Resource& resource, Presence presence) {
    const std::optional<PresenceType> type = presence.type();
    if (type == PresenceType::available) return share_presence(home, user, resource, std::move(presence));
    if (type == PresenceType::unavailable) return end_presence(home, user, resource, presence);
    if (type == PresenceType::error || type == PresenceType::probe) return;
    home.refuse(presence, StanzaError(Condition::bad_request, "Presence of that type is for somebody."), true);
}

// RFC 6121 §4.7.2.3. What is no number between -128 and 127 counts as 0 here, and as anything elsewhere.
bool has_bad_priority(const Presence& presence) {
    const std::string_view text = presence.payload("priority", xml::stanza_ns).text();
    return presence.priority() == 0 && text.find_first_not_of("0+- \t\r\n") != std::string_view::npos;
}

void take_presence(Home& home, User& user, Resource& resource, Presence presence) {
    if (presence.type() == PresenceType::available && has_bad_priority(presence))
        return home.refuse(presence, StanzaError(Condition::bad_request, "A priority is a number from -128 to 127."),
                           true);
    const JidView to = presence.to();
    if (to.empty()) return take_broadcast(home, user, resource, std::move(presence));
    const std::optional<PresenceType> type = presence.type();
    const bool starts = type == PresenceType::available || type == PresenceType::subscribe;
    if (starts && !home.reaches(to))
        return home.refuse(presence, StanzaError(home.board.why_unreachable(to.domain())), true);
    if (type && outbound_event(*type)) return send_subscription(home, user, std::move(presence));
    if (type == PresenceType::available || type == PresenceType::unavailable)
        return direct_presence(home, user, resource, std::move(presence));
    home.route(std::move(presence));
}

void take_iq(Home& home, User& user, Resource& resource, Stanza stanza) {
    const bool is_answer = stanza.type() == "result" || stanza.type() == "error";
    if (is_answer) {
        if (stanza.to().empty() || stanza.to() == JidView(user.bare)) return;  // to a push (RFC 6120 §10.3.3)
        resource.owed.settle(stanza);
    } else if (stanza.to().empty() || stanza.to() == JidView(user.bare)) {
        return answer_for_account(home, user, Iq(std::move(stanza)), &resource);
    } else {
        resource.has_written_to(stanza.to());
    }
    home.route(std::move(stanza));
}

void take(Home& home, User& user, Resource& resource, Stanza& stanza) {
    if (refuse_to_blocked(home, user, stanza)) return;
    switch (stanza.kind()) {
        case StanzaKind::presence:
            return take_presence(home, user, resource, Presence(stanza.copy()));
        case StanzaKind::iq:
            return take_iq(home, user, resource, std::move(stanza));
        case StanzaKind::message:
            if (stanza.to().empty()) stanza.set_to(user.bare);  // RFC 6120 §10.3.1
            return send_message(home, user, resource, stanza);
    }
}

}  // namespace

void take_from_client(Home& home, User& user, Resource& resource, Stanza stanza) {
    if (stanza.from() != resource.address) stanza.set_from(resource.address);  // RFC 6120 §8.1.2.1: whatever it said
    try {
        take(home, user, resource, stanza);
    } catch (const StorageError& error) {
        home.log(error.what());
        if (stanza) home.refuse(stanza, StanzaError(Condition::internal_server_error), true);
    }
}

}  // namespace rondel::server
