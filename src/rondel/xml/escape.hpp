// Text and attribute values as they are written: escaped, and checked for what XML cannot carry. Inside the floor.
#pragma once

#include "rondel/xml/scan.hpp"
#include "rondel/xml/staging.hpp"

#include <string_view>

namespace rondel::xml {

enum class Escape { text, attribute };

// Puts all of `text`; or, what stands before the first thing that XML cannot carry, where `text` then begins, and
// answers false. Memory may be read up to `readable`, which is not before the end of `text`.
template <Escape kind>
bool put_escaped(std::string_view& text, const char* readable, Staging& out, const Kernels& kernels);

}  // namespace rondel::xml
