#include "rondel/base/code_point_class.hpp"

#include <optional>

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

namespace rondel {

namespace {

bool in_categories(UChar32 c, std::uint32_t mask) { return (U_GET_GC_MASK(c) & mask) != 0; }

// RFC 5892 §2.6 (F). Compared one by one on purpose: the list is closed.
std::optional<CodePointClass> exception(UChar32 c) {
    switch (c) {
        case 0x00DF:
        case 0x03C2:
        case 0x06FD:
        case 0x06FE:
        case 0x0F0B:
        case 0x3007:
            return CodePointClass::valid;
        case 0x00B7:
        case 0x0375:
        case 0x05F3:
        case 0x05F4:
        case 0x30FB:
            return CodePointClass::contextual;
        case 0x0640:
        case 0x07FA:
        case 0x302E:
        case 0x302F:
        case 0x3031:
        case 0x3032:
        case 0x3033:
        case 0x3034:
        case 0x3035:
        case 0x303B:
            return CodePointClass::disallowed;
        default:
            if ((c >= 0x0660 && c <= 0x0669) || (c >= 0x06F0 && c <= 0x06F9)) return CodePointClass::contextual;
            return std::nullopt;
    }
}

// RFC 5892 §2.10 (J)
bool is_unassigned(UChar32 c) {
    return u_charType(c) == U_UNASSIGNED && !u_hasBinaryProperty(c, UCHAR_NONCHARACTER_CODE_POINT);
}

// RFC 5892 §2.8 (H)
bool is_join_control(UChar32 c) { return u_hasBinaryProperty(c, UCHAR_JOIN_CONTROL); }

// RFC 5892 §2.9 (I)
bool is_old_hangul_jamo(UChar32 c) {
    const int type = u_getIntPropertyValue(c, UCHAR_HANGUL_SYLLABLE_TYPE);
    return type == U_HST_LEADING_JAMO || type == U_HST_VOWEL_JAMO || type == U_HST_TRAILING_JAMO;
}

// RFC 5892 §2.1 (A)
bool is_letter_digit(UChar32 c) {
    return in_categories(
        c, U_GC_LL_MASK | U_GC_LU_MASK | U_GC_LO_MASK | U_GC_ND_MASK | U_GC_LM_MASK | U_GC_MN_MASK | U_GC_MC_MASK);
}

// RFC 8264 §9.18 (R), §9.14 (N), §9.15 (O), §9.16 (P)
bool is_freeform(UChar32 c) {
    return in_categories(
        c, U_GC_LT_MASK | U_GC_NL_MASK | U_GC_NO_MASK | U_GC_ME_MASK | U_GC_ZS_MASK | U_GC_S_MASK | U_GC_P_MASK);
}

// RFC 8264 §9.17 (Q): toNFKC(cp) != cp
bool has_compatibility_form(UChar32 c) {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* nfkc = icu::Normalizer2::getNFKCInstance(status);
    return U_FAILURE(status) || !nfkc->isNormalized(icu::UnicodeString(c), status) || U_FAILURE(status);
}

// RFC 5892 §2.2 (B): cp != NFKC(casefold(NFKC(cp)))
bool is_unstable(UChar32 c) {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* nfkc = icu::Normalizer2::getNFKCInstance(status);
    if (U_FAILURE(status)) return true;
    icu::UnicodeString text = nfkc->normalize(icu::UnicodeString(c), status);
    text = nfkc->normalize(text.foldCase(), status);
    return U_FAILURE(status) || text != icu::UnicodeString(c);
}

// RFC 5892 §2.3 (C) and §2.4 (D)
bool is_ignorable(UChar32 c) {
    if (u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) || u_hasBinaryProperty(c, UCHAR_WHITE_SPACE) ||
        u_hasBinaryProperty(c, UCHAR_NONCHARACTER_CODE_POINT))
        return true;
    const UBlockCode block = ublock_getCode(c);
    return block == UBLOCK_COMBINING_MARKS_FOR_SYMBOLS || block == UBLOCK_MUSICAL_SYMBOLS ||
           block == UBLOCK_ANCIENT_GREEK_MUSICAL_NOTATION;
}

// RFC 8264 §9.13 (M) and §9.12 (L)
bool is_precis_ignorable_or_control(UChar32 c) {
    return u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) ||
           u_hasBinaryProperty(c, UCHAR_NONCHARACTER_CODE_POINT) || u_charType(c) == U_CONTROL_CHAR;
}

}  // namespace

// The order of the questions is the RFC's and must stay (RFC 8264 §8). BackwardCompatible is empty.
CodePointClass precis_class(UChar32 c) {
    if (const auto known = exception(c)) return *known;
    if (is_unassigned(c)) return CodePointClass::disallowed;
    if (c >= 0x21 && c <= 0x7E) return CodePointClass::valid;
    if (is_join_control(c)) return CodePointClass::contextual;
    if (is_old_hangul_jamo(c)) return CodePointClass::disallowed;
    if (is_precis_ignorable_or_control(c)) return CodePointClass::disallowed;
    if (has_compatibility_form(c)) return CodePointClass::freeform;
    if (is_letter_digit(c)) return CodePointClass::valid;
    if (is_freeform(c)) return CodePointClass::freeform;
    return CodePointClass::disallowed;
}

// RFC 5892 §3, in its order.
CodePointClass idna_class(UChar32 c) {
    if (const auto known = exception(c)) return *known;
    if (is_unassigned(c)) return CodePointClass::disallowed;
    if (c == '-' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')) return CodePointClass::valid;
    if (is_join_control(c)) return CodePointClass::contextual;
    if (is_unstable(c) || is_ignorable(c) || is_old_hangul_jamo(c)) return CodePointClass::disallowed;
    return is_letter_digit(c) ? CodePointClass::valid : CodePointClass::disallowed;
}

}  // namespace rondel
