#include "rondel/base/code_point_class.hpp"

#include <gtest/gtest.h>

namespace rondel {
namespace {

constexpr auto valid = CodePointClass::valid;
constexpr auto freeform = CodePointClass::freeform;
constexpr auto contextual = CodePointClass::contextual;
constexpr auto disallowed = CodePointClass::disallowed;

struct Row {
    UChar32 code_point;
    CodePointClass precis, idna;
};

// Values of the IANA registries "PRECIS Derived Property Value" and "IDNA Rules and Derived Property Values".
TEST(CodePointClass, IANA_registries_of_derived_properties) {
    const Row rows[] = {
        {0x0000, disallowed, disallowed},    // NULL
        {0x0020, freeform, disallowed},      // SPACE
        {0x0021, valid, disallowed},         // ! is ASCII7
        {0x002D, valid, valid},              // hyphen
        {0x0041, valid, disallowed},         // A is unstable in IDNA
        {0x0061, valid, valid},              // a
        {0x007F, disallowed, disallowed},    // DELETE
        {0x00A0, freeform, disallowed},      // NO-BREAK SPACE
        {0x00A1, freeform, disallowed},      // inverted exclamation mark
        {0x00AA, freeform, disallowed},      // feminine ordinal has a compatibility form
        {0x00AD, disallowed, disallowed},    // SOFT HYPHEN is ignorable
        {0x00B7, contextual, contextual},    // MIDDLE DOT
        {0x00C0, valid, disallowed},         // capital
        {0x00DF, valid, valid},              // sharp s, an exception
        {0x0149, freeform, disallowed},      // 'n has a compatibility form
        {0x01C5, freeform, disallowed},      // titlecase
        {0x0340, freeform, disallowed},      // canonically another
        {0x034F, disallowed, disallowed},    // COMBINING GRAPHEME JOINER
        {0x0375, contextual, contextual},    // GREEK LOWER NUMERAL SIGN
        {0x0378, disallowed, disallowed},    // unassigned
        {0x03C2, valid, valid},              // final sigma
        {0x0488, freeform, disallowed},      // enclosing mark
        {0x0640, disallowed, disallowed},    // ARABIC TATWEEL
        {0x0660, contextual, contextual},    // ARABIC-INDIC DIGIT ZERO
        {0x06F9, contextual, contextual},    // EXTENDED ARABIC-INDIC DIGIT NINE
        {0x06FD, valid, valid},              // ARABIC SIGN SINDHI AMPERSAND
        {0x0F0B, valid, valid},              // TIBETAN MARK INTERSYLLABIC TSHEG
        {0x1100, disallowed, disallowed},    // HANGUL CHOSEONG KIYEOK
        {0x115F, disallowed, disallowed},    // HANGUL CHOSEONG FILLER
        {0x1160, disallowed, disallowed},    // HANGUL JUNGSEONG FILLER
        {0x200B, disallowed, disallowed},    // ZERO WIDTH SPACE
        {0x200C, contextual, contextual},    // ZERO WIDTH NON-JOINER
        {0x200D, contextual, contextual},    // ZERO WIDTH JOINER
        {0x202E, disallowed, disallowed},    // RIGHT-TO-LEFT OVERRIDE
        {0x20D0, valid, disallowed},         // a block that IDNA ignores
        {0x2163, freeform, disallowed},      // ROMAN NUMERAL FOUR
        {0x2665, freeform, disallowed},      // BLACK HEART SUIT
        {0x3000, freeform, disallowed},      // IDEOGRAPHIC SPACE
        {0x3007, valid, valid},              // IDEOGRAPHIC NUMBER ZERO
        {0x302E, disallowed, disallowed},    // HANGUL SINGLE DOT TONE MARK
        {0x3031, disallowed, disallowed},    // VERTICAL KANA REPEAT MARK
        {0x303B, disallowed, disallowed},    // VERTICAL IDEOGRAPHIC ITERATION MARK
        {0x30FB, contextual, contextual},    // KATAKANA MIDDLE DOT
        {0x4E00, valid, valid},              // a Han character
        {0xAC00, valid, valid},              // a Hangul syllable
        {0xD800, disallowed, disallowed},    // surrogate
        {0xE000, disallowed, disallowed},    // private use
        {0xFB00, freeform, disallowed},      // ligature
        {0xFDD0, disallowed, disallowed},    // noncharacter
        {0xFE0F, disallowed, disallowed},    // VARIATION SELECTOR-16
        {0xFF21, freeform, disallowed},      // FULLWIDTH A
        {0xFFFD, freeform, disallowed},      // REPLACEMENT CHARACTER
        {0x10400, valid, disallowed},        // DESERET CAPITAL LETTER LONG I
        {0x10428, valid, valid},             // DESERET SMALL LETTER LONG I
        {0x1D100, freeform, disallowed},     // MUSICAL SYMBOL SINGLE BARLINE
        {0x1F600, freeform, disallowed},     // GRINNING FACE
        {0xE0001, disallowed, disallowed},   // LANGUAGE TAG
        {0x10FFFF, disallowed, disallowed},  // noncharacter
    };
    for (const auto& row : rows) {
        EXPECT_EQ(precis_class(row.code_point), row.precis) << std::hex << row.code_point;
        EXPECT_EQ(idna_class(row.code_point), row.idna) << std::hex << row.code_point;
    }
}

TEST(CodePointClass, every_name_in_DNS_is_an_identifier_too) {
    for (UChar32 c = 0; c <= 0x10FFFF; c += c < 0x20000 ? 1 : 61) {  // beyond, planes are much the same all over
        const auto in_domains = idna_class(c);
        ASSERT_NE(in_domains, freeform);
        if (in_domains == disallowed) continue;
        ASSERT_EQ(precis_class(c), in_domains) << std::hex << c;
    }
}

}  // namespace
}  // namespace rondel
