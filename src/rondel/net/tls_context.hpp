// What the contexts of both sides have in common. Not for other floors.
#pragma once

#include <memory>
#include <string>

#include <boost/asio/ssl/context.hpp>

namespace rondel::net {

std::shared_ptr<boost::asio::ssl::context> make_context(boost::asio::ssl::context::method method);

// OpenSSL's own words for its last error.
std::string last_openssl_error();

}  // namespace rondel::net
