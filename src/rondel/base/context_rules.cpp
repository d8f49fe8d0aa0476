#include "rondel/base/context_rules.hpp"

#include <unicode/uchar.h>
#include <unicode/uscript.h>

namespace rondel {

namespace {

constexpr UChar32 none = -1;
constexpr std::uint8_t virama = 9;  // canonical combining class

UChar32 before(const icu::UnicodeString& label, int index) {
    return index == 0 ? none : label.char32At(label.moveIndex32(index, -1));
}

UChar32 after(const icu::UnicodeString& label, int index) {
    const int next = label.moveIndex32(index, 1);
    return next >= label.length() ? none : label.char32At(next);
}

bool has_script(UChar32 c, UScriptCode script) {
    UErrorCode status = U_ZERO_ERROR;
    return c != none && uscript_getScript(c, &status) == script && U_SUCCESS(status);
}

bool is_arabic_digit(UChar32 c) { return c >= 0x0660 && c <= 0x0669; }
bool is_extended_arabic_digit(UChar32 c) { return c >= 0x06F0 && c <= 0x06F9; }

bool contains_both_kinds_of_digits(const icu::UnicodeString& label) {
    bool plain = false;
    bool extended = false;
    for (int i = 0; i < label.length(); ++i) {
        plain = plain || is_arabic_digit(label[i]);
        extended = extended || is_extended_arabic_digit(label[i]);
    }
    return plain && extended;
}

bool contains_japanese(const icu::UnicodeString& label) {
    for (int i = 0; i < label.length(); i = label.moveIndex32(i, 1)) {
        const UChar32 c = label.char32At(i);
        if (has_script(c, USCRIPT_HIRAGANA) || has_script(c, USCRIPT_KATAKANA) || has_script(c, USCRIPT_HAN))
            return true;
    }
    return false;
}

bool follows_virama(const icu::UnicodeString& label, int index) {
    const UChar32 c = before(label, index);
    return c != none && u_getCombiningClass(c) == virama;
}

int joining_type(UChar32 c) { return u_getIntPropertyValue(c, UCHAR_JOINING_TYPE); }

// (Joining_Type:{L,D})(Joining_Type:T)* ZWNJ (Joining_Type:T)*(Joining_Type:{R,D})
bool breaks_a_cursive_connection(const icu::UnicodeString& label, int index) {
    int left = index;
    do {
        if (left == 0) return false;
        left = label.moveIndex32(left, -1);
    } while (joining_type(label.char32At(left)) == U_JT_TRANSPARENT);
    int right = index;
    do {
        right = label.moveIndex32(right, 1);
        if (right >= label.length()) return false;
    } while (joining_type(label.char32At(right)) == U_JT_TRANSPARENT);
    const int l = joining_type(label.char32At(left));
    const int r = joining_type(label.char32At(right));
    return (l == U_JT_LEFT_JOINING || l == U_JT_DUAL_JOINING) && (r == U_JT_RIGHT_JOINING || r == U_JT_DUAL_JOINING);
}

}  // namespace

bool ContextRules::allow(int index) {
    const UChar32 c = label_.char32At(index);
    switch (c) {
        case 0x200C:  // A.1 ZERO WIDTH NON-JOINER
            return follows_virama(label_, index) || breaks_a_cursive_connection(label_, index);
        case 0x200D:  // A.2 ZERO WIDTH JOINER
            return follows_virama(label_, index);
        case 0x00B7:  // A.3 MIDDLE DOT, of Catalan
            return before(label_, index) == 'l' && after(label_, index) == 'l';
        case 0x0375:  // A.4 GREEK LOWER NUMERAL SIGN
            return has_script(after(label_, index), USCRIPT_GREEK);
        case 0x05F3:  // A.5 HEBREW PUNCTUATION GERESH
        case 0x05F4:  // A.6 HEBREW PUNCTUATION GERSHAYIM
            return has_script(before(label_, index), USCRIPT_HEBREW);
        case 0x30FB:  // A.7 KATAKANA MIDDLE DOT
            if (!japanese_) japanese_ = contains_japanese(label_);
            return *japanese_;
        default:  // A.8 ARABIC-INDIC DIGITS, A.9 EXTENDED ARABIC-INDIC DIGITS
            if (!is_arabic_digit(c) && !is_extended_arabic_digit(c)) return false;
            if (!mixed_digits_) mixed_digits_ = contains_both_kinds_of_digits(label_);
            return !*mixed_digits_;
    }
}

}  // namespace rondel
