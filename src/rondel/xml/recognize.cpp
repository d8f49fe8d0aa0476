// Stanzas that are like one before: compared instead of read (shapes.hpp).
#include "rondel/xml/block_cache.hpp"
#include "rondel/xml/glance.hpp"
#include "rondel/xml/tree.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>

namespace rondel::xml {

namespace {

constexpr std::ptrdiff_t longest_value = 8 * wide_glance;  // a stanza with a longer one is read
constexpr std::ptrdiff_t longest_text = 40 * wide_glance;  // of one that need not be copied while it is looked at
constexpr std::ptrdiff_t longest(Part part) { return part == Part::text ? longest_text : longest_value; }

constexpr std::uint32_t one_in = 16;  // stanzas that are like none before is learned from: some are like no other

// The first that `stops` says of [p, end), of which `known` bytes before `p` were said, too; null when there is none.
inline const char* first_stop(const char* p, std::uint32_t stops, std::ptrdiff_t known = 0) {
    stops = static_cast<std::uint32_t>(std::uint64_t{stops} >> known);
    return stops == 0 ? nullptr : p + std::countr_zero(stops);
}

// The quote at which a value that begins at `p` ends; null when it holds anything but plain bytes, or is long. What
// stands in [first, end) may be looked at.
template <class Look>
[[gnu::always_inline]] inline const char* plain_value_end(const char* first, const char* p, const char* end) {
    const char* const far = end - p > longest_value ? p + longest_value : end;
    const char* stop = nullptr;
    for (; stop == nullptr && far - p >= wide_glance; p += wide_glance) stop = first_stop(p, Look::in_value(p));
    if (stop == nullptr && far == end && end - first >= wide_glance) {
        const char* const last_look = end - wide_glance;
        stop = first_stop(p, Look::in_value(last_look), p - last_look);
    }
    return stop != nullptr && (*stop == '\'' || *stop == '"') ? stop : nullptr;
}

// A span of a shape, moved by where what it is counted from was found.
inline void put(Span& to, Span said, std::uint64_t found) {
    const std::uint64_t word = word_of(said) + found;
    std::memcpy(static_cast<void*>(&to), &word, sizeof to);
}

}  // namespace

// As far as all is as it mostly is: each literal stands there, each value is plain, and the end of the input is not
// near. Nothing is called here, so that all of it stays in registers.
template <class Look>
[[gnu::always_inline]] inline Tree::Came Tree::go_over_plain_ones(Walk& walk) const {
    const Shape& shape = *walk.shape;
    const Shape::Literal* literal = shape.literals.begin() + walk.step;
    std::uint64_t* noted = walk.noted.data() + Shape::number_of_literal(walk.step);
    const char* const last_look = walk.end - wide_glance;
    const Tape tape = tape_;  // a copy, which nothing that is stored here can change
    const char* p = walk.p;
    for (;; ++literal, noted += Shape::number_of_literal(1)) {
        const char* const behind = p + literal->size;
        if (behind > last_look || !shape.says<Look>(*literal, p)) break;
        noted[0] = word_of(tape.wide_position(p), 0);
        if (literal->end == 0) {
            walk.p = behind;
            return Came::to_the_end;
        }
        const char* stop = behind;
        std::uint32_t ends = Look::ends(literal->behind, stop);
        if (ends == 0) {
            const char* const far = std::min(last_look, behind + longest(literal->behind));
            stop += wide_glance;
            while (stop <= far && (ends = Look::ends(literal->behind, stop)) == 0) {
                stop += wide_glance;
                while (far - stop >= wide_glance && !Look::ends_in_two(literal->behind, stop)) stop += 2 * wide_glance;
            }
            if (ends == 0 && far == last_look && stop < walk.end)
                ends = Look::ends(literal->behind, last_look) >> (stop - last_look);  // what comes before is known
            if (ends == 0) break;
        }
        stop += std::countr_zero(ends);
        if (*stop != literal->end) break;
        const auto size = static_cast<std::uint64_t>(stop - behind);
        noted[1] = word_of(tape.wide_position(behind), size);
        noted[2] = size;
        p = stop;
    }
    walk.p = p;
    walk.step = static_cast<std::size_t>(literal - shape.literals.begin());
    return Came::on;
}

// A literal, which may be that of another shape that is the same up to there, and the value behind it, plain or not.
template <class Look>
[[gnu::always_inline]] inline Tree::Came Tree::go_over_one_by(Walk& walk) {
    const char* p = walk.p;
    if (!walk.shape->says<Look>(walk.shape->literals[walk.step], p, walk.end)) {
        const Shape* const other = shapes_->other(*walk.shape, walk.step, p, walk.end);
        if (other == nullptr) return Came::nowhere;
        walk.shape = other;
    }
    const Shape::Literal& literal = walk.shape->literals[walk.step];
    std::uint64_t* const noted = walk.noted.data() + Shape::number_of_literal(walk.step++);
    noted[0] = word_of(tape_.position(p), 0);
    walk.p = p += literal.size;
    if (literal.end == 0) return Came::to_the_end;
    Text value;
    if (literal.behind == Part::text) {
        if (!odd_text(walk.p, walk.end, value)) return Came::nowhere;
    } else {
        const char* const stop = plain_value_end<Look>(walk.first, p, walk.end);
        if (stop == nullptr) return Came::nowhere;
        value = {tape_.span(p, stop), static_cast<std::uint32_t>(stop - p)};
        walk.p = stop;
    }
    noted[1] = word_of(value.span);
    noted[2] = value.written;
    return Came::on;
}

#if defined(__x86_64__)
[[gnu::noinline]] RONDEL_AVX2 Tree::Came Tree::go_over_one(Avx2Look, Walk& walk) {
    return go_over_one_by<Avx2Look>(walk);
}
#endif
[[gnu::noinline]] Tree::Came Tree::go_over_one(PortableLook, Walk& walk) { return go_over_one_by<PortableLook>(walk); }

// To the end of the stanza; or nowhere, when it is neither of the shape nor of any other that is the same up to where
// it differs. Then `walk.shape` is the last that was tried.
template <class Look>
[[gnu::always_inline]] inline Tree::Came Tree::go(Walk& walk) {
    for (;;) {
        if (go_over_plain_ones<Look>(walk) == Came::to_the_end) return Came::to_the_end;
        if (const Came came = go_over_one(Look(), walk); came != Came::on) return came;
    }
}

// A text that is not plain, or long, or near the end of the input.
bool Tree::odd_text(const char*& p, const char* end, Text& value) {
    if (p == end || edited_text(p, end, value) != Verdict::good) return false;
    carried_ = {};
    return p != end;
}

template <class Look>
[[gnu::always_inline]] inline bool Tree::recognize_by(const char*& p, const char* end, const Limits& limits) {
    block_ = block_from_cache();  // what else begin() does is for those who read
    tape_.begin(block_->text, p);
    carried_ = {};
    Walk walk(shapes_->latest(), p, end);
    for (int tried = 1; go<Look>(walk) != Came::to_the_end; ++tried)
        if (tried == 2 || !try_wider(walk)) [[unlikely]]
            return not_recognized();
    const Shape& shape = *walk.shape;
    if (shape.depth > limits.depth || shape.attributes > limits.attributes || shape.elements.size() > limits.elements)
        [[unlikely]]
        return not_recognized();
    shapes_->used(shape);
    build(walk);
    p = walk.p;
    return true;
}

// From the beginning. False: there is no wider one.
bool Tree::try_wider(Walk& walk) {
    const Shape* const wider = shapes_->wider(*walk.shape);
    if (wider == nullptr) return false;
    block_->clear();
    tape_.begin(block_->text, walk.first);
    carried_ = {};
    walk.begin(*wider);
    return true;
}

bool Tree::not_recognized() {
    end();
    return false;
}

#if defined(__x86_64__)
RONDEL_AVX2 bool Tree::recognize_by_avx2(const char*& p, const char* end, const Limits& limits) {
    return recognize_by<Avx2Look>(p, end, limits);
}
#endif

bool Tree::recognize_portably(const char*& p, const char* end, const Limits& limits) {
    return recognize_by<PortableLook>(p, end, limits);
}

[[gnu::always_inline]] inline void Tree::build(const Walk& walk) {
    const Shape& shape = *walk.shape;
    Node* const nodes = block_->nodes.add(shape.elements.size());
    Node* node = nodes;
    for (const Shape::Element& element : shape.elements) {
        *node = element.node;
        put(node++->name, element.node.name, walk.noted[element.name_in]);
    }
    for (const Shape::Text& text : shape.texts) {
        Node& holder = nodes[text.node - Block::root];
        put(holder.text, {}, walk.noted[text.value]);
        holder.written = static_cast<std::uint32_t>(walk.noted[text.value + 1]);
    }
    Attribute* attribute = block_->attributes.add(shape.named.size());
    for (const Shape::Named& named : shape.named) {
        *attribute = named.attribute;
        put(attribute->name, named.attribute.name, walk.noted[named.name_in]);
        put(attribute++->value, named.attribute.value, walk.noted[named.value_in]);
    }
    if (!shape.namespaces.empty()) {
        Span* ns = block_->namespaces.add(shape.namespaces.size());
        for (const Shape::Declared& declared : shape.namespaces) put(*ns++, declared.ns, walk.noted[declared.in]);
    }
    block_->common = shape.common;
}

void Tree::look(std::string_view stanza, const Block& block) {
    try {
        shapes_->look(stanza, block);
    } catch (const std::bad_alloc&) {
        shapes_.reset();
    }
}

void Tree::remember(std::string_view stanza, const Block& block) {
    if (++unknown_ % one_in != 0 || !outer_default_.content) return;
    try {
        if (shapes_ == nullptr) shapes_ = std::make_unique<Shapes>();
        shapes_->learn(stanza, block);
    } catch (const std::bad_alloc&) {
        shapes_.reset();  // one may be learned in part
    }
}

}  // namespace rondel::xml
