// All that is tried at a component, by subject.
#pragma once

#include "rondel/conformance/case.hpp"

#include <array>

namespace rondel::conformance {

ComponentCases opening_cases();
ComponentCases input_cases();
ComponentCases answering_cases();

inline std::array<ComponentCases, 3> component_cases() { return {opening_cases(), input_cases(), answering_cases()}; }

}  // namespace rondel::conformance
