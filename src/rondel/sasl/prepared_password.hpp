// Passwords as they go into a hash. Not for other floors.
//
// RFC 5802 §2.2 wants SASLprep (RFC 4013), on which the servers of the field agree; RFC 8265 has put the OpaqueString
// profile in its place. They agree on ASCII and on most of what people type. Where they differ, SASLprep counts, and
// OpaqueString stands in for what SASLprep refuses (an emoji: it knows Unicode 3.2 only).
#pragma once

#include "rondel/base/secret.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rondel::sasl {

// RFC 4013, for stored strings: code points that Unicode 3.2 had not assigned are refused. Nothing: refused, or empty.
std::optional<std::string> saslprep(std::string_view text);

// All that the password may mean, the first choice first: SASLprep's text, OpaqueString's if it is another one. Empty:
// it is no password.
std::vector<Secret> prepared_passwords(const Secret& password);

}  // namespace rondel::sasl
