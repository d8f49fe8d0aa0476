// Whom a certificate has to be for (RFC 6125 §6, RFC 6120 §13.7.2.1).
#pragma once

#include "rondel/net/certificate_names.hpp"

#include <string>
#include <string_view>

namespace rondel::net {

// A value.
struct ReferenceIdentity {
    // The domain of the JID that we connect for (the `to` of our stream), or the host that a person named; with
    // U-labels or A-labels; or an IP address. Never what DNS or a redirection said: whoever forges those has a good
    // certificate for his own name (V34, R046).
    std::string domain = {};
    // "xmpp-client": a SRV-ID of this service, and an XmppAddr, will do, too. Empty: DNS names and IP addresses only.
    std::string service = {};

    friend bool operator==(const ReferenceIdentity&, const ReferenceIdentity&) = default;
};

// Whether one of the names is the one. A wildcard stands for the whole left-most label, and for one label only, above
// two others at least (RFC 6125 §6.4.3).
bool matches(const CertificateNames& names, const ReferenceIdentity& who);

// What a client puts into the server name indication: the domain with A-labels; empty for an IP address.
std::string server_name(const ReferenceIdentity& who);

}  // namespace rondel::net
