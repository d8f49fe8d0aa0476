// How a connection is secured, and how the server's certificate is checked.
#pragma once

#include <optional>
#include <string>

namespace rondel::net {

struct TlsOptions {
    enum class Mode {
        off,
        verify,    // against `ca_file`, or the system's authorities; for the name `name`, or the host connected to
        pin,       // the certificate's SHA-256 fingerprint is `pin`; nothing else is asked of it
        insecure,  // encrypted to whoever answers: no protection against an active attacker
    };
    Mode mode = Mode::off;
    std::string ca_file = {};  // PEM; empty: the system's
    std::string pin = {};      // "sha256:" and 64 hexadecimal digits, colons between them allowed
    std::string name = {};     // that the certificate must be for
};

}  // namespace rondel::net
