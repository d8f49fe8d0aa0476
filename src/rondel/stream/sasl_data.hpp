// The bytes that an element of SASL carries, on both sides (RFC 6120 §6.3.5). Not for other floors.
#pragma once

#include "rondel/base/result.hpp"
#include "rondel/xml/element.hpp"

#include <string>

namespace rondel::stream {

// Error bad_base64: as parse_base64 has it, and a child element between the letters. It is outside the alphabet as much
// as a blank is, and what is outside must be rejected, not ignored (RFC 6120 §13.9.1).
Result<std::string> sasl_data(xml::ElementView element);

// The same, but "=" alone is data of length zero (RFC 6120 §6.4.2, §6.4.6).
Result<std::string> sasl_data_or_void(xml::ElementView element);

}  // namespace rondel::stream
