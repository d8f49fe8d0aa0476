#include "rondel/net/channel_bindings.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace rondel::net {

namespace {

std::string exporter(SSL& ssl) {
    if (SSL_version(&ssl) < TLS1_3_VERSION && SSL_get_extms_support(&ssl) != 1) return {};
    constexpr std::string_view label = "EXPORTER-Channel-Binding";
    std::array<unsigned char, 32> made{};
    // A context of length zero is not the same as none in TLS 1.2 (RFC 5705 §4); RFC 9266 §2 says which.
    if (SSL_export_keying_material(&ssl, made.data(), made.size(), label.data(), label.size(), made.data(), 0, 1) != 1)
        return {};
    return {made.begin(), made.end()};
}

std::string server_end_point(SSL& ssl) {
    const X509* certificate = SSL_is_server(&ssl) == 1 ? SSL_get_certificate(&ssl) : SSL_get0_peer_certificate(&ssl);
    int digest = NID_undef;
    if (certificate == nullptr ||
        X509_get_signature_info(const_cast<X509*>(certificate), &digest, nullptr, nullptr, nullptr) != 1)
        return {};
    if (digest == NID_md5 || digest == NID_sha1) digest = NID_sha256;
    const EVP_MD* method = EVP_get_digestbynid(digest);
    std::array<unsigned char, EVP_MAX_MD_SIZE> made{};
    unsigned int size = 0;
    if (method == nullptr || X509_digest(certificate, method, made.data(), &size) != 1) return {};
    return {made.begin(), made.begin() + size};
}

// COMPAT(prosody<13, ejabberd<23.04, gloox): the only type that programs older than XEP-0440 and RFC 9266 know. There
// is none on TLS 1.3 (RFC 9266 §3, V29), though ejabberd and slixmpp use it there.
std::string unique(SSL& ssl) {
    if (SSL_version(&ssl) >= TLS1_3_VERSION || SSL_get_extms_support(&ssl) != 1) return {};
    // Of a full handshake the client's Finished comes first, of a resumed session the server's (RFC 5929 §3.1).
    const bool servers = SSL_session_reused(&ssl) == 1;
    const bool own = servers == (SSL_is_server(&ssl) == 1);
    std::array<unsigned char, EVP_MAX_MD_SIZE> made{};
    const std::size_t size =
        own ? SSL_get_finished(&ssl, made.data(), made.size()) : SSL_get_peer_finished(&ssl, made.data(), made.size());
    return {made.begin(), made.begin() + static_cast<std::ptrdiff_t>(std::min(size, made.size()))};
}

}  // namespace

sasl::ChannelBindings channel_bindings(ssl_st& ssl) {
    sasl::ChannelBindings bindings;
    if (std::string data = exporter(ssl); !data.empty()) bindings.push_back({"tls-exporter", std::move(data)});
    if (std::string data = server_end_point(ssl); !data.empty())
        bindings.push_back({"tls-server-end-point", std::move(data)});
    if (std::string data = unique(ssl); !data.empty()) bindings.push_back({"tls-unique", std::move(data)});
    return bindings;
}

}  // namespace rondel::net
