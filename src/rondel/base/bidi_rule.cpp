#include "rondel/base/context_rules.hpp"

#include <unicode/uchar.h>

namespace rondel {

namespace {

constexpr unsigned bit(int direction) { return 1u << direction; }

constexpr unsigned right_to_left = bit(U_RIGHT_TO_LEFT) | bit(U_RIGHT_TO_LEFT_ARABIC);
constexpr unsigned neutral = bit(U_EUROPEAN_NUMBER) | bit(U_EUROPEAN_NUMBER_SEPARATOR) |
                             bit(U_COMMON_NUMBER_SEPARATOR) | bit(U_EUROPEAN_NUMBER_TERMINATOR) | bit(U_OTHER_NEUTRAL) |
                             bit(U_BOUNDARY_NEUTRAL) | bit(U_DIR_NON_SPACING_MARK);

struct Directions {
    unsigned first = 0, last = 0, all = 0;  // bits; `last` passes over non-spacing marks
};

Directions directions_of(const icu::UnicodeString& label) {
    Directions found;
    for (int i = 0; i < label.length(); i = label.moveIndex32(i, 1)) {
        const unsigned direction = bit(u_charDirection(label.char32At(i)));
        if (i == 0) found.first = direction;
        if (direction != bit(U_DIR_NON_SPACING_MARK)) found.last = direction;
        found.all |= direction;
    }
    return found;
}

}  // namespace

// The numbers are the conditions of RFC 5893 §2.
bool satisfies_bidi_rule(const icu::UnicodeString& label) {
    const Directions label_has = directions_of(label);
    if ((label_has.all & (right_to_left | bit(U_ARABIC_NUMBER))) == 0) return true;
    if ((label_has.first & right_to_left) != 0) {                                                                   // 1
        if ((label_has.all & ~(right_to_left | bit(U_ARABIC_NUMBER) | neutral)) != 0) return false;                 // 2
        if ((label_has.last & (right_to_left | bit(U_EUROPEAN_NUMBER) | bit(U_ARABIC_NUMBER))) == 0) return false;  // 3
        return (label_has.all & bit(U_EUROPEAN_NUMBER)) == 0 || (label_has.all & bit(U_ARABIC_NUMBER)) == 0;        // 4
    }
    return false;  // 1 and 5: a label that starts left-to-right may not hold R, AL or AN, and this one holds some
}

}  // namespace rondel
