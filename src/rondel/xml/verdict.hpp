// What reading a token came to: an error of Reader, or one of two more outcomes. Inside the floor.
#pragma once

#include "rondel/xml/reader.hpp"

#include <cstdint>

namespace rondel::xml {

enum class Verdict : std::uint8_t {
    good = 0,
    not_well_formed = static_cast<int>(ReadError::not_well_formed),
    bad_utf8 = static_cast<int>(ReadError::bad_utf8),
    restricted_xml = static_cast<int>(ReadError::restricted_xml),
    unsupported_encoding = static_cast<int>(ReadError::unsupported_encoding),
    unsupported_version = static_cast<int>(ReadError::unsupported_version),
    text_between_stanzas = static_cast<int>(ReadError::text_between_stanzas),
    stanza_too_large = static_cast<int>(ReadError::stanza_too_large),
    too_deep = static_cast<int>(ReadError::too_deep),
    too_many_attributes = static_cast<int>(ReadError::too_many_attributes),
    too_many_elements = static_cast<int>(ReadError::too_many_elements),
    cut = 255,  // the input ends inside the token
};

}  // namespace rondel::xml
