// Certificates made by the tests, for the tests.
#pragma once

#include <string>
#include <vector>

namespace rondel::testing {

struct Certificate {
    std::string chain;        // PEM
    std::string key;          // PEM
    std::string fingerprint;  // "sha256:…"
};

// Self-signed, valid from yesterday for `days`; negative: expired. Names go into subjectAltName as DNS names or IP
// addresses.
Certificate make_certificate(const std::vector<std::string>& names, int days = 30);

}  // namespace rondel::testing
