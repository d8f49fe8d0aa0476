#include "rondel/net/tls_context.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

namespace rondel::net {

std::shared_ptr<boost::asio::ssl::context> make_context(boost::asio::ssl::context::method method) {
    auto context = std::make_shared<boost::asio::ssl::context>(method);
    SSL_CTX* native = context->native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    SSL_CTX_set_options(native, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    constexpr int level = 2;  // Debian's default, and not everybody's
    if (SSL_CTX_get_security_level(native) < level) SSL_CTX_set_security_level(native, level);
    return context;
}

std::string last_openssl_error() {
    const unsigned long code = ERR_peek_last_error();
    ERR_clear_error();
    const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
    return reason == nullptr ? "unknown error" : reason;
}

}  // namespace rondel::net
