// A text that goes on in small pieces, of which each is nothing but more of it: what is done once for a piece, instead
// of once for a byte, is what it costs (docs/performance.md).
//
// Nothing here tells of an error. What is not plainly sound is left as it was, for content() to judge.
#include "rondel/xml/reference.hpp"
#include "rondel/xml/tree.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace rondel::xml {

namespace {
constexpr int most_pass = 15;  // pieces, while none is nothing but more of a text
}

bool Tree::expect_more(Pending& pending, std::size_t most) {
    if (passed_ != pass_) {
        ++passed_;
        return false;
    }
    const std::string_view cut = pending.bytes();
    const bool is_tag = !cut.empty() && cut[0] == '<';
    if (is_tag || cut.size() > Growing::most_cut || carried_.brackets != 0 || carried_.after_cr) return false;
    const Node& node = block_->nodes[open_.back().node];
    Bytes& text = block_->text;
    if (node.first_child != 0 || node.text.at + node.text.size != text.size()) return false;
    if (node.text.size < least_text) return false;
    assert(node.text_has_room == 0);  // nobody adds anything else between the pieces of a text, so it never moved
    // No more comes out of characters and references than goes in; and what was cut is not of what may come.
    const std::size_t memory = text.capacity() - text.size();
    if (memory <= Growing::most_cut) return false;
    growing_ = {};
    char* const to = text.data() + text.size();
    growing_.begin = growing_.to = to;
    growing_.first_left = std::min(most, memory - Growing::most_cut);
    growing_.stop = to + growing_.first_left;
    if (cut.empty() || cut[0] == '&')
        growing_.took(0, to, cut);
    else
        growing_.took(0, to + cut.copy(to, cut.size()), cut.size());
    pending.clear();
    return true;
}

void Tree::pause(Pending& pending) {
    // Where nothing came of it, it is tried less often: a text of which each piece must be read otherwise shall cost
    // no more for that.
    pass_ = growing_.taken() != 0 ? 0 : static_cast<std::uint8_t>(std::min(2 * pass_ + 1, most_pass));
    passed_ = 0;
    if (growing_.cut != 0) pending.start(growing_.what_was_cut());
    const char* end = growing_.to - growing_.half();
    carried_.brackets = brackets_before(growing_.begin, end, 0);
    if (carried_.in_cdata) end -= carried_.brackets;  // there they wait: cdata()
    Node& node = block_->nodes[open_.back().node];
    node.text.size = static_cast<std::uint32_t>(end - block_->text.data()) - node.text.at;
    node.written = 0;
    block_->text.end_at(end);
    growing_ = {};
}

bool Tree::more_text(std::string_view piece) {
    if (piece.empty() || piece.size() > growing_.left()) return false;
    if (!growing_.cut_reference) {
        const char* const p = piece.data();
        const std::ptrdiff_t half = kernels_->copy_piece(p, p + piece.size(), growing_.to, growing_.cut);
        if (half != not_plain) {
            growing_.took(piece.size(), growing_.to + piece.size(), static_cast<std::size_t>(half));
            return true;
        }
    }
    return !carried_.in_cdata && more_edited_text(piece);
}

// With references, line ends and `>` in it. It is read from a copy, behind what was cut of the last piece, and with
// bytes behind it at which the kernel stops: so that looks at 32 together up to the last one.
bool Tree::more_edited_text(std::string_view piece) {
    constexpr std::size_t most = 256;  // of more bytes, those at the end are few
    constexpr std::size_t behind = 64;
    if (piece.size() > most) return false;
    std::array<char, Growing::most_cut + most + behind> copy;
    char* const at = copy.data() + Growing::most_cut;
    const std::string_view before = growing_.cut_reference ? growing_.what_was_cut() : std::string_view();
    before.copy(at - before.size(), before.size());
    char* const end = at + piece.copy(at, piece.size());
    std::memset(end, 0, behind);

    const char* p = at - before.size();
    char* to = growing_.to;
    bool high = growing_.half() != 0;
    Verdict v = Verdict::good;
    for (;;) {
        const char* run = p;
        const Moved moved = kernels_->decode_text(p, end + behind, to, run, high);
        p = moved.p;
        to = moved.to;
        if (p == end) break;
        if (*p == '&') {
            v = read_reference(p, end, to);
            if (v == Verdict::cut) break;
            if (v != Verdict::good || to[-1] == ']') return false;  // which is no bracket to pause()
        } else if (*p == '\r' && end - p > 1) {
            *to++ = '\n';
            p += p[1] == '\n' ? 2 : 1;
        } else if (*p == '>' && to[-1] != ']') {
            *to++ = *p++;
        } else {
            return false;
        }
    }
    const std::string_view cut(p, static_cast<std::size_t>(end - p));
    if (cut.size() > Growing::most_cut) return false;
    if (high) v = check_characters(growing_.to - growing_.half(), to, p, end, v);
    if (v != Verdict::good && v != Verdict::cut) return false;
    if (cut.empty()) {
        const auto half = static_cast<std::size_t>(end - p);
        growing_.took(piece.size(), to + half, half);
    } else {
        growing_.took(piece.size(), to, cut);
    }
    return true;
}

}  // namespace rondel::xml
