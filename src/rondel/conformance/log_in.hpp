// The way into a server as a client: SASL by our own mechanisms, which check the server's proof.
#pragma once

#include "rondel/conformance/raw_stream.hpp"
#include "rondel/conformance/server_under_test.hpp"
#include "rondel/sasl/client_mechanism.hpp"

#include <string>
#include <vector>

namespace rondel::conformance {

inline constexpr std::string_view sasl_ns = "urn:ietf:params:xml:ns:xmpp-sasl";
inline constexpr std::string_view tls_ns = "urn:ietf:params:xml:ns:xmpp-tls";
inline constexpr std::string_view bind_ns = "urn:ietf:params:xml:ns:xmpp-bind";

std::vector<std::string> mechanisms_of(xml::ElementView features);

// Asks for TLS, and secures the wire; the stream is to be opened anew then. Throws Unmet.
void start_tls(RawStream& stream, const Trust& trust, const std::string& domain);

// An authentication to its end: the last element, <success/> or <failure/>. Throws Unmet where something else comes,
// or the server's proof is wrong.
xml::Element authenticate(RawStream& stream, sasl::ClientMechanism& mechanism);

// What these features offer, as our mechanisms want to know it.
sasl::Offer offer_in(xml::ElementView features);

// With the best mechanism that is offered. Throws Unmet.
void authenticate(RawStream& stream, const Account& account, xml::ElementView features);

// “<auth mechanism='…'>” with this initial response in base64.
std::string auth(std::string_view mechanism, std::string_view initial);

}  // namespace rondel::conformance
