// What stands between tags: text, references, CDATA sections (XML 1.0 §2.4, §2.7, §2.11, §4.1).
#include "rondel/xml/glance.hpp"
#include "rondel/xml/tree.hpp"

#include <algorithm>

namespace rondel::xml {

namespace {

constexpr std::string_view cdata_start = "<![CDATA[";

// How many brackets, up to two, stand directly before `p`: in [run, p), and `carried` ones before `run`.
std::uint8_t brackets_before(const char* run, const char* p, std::uint8_t carried) {
    std::uint8_t count = 0;
    for (; count < 2 && p != run && p[-1] == ']'; --p) ++count;
    return p == run ? static_cast<std::uint8_t>(std::min(2, count + carried)) : count;
}

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
            add_piece(tape_.span(p, stop));
            p = stop;
            return Verdict::good;
        }
    const Span empty = tape_.span(p, p);
    if (carried_.after_cr && *p == '\n') {
        tape_.replace(p, p + 1, {});
        ++p;
    }
    carried_.after_cr = false;
    const char* run = p;  // where `]]>` may begin
    std::uint8_t carried = carried_.brackets;
    Verdict v = Verdict::good;
    while (p != end && *p != '<') {
        bool high = false;
        const char* stop = kernels_->text(p, end, high);
        v = plain(p, stop, end, high);
        if (v != Verdict::good || p == end || *p == '<') break;
        if (*p == '&') {
            v = reference(p, end);
            if (v != Verdict::good) break;
            run = p;
            carried = 0;
        } else if (*p == '>') {
            if (brackets_before(run, p, carried) == 2) return Verdict::not_well_formed;
            ++p;
        } else if (*p == '\r') {
            line_end(p, end);
        } else {
            return Verdict::not_well_formed;
        }
    }
    if (v != Verdict::good && v != Verdict::cut) return v;
    carried_.brackets = brackets_before(run, p, carried);
    add_piece({empty.at, tape_.position(p) - empty.at});
    return v;
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

// &lt; and the other four of §4.6, &#10; and &#xA;. XMPP knows no others (RFC 6120 §11.1).
Verdict Tree::reference(const char*& at, const char* end) {
    const char* p = at + 1;
    if (p == end) return Verdict::cut;
    char bytes[4];
    std::size_t size = 0;
    if (*p == '#') {
        char32_t c = 0;
        ++p;
        const bool hex = p != end && *p == 'x';
        if (hex) ++p;
        const char* first = p;
        for (; p != end && *p != ';'; ++p) {
            const char digit = *p;
            const bool decimal = digit >= '0' && digit <= '9';
            const char lower = static_cast<char>(digit | 0x20);
            if (!decimal && !(hex && lower >= 'a' && lower <= 'f')) return Verdict::not_well_formed;
            const auto value = static_cast<char32_t>(decimal ? digit - '0' : lower - 'a' + 10);
            c = std::min<char32_t>(c * (hex ? 16 : 10) + value, 0x110000);  // stays out of range once it is
        }
        if (p == end) return Verdict::cut;
        if (p == first || !is_xml_character(c)) return Verdict::not_well_formed;
        size = encode(c, bytes);
    } else {
        const char* const name = p;
        if (const Verdict v = read_ncname(p, end); v != Verdict::good) return v;
        if (*p != ';') return Verdict::not_well_formed;
        const std::string_view entity(name, static_cast<std::size_t>(p - name));
        size = 1;
        if (entity == "lt")
            bytes[0] = '<';
        else if (entity == "gt")
            bytes[0] = '>';
        else if (entity == "amp")
            bytes[0] = '&';
        else if (entity == "apos")
            bytes[0] = '\'';
        else if (entity == "quot")
            bytes[0] = '"';
        else
            return Verdict::restricted_xml;
    }
    ++p;
    tape_.replace(at, p, {bytes, size});
    at = p;
    return Verdict::good;
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

// Brackets at the end of a piece wait in `brackets_`, as they may belong to the end of the section.
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
            add_piece({at, tape_.position(p) - at});
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
    add_piece({at, tape_.position(p) - at});
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

inline void Tree::add_piece(Span piece) {
    if (piece.size == 0) return;
    Open& inside = open_.back();
    Node& node = block_->nodes[inside.node];
    if (node.first_child != 0) {
        inside.mixed = true;
    } else if (node.text.size == 0) {
        node.text = piece;
        return;
    }
    block_->add_piece(inside.node, piece);
}

}  // namespace rondel::xml
