// The messages of SCRAM, taken apart as RFC 5802 §7 has them and no otherwise: each attribute in its place, none twice,
// no mandatory extension, strict base64, UTF-8 without NUL. Not for other floors.
//
// parse functions borrow the text and return nothing for what is no such message.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rondel::sasl {

// "n,a=juliet@capulet.lit,", "y,,", "p=tls-exporter,,"
struct Gs2Header {
    char flag = 'n';                // n, y or p
    std::string binding_type = {};  // of p
    std::string authzid = {};       // unescaped; empty: none
    std::string_view text = {};     // all of it
};
std::string write_gs2_header(char flag, std::string_view binding_type, std::string_view authzid);

struct ClientFirst {
    Gs2Header gs2;
    std::string username;  // unescaped, not prepared
    std::string_view nonce;
    std::string_view bare;  // all behind the header
};
std::optional<ClientFirst> parse_client_first(std::string_view message);

struct ServerFirst {
    std::string_view nonce;
    std::string salt;                                 // bytes: 1 to 1024
    std::uint64_t iterations = 0;                     // at least 1; what is beyond is the largest number
    std::optional<std::string_view> offer_hash = {};  // h: XEP-0474, base64
};
std::optional<ServerFirst> parse_server_first(std::string_view message);

struct ClientFinal {
    std::string_view binding;  // c: base64
    std::string_view nonce;
    std::string proof;  // bytes
    std::string_view without_proof;
};
std::optional<ClientFinal> parse_client_final(std::string_view message);

struct ServerFinal {
    bool is_error = false;
    std::string signature = {};  // bytes
};
std::optional<ServerFinal> parse_server_final(std::string_view message);

// "=2C" and "=3D" for what a name cannot hold as it is.
std::string escape_name(std::string_view name);

}  // namespace rondel::sasl
