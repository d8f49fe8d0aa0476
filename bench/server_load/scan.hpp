// Just enough of XML for what the servers under test are known to write: whole top-level elements, attributes of their
// start tags, and text without references. No parser: the load must cost less than any server.
#pragma once

#include <optional>
#include <string_view>

namespace load {

// The whole element at the front of `bytes`, which may begin with white space; empty: it is not all there.
// Precondition: no element has a child of its own name.
std::string_view front_element(std::string_view bytes);

std::string_view name_of(std::string_view element);
// As written; empty if it is not there.
std::string_view attribute_of(std::string_view element, std::string_view name);
// Between <name> and </name>, wherever that stands.
std::optional<std::string_view> text_in(std::string_view element, std::string_view name);

}  // namespace load
