// The XML declaration: <?xml version='1.0' encoding='UTF-8' standalone='no'?> (XML 1.0 §2.8). Inside the floor.
#pragma once

#include "rondel/xml/verdict.hpp"

namespace rondel::xml {

// At `p`, where "<?" stands, as far as there is input; moves `p` behind the declaration.
// restricted_xml when it turns out to be another processing instruction.
Verdict read_declaration(const char*& p, const char* end);

}  // namespace rondel::xml
