// What a certificate says that it is for. Read from the ASN.1 of its subjectAltName: the subject, and in it the common
// name, is a text for people and identifies nothing (V25, RFC 9525 §2).
#pragma once

#include <string>
#include <vector>

struct x509_st;  // OpenSSL's X509

namespace rondel::net {

// A value. Names that hold what no name can hold (a NUL, a line break, octets beyond ASCII) are not in it.
struct CertificateNames {
    std::vector<std::string> dns = {};        // DNS-ID: "xmpp.example.com", "*.example.com"
    std::vector<std::string> services = {};   // SRV-ID (RFC 4985): "_xmpp-client.example.com"
    std::vector<std::string> addresses = {};  // XmppAddr (RFC 6120 §13.7.1.4): "example.com", "juliet@example.com"
    std::vector<std::string> ips = {};        // 4 or 16 octets

    bool empty() const { return dns.empty() && services.empty() && addresses.empty() && ips.empty(); }
    friend bool operator==(const CertificateNames&, const CertificateNames&) = default;
};

CertificateNames names_of(const x509_st& certificate);

// For people: "DNS a.example, XMPP b.example"; at most a few of them.
std::string describe(const CertificateNames& names);

}  // namespace rondel::net
