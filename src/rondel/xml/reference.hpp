// References: &lt; and the other four of XML 1.0 §4.6, &#10; and &#xA; (§4.1). XMPP knows no others (RFC 6120 §11.1).
// Inside the floor.
#pragma once

#include "rondel/xml/verdict.hpp"

namespace rondel::xml {

// The reference at `p`, which is moved behind it; `to` behind its character, which has four bytes at most.
Verdict read_reference(const char*& p, const char* end, char*& to);

}  // namespace rondel::xml
