// Binding a resource by iq (RFC 6120 §7). Not for other floors.
#pragma once

#include "rondel/stanza/iq.hpp"

namespace rondel::stream {

// Whether it asks for one.
bool is_bind_request(const Stanza& stanza);
// The resource that it wants, or nothing.
std::string_view wanted_resource(const Stanza& request);
Stanza bound(const Iq& request, JidView address);

}  // namespace rondel::stream
