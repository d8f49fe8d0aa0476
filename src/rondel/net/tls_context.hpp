// What the contexts of both sides have in common. Not for other floors.
#pragma once

#include <memory>
#include <string>
#include <system_error>

#include <boost/asio/ssl/context.hpp>

namespace rondel::net {

std::shared_ptr<boost::asio::ssl::context> make_context(boost::asio::ssl::context::method method);

// OpenSSL's own words for its last error.
std::string last_openssl_error();

// Of what failed just now: the system's error or the lack of memory, where it was that; else `otherwise`. Asio tells
// `known`, and may have taken it off OpenSSL's list.
std::error_code what_failed(const boost::system::error_code& known, std::error_code otherwise);

}  // namespace rondel::net
