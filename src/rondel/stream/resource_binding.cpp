#include "rondel/stream/resource_binding.hpp"

#include "rondel/stream/negotiation_ns.hpp"

namespace rondel::stream {

bool is_bind_request(const Stanza& stanza) {
    return stanza.kind() == StanzaKind::iq && stanza.type() == "set" &&
           static_cast<bool>(stanza.payload("bind", bind_ns));
}

std::string_view wanted_resource(const Stanza& request) {
    return request.payload("bind", bind_ns).child("resource").text();
}

Stanza bound(const Iq& request, JidView address) {
    Iq result = request.result();
    result.add("bind", bind_ns).append("jid").text(address.str());
    return result;
}

}  // namespace rondel::stream
