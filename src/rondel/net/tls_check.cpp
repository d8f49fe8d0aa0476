// Whom a TLS connection is with: authorities, names and pins.
#include "rondel/base/encoding.hpp"
#include "rondel/net/net_error.hpp"
#include "rondel/net/tls_transport.hpp"

#include <algorithm>
#include <array>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace rondel::net {

namespace asio = boost::asio;

namespace {

// "sha256:AB:CD…" as 64 lower-case digits; empty if it is no such thing.
std::string plain_pin(std::string_view text) {
    constexpr std::string_view prefix = "sha256:";
    if (!text.starts_with(prefix)) return {};
    std::string digits;
    for (const char c : text.substr(prefix.size())) {
        if (c == ':') continue;
        const char lower = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
        if (!((lower >= '0' && lower <= '9') || (lower >= 'a' && lower <= 'f'))) return {};
        digits.push_back(lower);
    }
    return digits.size() == 64 ? digits : std::string();
}

std::string fingerprint(X509* certificate) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    if (certificate == nullptr || X509_digest(certificate, EVP_sha256(), digest.data(), &size) != 1) return {};
    return to_hex(std::string_view(reinterpret_cast<const char*>(digest.data()), size));
}

}  // namespace

Result<std::shared_ptr<asio::ssl::context>> make_client_context(const TlsOptions& options, std::string& why) {
    auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
    SSL_CTX* native = context->native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    SSL_CTX_set_options(native, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    boost::system::error_code error;
    if (options.mode == TlsOptions::Mode::pin && plain_pin(options.pin).empty()) {
        why =
            "The pin \"" + options.pin + "\" is not understood: " + make_error_code(NetError::bad_pin).message() + ".";
        return make_error_code(NetError::bad_pin);
    }
    if (options.mode != TlsOptions::Mode::verify) return context;
    if (options.ca_file.empty())
        context->set_default_verify_paths(error);
    else
        context->load_verify_file(options.ca_file, error);
    if (error) {
        why = "The certificate authorities could not be read from " +
              (options.ca_file.empty() ? "the system" : options.ca_file) + ".";
        return std::error_code(error);
    }
    return context;
}

Result<std::shared_ptr<asio::ssl::context>> make_server_context(const std::string& chain, const std::string& key) {
    auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
    SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
    SSL_CTX_set_options(context->native_handle(), SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    boost::system::error_code error;
    context->use_certificate_chain(asio::buffer(chain), error);
    if (!error) context->use_private_key(asio::buffer(key), asio::ssl::context::pem, error);
    if (error) return std::error_code(error);
    return context;
}

std::error_code expect_peer(TlsStream& stream, const TlsOptions& options, const std::string& name) {
    SSL* ssl = stream.native_handle();
    boost::system::error_code not_an_address;
    asio::ip::make_address(name, not_an_address);
    if (not_an_address) SSL_set_tlsext_host_name(ssl, name.c_str());
    boost::system::error_code error;
    switch (options.mode) {
        case TlsOptions::Mode::off:
        case TlsOptions::Mode::insecure:
            stream.set_verify_mode(asio::ssl::verify_none, error);
            break;
        case TlsOptions::Mode::verify: {
            // The common name is never looked at, even where a certificate has no other name (V25).
            X509_VERIFY_PARAM* param = SSL_get0_param(ssl);
            X509_VERIFY_PARAM_set_hostflags(param,
                                            X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
            if (not_an_address)
                X509_VERIFY_PARAM_set1_host(param, name.c_str(), name.size());
            else
                X509_VERIFY_PARAM_set1_ip_asc(param, name.c_str());
            stream.set_verify_mode(asio::ssl::verify_peer, error);
            break;
        }
        case TlsOptions::Mode::pin:
            stream.set_verify_mode(asio::ssl::verify_peer, error);
            // Asked for each certificate of the chain, from its root: only the peer's own counts, at depth 0.
            stream.set_verify_callback(
                [pin = plain_pin(options.pin)](bool, asio::ssl::verify_context& checked) {
                    X509_STORE_CTX* store = checked.native_handle();
                    if (X509_STORE_CTX_get_error_depth(store) != 0) return true;
                    const bool right = fingerprint(X509_STORE_CTX_get0_cert(store)) == pin;
                    X509_STORE_CTX_set_error(store, right ? X509_V_OK : X509_V_ERR_APPLICATION_VERIFICATION);
                    return right;
                },
                error);
            break;
    }
    return error;
}

std::string handshake_problem(TlsStream& stream, std::error_code error) {
    const long result = SSL_get_verify_result(stream.native_handle());
    if (result == X509_V_ERR_APPLICATION_VERIFICATION) return make_error_code(NetError::pin_mismatch).message();
    if (result != X509_V_OK)
        return std::string("its certificate was refused: ") + X509_verify_cert_error_string(result);
    return error.message();
}

}  // namespace rondel::net
