#include "rondel/stream/client_features.hpp"

#include "rondel/stream/negotiation_ns.hpp"
#include "rondel/stream/stream_error.hpp"
#include "rondel/xml/writer.hpp"

namespace rondel::stream {

namespace {

std::string tag(std::string_view name, std::string_view ns, std::string_view inside = {}) {
    std::string text = "<" + std::string(name) + " xmlns='" + std::string(ns) + "'";
    return inside.empty() ? text + "/>" : text + ">" + std::string(inside) + "</" + std::string(name) + ">";
}

std::string write_mechanisms(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += "<mechanism>" + name + "</mechanism>";
    return text;
}

std::string write_binding_types(const std::vector<std::string>& types) {
    std::string text;
    for (const std::string& type : types) text += "<channel-binding type='" + type + "'/>";
    return tag("sasl-channel-binding", binding_types_ns, text);
}

// What <authenticate/> may ask for in one go (XEP-0386 §3, XEP-0198 §9, XEP-0484 §3.1).
std::string write_inline(const ClientFeatures& features) {
    std::string of_bind =
        "<feature var='" + std::string(carbons_ns) + "'/><feature var='" + std::string(client_state_ns) + "'/>";
    if (features.management) of_bind += "<feature var='urn:xmpp:sm:3'/>";
    std::string text = tag("bind", bind2_ns, "<inline>" + of_bind + "</inline>");
    if (features.resumption) text += tag("sm", "urn:xmpp:sm:3");
    if (!features.fast_mechanisms.empty()) text += tag("fast", fast_ns, write_mechanisms(features.fast_mechanisms));
    return "<inline>" + text + "</inline>";
}

}  // namespace

std::string write_features(const ClientFeatures& features, Framing framing) {
    std::string text;
    if (features.starttls) text += tag("starttls", tls_ns, features.tls_required ? "<required/>" : "");
    if (!features.mechanisms.empty()) {
        text += tag("mechanisms", sasl_ns, write_mechanisms(features.mechanisms));
        if (features.sasl2)
            text += tag("authentication", sasl2_ns, write_mechanisms(features.mechanisms) + write_inline(features));
        if (!features.binding_types.empty()) text += write_binding_types(features.binding_types);
    }
    if (features.registration) text += "<register xmlns='http://jabber.org/features/iq-register'/>";
    if (features.bind) text += tag("bind", bind_ns) + tag("session", session_ns, "<optional/>");
    if (features.session) {
        if (features.management) text += tag("sm", "urn:xmpp:sm:3");
        text += tag("csi", client_state_ns) + features.of_session;
    }
    std::string name = "stream:features";
    std::string start = "<" + name;
    if (framing == Framing::websocket) start += " xmlns:stream='" + std::string(streams_ns) + "'";
    return text.empty() ? start + "/>" : start + ">" + text + "</" + name + ">";
}

}  // namespace rondel::stream
