// One rule, tried: where it stands, what it says, and how it is looked at.
#pragma once

#include <span>

namespace rondel::conformance {

class Stage;
class Encounter;

template <class On>
struct CaseOf {
    const char* row;      // of docs/requirements.md: "R097"; empty: a XEP that has no row
    const char* section;  // "RFC 6120 §11.1"
    const char* title;    // what has to be true, as a clause
    void (*run)(On&);     // throws Unmet, NotOffered
};

using ServerCase = CaseOf<Stage>;
using ComponentCase = CaseOf<Encounter>;
using ServerCases = std::span<const ServerCase>;
using ComponentCases = std::span<const ComponentCase>;

}  // namespace rondel::conformance
