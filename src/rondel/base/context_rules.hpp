// Characters that are valid only among certain others: the contextual rules of RFC 5892 appendix A, and the Bidi rule
// of RFC 5893 §2.
#pragma once

#include <unicode/unistr.h>

namespace rondel {

// Whether the CONTEXTJ or CONTEXTO character at `index` (in UTF-16 units) may stand there. False for one without a
// rule.
bool context_allows(const icu::UnicodeString& label, int index);

// Whether the text satisfies all six conditions, or has no right-to-left character and so need not.
bool satisfies_bidi_rule(const icu::UnicodeString& label);

}  // namespace rondel
