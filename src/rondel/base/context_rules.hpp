// Characters that are valid only among certain others: the contextual rules of RFC 5892 appendix A, and the Bidi rule
// of RFC 5893 §2.
#pragma once

#include <optional>

#include <unicode/unistr.h>

namespace rondel {

// The contextual rules, asked about the characters of one label. Borrows the label.
// What holds for the label as a whole is looked up once, so that a label of nothing but such characters costs linear
// time.
class ContextRules {
  public:
    explicit ContextRules(const icu::UnicodeString& label) : label_(label) {}

    // Whether the CONTEXTJ or CONTEXTO character at `index` (in UTF-16 units) may stand there. False for one without a
    // rule.
    bool allow(int index);

  private:
    const icu::UnicodeString& label_;
    std::optional<bool> japanese_, mixed_digits_;
};

// Whether the text satisfies all six conditions, or has no right-to-left character and so need not.
bool satisfies_bidi_rule(const icu::UnicodeString& label);

}  // namespace rondel
