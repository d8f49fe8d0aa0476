// Looking through text many bytes at a time: where a run of plain characters ends, and whether bytes are UTF-8 that XML
// allows.
//
// Two versions stand side by side, AVX2 and portable; scan_test.cpp compares both with the plainest loop that can be
// written.
#pragma once

#include "rondel/xml/characters.hpp"

namespace rondel::xml {

// How far a kernel has come: in what it reads, in what it writes.
struct Moved {
    const char* p;
    char* to;
};

// All look at [p, end) and return a place in it, or `end`.
struct Kernels {
    const char* name;
    bool avx2;  // these are by AVX2, so the processor has it

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

    // A piece of a text, which is not empty: copied to `to`, and judged as what follows the sound text that stands
    // there, of `least_text` bytes and more, of which the last `half` are a character that was cut. How many bytes of
    // such a character it ends in itself; or `not_plain`, and anything may stand at `to`, if it holds what `text` or
    // `utf8` stop at, or is longer than `most_piece`. What stands behind the copy may be anything, as above.
    std::ptrdiff_t (*copy_piece)(const char* p, const char* end, char* to, std::size_t half);

    // As `copy_text`, for text in which something is to be replaced every few bytes: predefined references by what they
    // stand for; and the other way round. They end where another kind of byte stands, or near the end: 64 bytes before
    // it at most. `run` is moved behind each reference. Of [to, limit), `escape_room` and more is written to.
    Moved (*decode_text)(const char* p, const char* end, char* to, const char*& run, bool& high);
    Moved (*escape_text)(const char* p, const char* end, char* to, const char* limit, bool& high);
};
inline constexpr std::size_t copy_slack = 32;
inline constexpr std::ptrdiff_t most_piece = 1024;  // bytes: what is longer is not to be looked at twice
inline constexpr std::ptrdiff_t not_plain = -1;
inline constexpr std::size_t least_text = 96;
inline constexpr std::ptrdiff_t escape_room = 32 * 8 + 32;

extern const Kernels portable_kernels;
const Kernels* avx2_kernels();     // null where the processor has none, or it is another kind of processor
const Kernels& fastest_kernels();  // of this processor

}  // namespace rondel::xml
