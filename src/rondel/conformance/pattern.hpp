// What a case wants to come, as XML: at least this much has to be there. Names and namespaces, the attributes that the
// pattern has with the values that it gives ('*': any), its text if it has some, its children in any order. What comes
// may have more of everything: peers add what is theirs to add.
#pragma once

#include "rondel/xml/element.hpp"

#include <string>
#include <string_view>

namespace rondel::conformance {

// The first element of `text`, in the namespace of stanzas. Throws std::logic_error: a slip in a case.
xml::Element parse_pattern(std::string_view text);

// Why `element` is not as the pattern says; empty: it is.
std::string why_not(xml::ElementView pattern, xml::ElementView element);
std::string why_not(std::string_view pattern, xml::ElementView element);

std::string for_a_person(xml::ElementView element);  // one line, cut where it is long

}  // namespace rondel::conformance
