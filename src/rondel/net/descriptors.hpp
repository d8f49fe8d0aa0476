// What is to be said where the system gives no more descriptors, for files or sockets (F09). Not for applications.
#pragma once

#include <string>

#include <boost/system/error_code.hpp>

namespace rondel::net {

// Whether nothing can be opened now. For what fails without a reason: a library that could not open its files.
bool out_of_descriptors() noexcept;

// The system's words for an error; where it is the lack of descriptors, with what can be done about it.
std::string words_for(const boost::system::error_code& error);
std::string words_for_no_descriptors();

}  // namespace rondel::net
