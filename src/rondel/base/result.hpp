// A value, or the error that stands in its place.
//
// `parse` functions take untrusted text and return a Result; nothing that a peer sends is reported by an exception.
// Each floor has one error enum, convertible to std::error_code; `code.message()` is a sentence for the person who must
// act.
#pragma once

#include <system_error>

#include <boost/system/result.hpp>

namespace rondel {

template <class T>
using Result = boost::system::result<T, std::error_code>;

// No error, without the call by which std::error_code() asks for its category. Not for what runs before main().
inline const std::error_code no_error{};

}  // namespace rondel
