#include "rondel/net/tls_context.hpp"

#include <boost/asio/ssl/error.hpp>
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

std::error_code what_failed(const boost::system::error_code& known, std::error_code otherwise) {
    const bool is_openssls = known.category() == boost::asio::error::get_ssl_category();
    const unsigned long code = is_openssls ? static_cast<unsigned long>(known.value()) : ERR_peek_error();
    if (known && !is_openssls) return known;
    if (ERR_SYSTEM_ERROR(code)) return {ERR_GET_REASON(code), std::system_category()};
    if (ERR_GET_REASON(code) == ERR_R_MALLOC_FAILURE) return std::make_error_code(std::errc::not_enough_memory);
    return otherwise;
}

std::string last_openssl_error() {
    const unsigned long code = ERR_peek_last_error();
    ERR_clear_error();
    const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
    return reason == nullptr ? "unknown error" : reason;
}

}  // namespace rondel::net
