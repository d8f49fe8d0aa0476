// The version of rondel. The build reads it from here.
#pragma once

namespace rondel {
inline constexpr const char* library_version = "0.1.0";
}
