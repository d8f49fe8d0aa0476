// The server's certificate: given, or made by itself.
#pragma once

#include "rondel/base/jid.hpp"

#include <string>
#include <vector>

namespace rondel::net {

// A certificate with its key, both PEM texts. Not TLS at all if empty.
struct ServerCertificate {
    std::string chain;
    std::string key;
    bool empty() const { return chain.empty(); }
};

// For these domains, each as a DNS name (RFC 6125), signed by itself: ECDSA on P-256, for ten years. Who connects must
// be given the certificate, or its fingerprint. Throws std::runtime_error.
ServerCertificate make_self_signed(const std::vector<Jid>& domains);

// "sha256:…", as --tls-pin and TlsOptions::pin take it; empty if it is no certificate.
std::string fingerprint_of(const ServerCertificate& certificate);

// For what clients will refuse it, each a sentence: it is not yet or not any more valid, or not for one of the domains.
std::vector<std::string> faults_of(const ServerCertificate& certificate, const std::vector<Jid>& domains);

struct KeptCertificate {
    ServerCertificate certificate;
    bool made = false;  // just now
};

// From two files of PEM; where neither is there, a self-signed one is made and kept in them (the key for its owner
// only). Throws std::runtime_error with a sentence: one of the two is missing, unreadable, or they do not fit.
KeptCertificate keep_certificate(const std::string& chain_file, const std::string& key_file,
                                 const std::vector<Jid>& domains);

}  // namespace rondel::net
