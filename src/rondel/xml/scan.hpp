// Looking through text many bytes at a time: where a run of plain characters ends, and whether bytes are UTF-8 that XML
// allows.
//
// Two versions stand side by side, AVX2 and portable; scan_test.cpp compares both with the plainest loop that can be
// written.
#pragma once

#include "rondel/xml/characters.hpp"

namespace rondel::xml {

// All look at [p, end) and return a place in it, or `end`.
struct Kernels {
    const char* name;

    // The first byte that character data may not simply contain: < & > CR, or a control character other than TAB and
    // LF. `high` is set when a byte of a longer character (0x80 and up) stands before it; it is never cleared.
    const char* (*text)(const char* p, const char* end, bool& high);

    // The same for attribute values: either quote, < &, or any control character, TAB, LF and CR included.
    const char* (*value)(const char* p, const char* end, char quote, char other_quote, bool& high);

    // The first byte of the first character that is not UTF-8, is cut by `end`, or that XML does not allow because it
    // is U+FFFE or U+FFFF. Control characters pass here: the two above stop at them.
    const char* (*utf8)(const char* p, const char* end);

    // As `text` and `value` (with both quotes), and what was gone over stands at `to` as well. Bytes up to `readable`,
    // which is not before `end`, may be looked at; and what stands at `to` behind those copied, up to end - p bytes and
    // `copy_slack` more, may be anything.
    const char* (*copy_text)(const char* p, const char* end, const char* readable, char* to, bool& high);
    const char* (*copy_value)(const char* p, const char* end, const char* readable, char* to, bool& high);
};
inline constexpr std::size_t copy_slack = 32;

extern const Kernels portable_kernels;
const Kernels* avx2_kernels();     // null where the processor has none, or it is another kind of processor
const Kernels& fastest_kernels();  // of this processor

}  // namespace rondel::xml
