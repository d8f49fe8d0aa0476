#include "rondel/base/idna.hpp"

#include "rondel/base/code_point_class.hpp"
#include "rondel/base/context_rules.hpp"
#include "rondel/base/utf8.hpp"

#include <memory>

#include <unicode/idna.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

namespace rondel {

namespace {

using icu::UnicodeString;

constexpr int label_limit = 63;  // octets of an A-label, RFC 1034 §3.1
constexpr std::size_t name_limit = 253;
constexpr std::size_t input_limit = 4096;  // bounds the work: Punycode takes quadratic time

const icu::IDNA* uts46() {
    static const std::unique_ptr<const icu::IDNA> instance = [] {
        UErrorCode status = U_ZERO_ERROR;
        return std::unique_ptr<const icu::IDNA>(
            icu::IDNA::createUTS46Instance(UIDNA_USE_STD3_RULES | UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ |
                                               UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_NONTRANSITIONAL_TO_UNICODE,
                                           status));
    }();
    return instance.get();
}

bool fits_dns(const UnicodeString& label) {
    if (label.countChar32() > label_limit) return false;  // each takes at least one octet
    UErrorCode status = U_ZERO_ERROR;
    icu::IDNAInfo info;
    UnicodeString ascii;
    uts46()->labelToASCII(label, ascii, info, status);
    return U_SUCCESS(status) && !info.hasErrors() && ascii.length() <= label_limit;
}

// UTS 46 lets symbols through that IDNA2008 does not: "♥", for one.
bool is_idna2008(const UnicodeString& label) {
    ContextRules context(label);
    for (int i = 0; i < label.length(); i = label.moveIndex32(i, 1)) {
        const CodePointClass found = idna_class(label.char32At(i));
        if (found != CodePointClass::valid && !(found == CodePointClass::contextual && context.allow(i))) return false;
    }
    return !label.isEmpty() && fits_dns(label);
}

bool has_valid_labels(const UnicodeString& name) {
    for (int start = 0;;) {
        const int dot = name.indexOf(u'.', start);
        const int end = dot < 0 ? name.length() : dot;
        if (!is_idna2008(UnicodeString(name, start, end - start))) return false;
        if (dot < 0) return true;
        start = dot + 1;
    }
}

std::optional<UnicodeString> to_unicode_once(const UnicodeString& name) {
    UErrorCode status = U_ZERO_ERROR;
    icu::IDNAInfo info;
    UnicodeString out;
    uts46()->nameToUnicode(name, out, info, status);
    constexpr std::uint32_t lengths = UIDNA_ERROR_DOMAIN_NAME_TOO_LONG;  // RFC 7622 §3.2 has its own limit
    if (U_FAILURE(status) || (info.getErrors() & ~lengths) != 0 || !has_valid_labels(out)) return std::nullopt;
    return out;
}

std::optional<UnicodeString> to_unicode(std::string_view name) {
    if (name.size() > input_limit || !is_utf8(name)) return std::nullopt;
    auto once =
        to_unicode_once(UnicodeString::fromUTF8(icu::StringPiece(name.data(), static_cast<std::int32_t>(name.size()))));
    if (!once || to_unicode_once(*once) != once) return std::nullopt;  // what a second pass would change is no U-label
    return once;
}

}  // namespace

std::optional<std::string> domain_to_unicode(std::string_view name) {
    const auto unicode = to_unicode(name);
    if (!unicode) return std::nullopt;
    std::string out;
    unicode->toUTF8String(out);
    return out;
}

std::optional<std::string> domain_to_ascii(std::string_view name) {
    const auto unicode = to_unicode(name);
    if (!unicode) return std::nullopt;
    UErrorCode status = U_ZERO_ERROR;
    icu::IDNAInfo info;
    UnicodeString ascii;
    uts46()->nameToASCII(*unicode, ascii, info, status);
    std::string out;
    ascii.toUTF8String(out);
    if (U_FAILURE(status) || info.hasErrors() || out.size() > name_limit) return std::nullopt;
    return out;
}

}  // namespace rondel
