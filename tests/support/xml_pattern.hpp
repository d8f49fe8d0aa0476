// Elements with names in braces, like id='{ping}', that stand for a value not known beforehand.
#pragma once

#include "rondel/xml/element.hpp"

#include <map>
#include <string>
#include <string_view>

namespace rondel::test {

using Bindings = std::map<std::string, std::string, std::less<>>;  // "{ping}" and its value

// Whether `actual` is like `pattern`: names, namespaces, attributes in any order, children and text in order. A value
// or a text that is a name in braces binds it, or must be what it is bound to.
bool matches(xml::ElementView pattern, xml::ElementView actual, Bindings& bindings);

// The text with each bound name in braces replaced, escaped for XML.
std::string fill_in(std::string_view text, const Bindings& bindings);

}  // namespace rondel::test
