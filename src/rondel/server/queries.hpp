// Requests that the server answers: for the domain, or on behalf of an account (RFC 6120 §10.5.1, RFC 6121 §8.5.2.1.3).
#pragma once

#include "rondel/server/home.hpp"
#include "rondel/xml/payload.hpp"

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace rondel::server {

struct Asked {
    const Iq& iq;
    User* user = nullptr;     // whose account; nullptr: the domain's
    Resource* own = nullptr;  // the one that asks, if it is one of that user's own

    JidView who() const { return iq.from(); }
    bool by_subscriber() const { return user != nullptr && (own != nullptr || user->shows_presence_to(who())); }
};

struct Answer {
    Element payload = {};              // empty: a result without anything in it
    std::function<void()> after = {};  // what follows the answer

    Answer() = default;
    Answer(Element answer) : payload(std::move(answer)) {}  // NOLINT(google-explicit-constructor)
};

// Throws the StanzaError to answer with, or StorageError.
using Answering = Answer (*)(Home& home, const Asked& asked);

struct Question {
    IqType type;
    std::string_view name;
    std::string_view ns;
    Answering answer;
};

template <class Payload>
constexpr Question question(IqType type, Answering answer) {
    return {type, xml::payload_name<Payload>(), xml::payload_ns<Payload>(), answer};
}

// The payload of the request; throws bad-request where it is none, jid-malformed where an address in it is.
template <class Payload>
Payload read(const Asked& asked) {
    Result<Payload> payload = xml::decode<Payload>(asked.iq.payload());
    if (payload) return *std::move(payload);
    const bool address = payload.error() == xml::PayloadError::bad_jid;
    throw StanzaError(address ? Condition::jid_malformed : Condition::bad_request, payload.error().message());
}

void answer_for_domain(Home& home, Iq iq);
// `own`: the session that it came from, if it is one of this user's.
void answer_for_account(Home& home, User& user, Iq iq, Resource* own);

}  // namespace rondel::server
