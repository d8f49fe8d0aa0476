// Whether an error is one, as RFC 6120 §8.3 has it.
#pragma once

#include "rondel/xml/element.hpp"

#include <initializer_list>
#include <string_view>

namespace rondel::conformance {

inline constexpr std::string_view stanza_error_ns = "urn:ietf:params:xml:ns:xmpp-stanzas";

// The defined condition of an error; throws Unmet if it is no error, or one that is not as §8.3.2 wants it: one
// <error/> of a type that there is, with exactly one condition that there is.
std::string_view condition_of(xml::ElementView stanza);

// … and it is one of these; none given: any. Throws Unmet.
void expect_error(xml::ElementView stanza, std::initializer_list<std::string_view> conditions);

}  // namespace rondel::conformance
