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
        insecure,  // encrypted to whoever answers: no protection against an active attacker. The hosts say so in the
                   // log
    };
    Mode mode = Mode::off;
    std::string ca_file = {};   // PEM; empty: the system's
    std::string pin = {};       // "sha256:" and 64 hexadecimal digits, colons between them allowed
    std::string name = {};      // that the certificate must be for
    std::string crl_file = {};  // PEM: a certificate that its authority has taken back is refused. One list for each
                                // authority that signs for servers must be in it, and be up to date
};

}  // namespace rondel::net
