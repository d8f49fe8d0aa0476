// Certificates of every kind, right and wrong, for tests of what is accepted.
#pragma once

#include <string>
#include <vector>

#include "tests/support/certificate.hpp"

namespace rondel::testing {

// What a certificate is to say. Extensions as openssl.cnf writes them; empty: none.
struct Wish {
    std::string alternative = "DNS:xmpp.localhost";  // subjectAltName
    std::string common_name = "test";
    int first_day = -1;  // from today
    int last_day = 30;
    std::string constraints = "critical,CA:FALSE";
    std::string usage = {};           // extendedKeyUsage
    std::string permitted = {};       // nameConstraints
    std::string name_with_null = {};  // a DNS name that may hold U+0000, instead of `alternative`
    bool weak_key = false;            // RSA of 1024 bits
    bool ed25519 = false;             // a key of that kind
    long serial = 1;
    bool weak_digest = false;       // SHA-1
    bool unknown_critical = false;  // an extension that nobody knows, and must
};

// Signed by `issuer`, or by itself. The chain holds this certificate only.
Certificate issue(const Wish& wish, const Certificate* issuer = nullptr);

// PEM: what `issuer` has taken back, a list that is good until `last_day`.
std::string revoke(const std::vector<long>& serials, const Certificate& issuer, int last_day = 30);

}  // namespace rondel::testing
