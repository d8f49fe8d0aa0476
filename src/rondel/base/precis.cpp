// The rules are applied in the order of RFC 8264 §7: mappings first, then the check of what they made. RFC 8265 also
// names a check before the mappings ("preparation"); RFC 7622 §4 encourages to map where possible and to reject only
// what cannot be mapped, and so do we: a decomposed Hangul syllable is composed, not refused.
#include "rondel/base/precis.hpp"

#include "rondel/base/code_point_class.hpp"
#include "rondel/base/context_rules.hpp"
#include "rondel/base/utf8.hpp"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

namespace rondel {

namespace {

using icu::Normalizer2;
using icu::UnicodeString;

template <class Map>
UnicodeString each_code_point(const UnicodeString& text, Map append_mapped) {
    UnicodeString out;
    for (int i = 0; i < text.length(); i = text.moveIndex32(i, 1)) append_mapped(out, text.char32At(i));
    return out;
}

// RFC 8264 §5.2.1: fullwidth and halfwidth characters give way to their decomposition.
void append_narrow(UnicodeString& out, UChar32 c) {
    const int type = u_getIntPropertyValue(c, UCHAR_DECOMPOSITION_TYPE);
    UErrorCode status = U_ZERO_ERROR;
    UnicodeString decomposed;
    if ((type == U_DT_WIDE || type == U_DT_NARROW) &&
        Normalizer2::getNFKCInstance(status)->getRawDecomposition(c, decomposed))
        out.append(decomposed);
    else
        out.append(c);
}

// toLowerCase() of each character by itself. The only one whose lower case is two characters is U+0130; a capital sigma
// becomes U+03C3 wherever it stands, because "the PRECIS mapping rules do not account for the special status" of the
// final one (RFC 7622 §3.5).
void append_lower(UnicodeString& out, UChar32 c) {
    if (c == 0x0130)
        out.append(UChar32{'i'}).append(UChar32{0x0307});
    else
        out.append(u_tolower(c));
}

void append_plain_space(UnicodeString& out, UChar32 c) {
    out.append(u_charType(c) == U_SPACE_SEPARATOR ? UChar32{' '} : c);
}

UnicodeString to_nfc(const UnicodeString& text) {
    UErrorCode status = U_ZERO_ERROR;
    UnicodeString out = Normalizer2::getNFCInstance(status)->normalize(text, status);
    if (U_FAILURE(status)) out.setToBogus();
    return out;
}

UnicodeString map_username(const UnicodeString& text) {
    return to_nfc(each_code_point(each_code_point(text, append_narrow), append_lower));
}

UnicodeString map_opaque(const UnicodeString& text) { return to_nfc(each_code_point(text, append_plain_space)); }

// RFC 8264 §7: "until the output string is stable"; what is not after three more applications is rejected.
std::optional<UnicodeString> map_until_stable(std::string_view text, UnicodeString (*map)(const UnicodeString&)) {
    if (!is_utf8(text)) return std::nullopt;
    UnicodeString now = UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
    now = map(now);
    for (int again = 0; again < 3; ++again) {
        UnicodeString next = map(now);
        if (next.isBogus()) return std::nullopt;
        if (next == now) return next;
        now = std::move(next);
    }
    return std::nullopt;
}

bool has_class(const UnicodeString& text, CodePointClass most) {
    ContextRules context(text);
    for (int i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
        const CodePointClass found = precis_class(text.char32At(i));
        const bool allowed = found == CodePointClass::contextual ? context.allow(i) : found <= most;
        if (!allowed) return false;
    }
    return !text.isEmpty();
}

std::string to_utf8(const UnicodeString& text) {
    std::string out;
    text.toUTF8String(out);
    return out;
}

}  // namespace

std::optional<std::string> username_case_mapped(std::string_view text) {
    const auto mapped = map_until_stable(text, map_username);
    if (!mapped || !satisfies_bidi_rule(*mapped) || !has_class(*mapped, CodePointClass::valid)) return std::nullopt;
    return to_utf8(*mapped);
}

std::optional<std::string> opaque_string(std::string_view text) {
    const auto mapped = map_until_stable(text, map_opaque);
    if (!mapped || !has_class(*mapped, CodePointClass::freeform)) return std::nullopt;
    return to_utf8(*mapped);
}

}  // namespace rondel
