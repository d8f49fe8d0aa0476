// What is to be said where the system gives no more descriptors, for files or sockets (F09). Not for applications.
#pragma once

#include <string>
#include <system_error>

#include <boost/system/error_code.hpp>

namespace rondel::net {

// Whether nothing can be opened now. For what fails without a reason: a library that could not open its files.
bool out_of_descriptors() noexcept;

// Whether it is not the file that is wrong, but that there are no descriptors, or no memory, to read it now.
bool is_for_now(const std::error_code& error);

// The system's words for an error; where it is the lack of descriptors, with what can be done about it.
std::string words_for(const boost::system::error_code& error);
std::string words_for_no_descriptors();

}  // namespace rondel::net
