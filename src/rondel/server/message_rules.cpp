#include "rondel/server/message_rules.hpp"

#include "rondel/xep/archive.hpp"
#include "rondel/xep/carbons.hpp"
#include "rondel/xep/hints.hpp"

#include <algorithm>
#include <string_view>

namespace rondel::server {

namespace {

constexpr std::string_view chat_states_ns = "http://jabber.org/protocol/chatstates";
constexpr std::string_view receipts_ns = "urn:xmpp:receipts";
constexpr std::string_view markers_ns = "urn:xmpp:chat-markers:0";
constexpr std::string_view invitation_ns = "jabber:x:conference";
constexpr std::string_view muc_user_ns = "http://jabber.org/protocol/muc#user";
constexpr std::string_view stanza_ids_ns = "urn:xmpp:sid:0";

bool has_body(const Message& message) { return static_cast<bool>(message.payload("body", xml::stanza_ns)); }

bool is_private(const Message& message) {
    return hints::has<hints::NoCopy>(message) || message.payload("private", carbons::ns);
}

bool any_child_in(const Message& message, std::initializer_list<std::string_view> namespaces) {
    for (const ElementView child : message.element().children())
        if (std::ranges::find(namespaces, child.ns()) != namespaces.end()) return true;
    return false;
}

bool is_mediated_invitation(const Message& message) {
    return static_cast<bool>(message.payload("x", muc_user_ns).child("invite", muc_user_ns));
}

}  // namespace

bool is_mere_state(const Stanza& stanza) {
    bool state = false;
    for (const ElementView child : stanza.element().children()) {
        if (child.ns() == chat_states_ns)
            state = true;
        else if (child.ns() != hints::ns && child.ns() != stanza_ids_ns && !child.is("thread", xml::stanza_ns))
            return false;
    }
    return state;
}

bool is_wrapped(const Message& message) {
    return message.payload("received", carbons::ns) || message.payload("sent", carbons::ns) ||
           message.payload("result", archive::ns);
}

MessageFate fate_of(MessageType type, bool full, bool matches, bool anybody) {
    if (full && matches) return MessageFate::resource;
    switch (type) {
        case MessageType::error:
            return MessageFate::ignore;
        case MessageType::groupchat:
            return MessageFate::bounce;
        case MessageType::headline:
            if (full) return MessageFate::bounce;
            return anybody ? MessageFate::all : MessageFate::ignore;
        case MessageType::normal:
            if (full) return MessageFate::bounce;
            [[fallthrough]];
        case MessageType::chat:
            return anybody ? MessageFate::all : MessageFate::keep;
    }
    return MessageFate::bounce;
}

bool is_worth_keeping(const Message& message) {
    if (message.type() != MessageType::chat && message.type() != MessageType::normal) return false;
    return !hints::has<hints::NoStore>(message) && !is_mere_state(message) && !is_wrapped(message);
}

bool is_worth_archiving(const Message& message) {
    if (message.type() != MessageType::chat && message.type() != MessageType::normal) return false;
    if (hints::has<hints::NoStore>(message) || hints::has<hints::NoPermanentStore>(message)) return false;
    if (is_wrapped(message)) return false;
    return has_body(message) || hints::has<hints::Store>(message) || any_child_in(message, {receipts_ns, markers_ns});
}

bool is_to_be_copied(const Message& message, bool sent) {
    if (is_private(message) || is_wrapped(message)) return false;
    const MessageType type = message.type();
    if (type == MessageType::groupchat || type == MessageType::headline) return false;
    if (any_child_in(message, {invitation_ns}) || is_mediated_invitation(message)) return true;
    // A private message of a room: the room has given it to all that are in it (§6.1).
    if (!sent && message.payload("x", muc_user_ns)) return false;
    if (type == MessageType::error) return false;  // to what it is an answer, nobody remembers
    return type == MessageType::chat || has_body(message) ||
           any_child_in(message, {receipts_ns, chat_states_ns, markers_ns});
}

bool can_wait(const Stanza& stanza) {
    if (stanza.kind() == StanzaKind::presence) return stanza.type().empty() || stanza.type() == "unavailable";
    return stanza.kind() == StanzaKind::message && !stanza.is_error() && is_mere_state(stanza);
}

}  // namespace rondel::server
