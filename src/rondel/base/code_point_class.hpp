// Which characters identifiers may hold: the derived properties of PRECIS (RFC 8264 §8) and IDNA2008 (RFC 5892 §3),
// computed from the Unicode tables of ICU, so that they follow its version of Unicode.
#pragma once

#include <unicode/utypes.h>

namespace rondel {

enum class CodePointClass {
    valid,       // PVALID
    freeform,    // PRECIS only: valid in the FreeformClass, not in the IdentifierClass
    contextual,  // CONTEXTJ or CONTEXTO: valid where context_rules.hpp says so
    disallowed,  // DISALLOWED or UNASSIGNED
};

CodePointClass precis_class(UChar32 c);
CodePointClass idna_class(UChar32 c);  // never `freeform`

}  // namespace rondel
