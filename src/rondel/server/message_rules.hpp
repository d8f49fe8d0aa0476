// What becomes of a message for a user (RFC 6121 §8.5), and who else is to have it: rules without XML on the wire.
#pragma once

#include "rondel/stanza/message.hpp"

namespace rondel::server {

enum class MessageFate {
    resource,  // to the one it is addressed to, whatever its priority
    all,       // to all available resources whose priority is not negative
    keep,      // offline; an error where it is not kept
    bounce,    // service-unavailable
    ignore,
};

// For a user that exists. `full`: it is for a full JID; `matches`: there is such a resource; `anybody`: some available
// resource has a priority that is not negative. Where §8.5.4 leaves a choice, its sender is told.
MessageFate fate_of(MessageType type, bool full, bool matches, bool anybody);

// Chat states (XEP-0085) and nothing else: only for those who are there now, and no reason to tell anybody.
bool is_mere_state(const Stanza& stanza);
// A copy of another message, or a page of an archive: no message of its own.
bool is_wrapped(const Message& message);

// Offline, for somebody who is not there (XEP-0160 §3, XEP-0334).
bool is_worth_keeping(const Message& message);

// Into the archives of those whose message it is (XEP-0313 §6.1.1, XEP-0334).
bool is_worth_archiving(const Message& message);

// To the other resources of the sender or the receiver (XEP-0280 §6.1). `sent`: by one of the user's own.
bool is_to_be_copied(const Message& message, bool sent);

// It tells nothing that a person would be disturbed for (XEP-0352 §5): it can wait until the client is looked at.
bool can_wait(const Stanza& stanza);

}  // namespace rondel::server
