// What stands between tags: text and CDATA sections (XML 1.0 §2.4, §2.7, §2.11).
#include "rondel/xml/glance.hpp"
#include "rondel/xml/reference.hpp"
#include "rondel/xml/tree.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>

namespace rondel::xml {

namespace {

constexpr std::string_view cdata_start = "<![CDATA[";
constexpr std::ptrdiff_t enough_room = 64;  // to go on with a text; what is needed at least is room for one character

}  // namespace

// Moves `p` over [p, stop), which holds no markup: all of it, unless it ends in half a character.
Verdict Tree::plain(const char*& p, const char* stop, const char* end, bool high) const {
    if (!high) {
        p = stop;
        return Verdict::good;
    }
    p = kernels_->utf8(p, stop);
    if (p == stop) return Verdict::good;
    const char* after = p;
    char32_t c = 0;
    const Verdict v = read_character(after, stop, c);
    if (v == Verdict::cut && stop != end) return Verdict::bad_utf8;
    return v;
}

Verdict Tree::content(const char*& p, const char* end) {
    while (p != end) {
        Verdict verdict = Verdict::good;
        if (carried_.in_cdata)
            verdict = cdata(p, end);
        else if (*p == '<')
            verdict = markup(p, end);
        else
            verdict = text(p, end);
        if (verdict != Verdict::good || open_.empty()) return verdict;
    }
    return Verdict::good;
}

inline Verdict Tree::markup(const char*& p, const char* end) {
    if (end - p == 1) return Verdict::cut;
    carried_ = {};
    switch (p[1]) {
        case '/':
            return end_tag(p, end);
        case '!':
            return open_cdata(p, end);
        case '?':
            return Verdict::restricted_xml;
        default:
            return start_tag(p, end);
    }
}

Verdict Tree::text(const char*& p, const char* end) {
    if (!carried_.after_cr && carried_.brackets == 0)
        if (const char* stop = glance_text(p, end); stop != nullptr) {
            add_piece({tape_.span(p, stop), static_cast<std::uint32_t>(stop - p)});
            p = stop;
            return Verdict::good;
        }
    Text piece;
    const Verdict v = edited_text(p, end, piece);
    add_piece(piece);
    return v;
}

// A long text, or one in which something must be looked at more closely. It is copied as it is gone over. There is a
// piece also when the input ends in half a character or reference.
Verdict Tree::edited_text(const char*& p, const char* end, Text& piece) {
    tape_.flush(p);
    if (carried_.after_cr && *p == '\n') ++p;
    carried_.after_cr = false;
    Bytes& text = block_->text;
    const std::size_t at = text.size();
    char* to = text.room(0);
    const char* const begin = p;
    const char* run = p;     // where `]]>` may begin
    bool as_written = true;  // not so: something that is written in another way
    std::uint8_t carried = carried_.brackets;
    bool high = false;
    Verdict v = Verdict::good;
    while (p != end && *p != '<' && v == Verdict::good) {
        if (text.data() + text.capacity() < to + enough_room) {
            text.end_at(to);
            to = text.room(enough_room);
        }
        const std::ptrdiff_t room = text.data() + text.capacity() - to;
        const char* const until = end - p > room ? p + room : end;
        const char* const stop = kernels_->copy_text(p, until, end, to, high);
        to += stop - p;
        p = stop;
        if (p == until || *p == '<') continue;
        if (*p == '&') {
            as_written = as_written && end - p > 1 && p[1] != '#';
            v = read_reference(p, end, to);
            run = p;
            carried = 0;
            if (v != Verdict::good || p >= until) continue;
            const Moved moved = kernels_->decode_text(p, until, to, run, high);  // where one stands, there are more
            p = moved.p;
            to = moved.to;
        } else if (*p == '\r') {  // as CR LF it is one LF (§2.11); at the end of the input the LF may be still to come
            as_written = false;
            *to++ = '\n';
            carried_.after_cr = ++p == end;
            if (p != end && *p == '\n') ++p;
        } else if (*p == '>' && brackets_before(run, p, carried) != 2) {
            as_written = false;
            *to++ = *p++;
        } else {
            v = Verdict::not_well_formed;
        }
    }
    if (high) v = check_characters(text.data() + at, to, p, end, v);
    if (v != Verdict::good && v != Verdict::cut) return v;
    carried_.brackets = brackets_before(run, p, carried);
    text.end_at(to);
    piece.span = {static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(text.size() - at)};
    // All of it: not if it was cut, or more of the same text comes in a CDATA section.
    as_written = as_written && v == Verdict::good && end - p > 1 && p[1] != '!';
    piece.written = as_written ? keep_written({begin, static_cast<std::size_t>(p - begin)}, piece.span) : 0;
    tape_.source(p);
    return v;
}

// How a text stood in the input is how it is written again (the five references that have names are all there is in
// it): where that is another text, it is kept behind the first.
std::uint32_t Tree::keep_written(std::string_view written, Span text) {
    constexpr std::size_t longest = 16 * 1024;  // what is more is escaped again, rather than to take twice the memory
    if (written.size() > longest && written.size() != text.size) return 0;
    if (written.size() != text.size) block_->text.append(written);
    return static_cast<std::uint32_t>(written.size());
}

// Whether [begin, to), which is what was read up to `p`, is UTF-8 that XML allows: if not, that comes before what `v`
// says. Half a character at the end of the input is given back.
Verdict Tree::check_characters(const char* begin, char*& to, const char*& p, const char* end, Verdict v) const {
    const char* const sound = kernels_->utf8(begin, to);
    if (sound == to) return v;
    const char* after = sound;
    char32_t c = 0;
    const Verdict why = read_character(after, to, c);
    if (why != Verdict::cut) return why;
    if (p != end) return Verdict::bad_utf8;  // as wherever `v` is not good
    p -= to - sound;
    to -= to - sound;
    return Verdict::cut;
}

// CR, or CR LF, is one LF (§2.11). At the end of the input the LF may be still to come.
void Tree::line_end(const char*& p, const char* end) {
    const char* after = p + 1;
    if (after == end)
        carried_.after_cr = true;
    else if (*after == '\n')
        ++after;
    tape_.replace(p, after, "\n");
    p = after;
}

Verdict Tree::open_cdata(const char*& p, const char* end) {
    if (end - p == 2) return Verdict::cut;
    if (p[2] == '-' || p[2] == 'D') return Verdict::restricted_xml;  // a comment, a document type declaration
    const std::string_view there(p, std::min(cdata_start.size(), static_cast<std::size_t>(end - p)));
    if (!cdata_start.starts_with(there)) return Verdict::not_well_formed;
    if (there.size() < cdata_start.size()) return Verdict::cut;
    tape_.replace(p, p + cdata_start.size(), {});
    p += cdata_start.size();
    carried_.in_cdata = true;
    return Verdict::good;
}

// Brackets at the end of a piece wait in `carried_.brackets`, as they may belong to the end of the section.
Verdict Tree::cdata(const char*& p, const char* end) {
    const std::uint32_t at = tape_.position(p);
    if (carried_.after_cr && *p == '\n') {
        tape_.replace(p, p + 1, {});
        ++p;
    }
    carried_.after_cr = false;
    if (p != end && carried_.brackets != 0) release_brackets(p, end);
    const char* run = p;
    while (p != end && carried_.in_cdata) {
        bool high = false;
        const char* stop = kernels_->text(p, end, high);
        const Verdict v = plain(p, stop, end, high);
        if (v == Verdict::cut) {
            add_piece({{at, tape_.position(p) - at}});
            return v;
        }
        if (v != Verdict::good) return v;
        if (p == end) break;
        if (*p == '>' && brackets_before(run, p, 0) == 2) {
            tape_.replace(p - 2, p + 1, {});
            carried_.in_cdata = false;
            ++p;
        } else if (*p == '\r') {
            line_end(p, end);
            run = p;
        } else if (*p == '<' || *p == '>' || *p == '&') {
            ++p;
        } else {
            return Verdict::not_well_formed;
        }
    }
    if (p == end && carried_.in_cdata) {
        const std::uint8_t held = brackets_before(run, p, 0);
        if (held != 0) {
            tape_.replace(p - held, p, {});
            carried_.brackets = held;
        }
    }
    add_piece({{at, tape_.position(p) - at}});
    return Verdict::good;
}

// `p` stands behind brackets that were held back: more of them, the end of the section, or text to which they belong.
void Tree::release_brackets(const char*& p, const char* end) {
    for (; p != end && carried_.brackets != 0; ++p) {
        if (*p == ']' && carried_.brackets == 2) {
            tape_.replace(p, p + 1, "]");
        } else if (*p == ']') {
            tape_.replace(p, p + 1, {});
            ++carried_.brackets;
        } else if (*p == '>' && carried_.brackets == 2) {
            tape_.replace(p, p + 1, {});
            carried_.brackets = 0;
            carried_.in_cdata = false;
            ++p;
            return;
        } else {
            tape_.replace(p, p, std::string_view("]]").substr(0, carried_.brackets));
            carried_.brackets = 0;
            return;
        }
    }
}

inline void Tree::add_piece(Text piece) {
    if (piece.span.size == 0) return;
    Open& inside = open_.back();
    Node& node = block_->nodes[inside.node];
    if (node.first_child != 0) {
        inside.mixed = true;
    } else if (node.text.size == 0) {
        node.text = piece.span;
        node.written = piece.written;
        return;
    }
    // Else it would move, and where the tape stands would not be where it was.
    assert(node.first_child != 0 || node.text.at + node.text.size == piece.span.at);
    block_->add_piece(inside.node, piece.span);
}

}  // namespace rondel::xml
