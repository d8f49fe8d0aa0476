#include "rondel/stream/registration.hpp"

#include "rondel/stream/negotiation_ns.hpp"

#include <utility>

namespace rondel::stream {

bool is_registration(const Stanza& stanza) {
    return stanza.is_request() && static_cast<bool>(stanza.payload("query", registration_ns));
}

Registered take_registration(const Iq& request, const AddAccount& add) {
    const ElementView query = request.payload("query", registration_ns);
    if (request.type() == IqType::get) {
        Iq result = request.result();
        xml::ElementRef fields = result.add("query", registration_ns);
        fields.append("instructions").text("Choose a username and a password.");
        fields.append("username");
        fields.append("password");
        return {std::move(result)};
    }
    if (query.child("remove"))  // of whom? That is for who has authenticated.
        return {request.error_reply(StanzaError(Condition::not_authorized))};
    const std::string_view username = query.child("username").text();
    const Secret password = query.child("password").text();
    if (username.empty() || password.empty())
        return {request.error_reply(StanzaError(Condition::not_acceptable, "Both username and password are needed."))};
    if (const std::optional<Condition> refused = add(username, password))
        return {request.error_reply(StanzaError(*refused))};
    return {request.result(), true};
}

}  // namespace rondel::stream
