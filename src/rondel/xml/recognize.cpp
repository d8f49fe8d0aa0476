// Stanzas that are like one before: compared instead of read (shapes.hpp).
#include "rondel/xml/glance.hpp"
#include "rondel/xml/tree.hpp"

#include <bit>
#include <new>

namespace rondel::xml {

namespace {

constexpr int longest_value = 8;      // wide glances; a stanza with a longer one is read
constexpr int longest_text = 40;      // of one that need not be copied while it is looked at
constexpr std::uint32_t one_in = 16;  // stanzas that are like none before is learned from: some are like no other

// The quote behind a value, of either kind; null when the value holds anything but plain bytes, or is long. Also where
// the input ends soon behind it.
template <class Look>
[[gnu::always_inline]] inline const char* value_end(const char* p, const char* end) {
    for (int i = 0; i < longest_value && end - p >= wide_glance; ++i, p += wide_glance)
        if (const std::uint32_t stops = Look::in_value(p); stops != 0) {
            p += std::countr_zero(stops);
            return *p == '\'' || *p == '"' ? p : nullptr;
        }
    if (end - p >= wide_glance) return nullptr;
    while (p != end && is_plain_in_value(*p)) ++p;
    return p != end && (*p == '\'' || *p == '"') ? p : nullptr;
}

// The '<' at the end of a text; null as above.
template <class Look>
[[gnu::always_inline]] inline const char* text_end(const char* p, const char* end) {
    for (int i = 0; i < longest_text && end - p >= wide_glance; ++i, p += wide_glance)
        if (const std::uint32_t stops = Look::in_text(p); stops != 0) {
            p += std::countr_zero(stops);
            return *p == '<' ? p : nullptr;
        }
    return nullptr;
}

inline Span moved(Span span, std::uint32_t by) {
    return span_of(word_of(span) + (std::endian::native == std::endian::little ? by : std::uint64_t{by} << 32));
}

}  // namespace

// Moves `at` to the end of the stanza. False when it is neither of `tried` nor of any other that is the same up to
// where it differs; `tried` is the last one then.
template <class Look>
[[gnu::always_inline]] inline bool Tree::walk_by(const Shape*& tried, const char*& at, const char* end,
                                                 Places& places) {
    const Shape* shape = tried;
    const char* p = at;
    for (std::size_t step = 0;; ++step) {
        if (!shape->says<Look>(shape->literals[step], p, end)) {
            const Shape* const other = shapes_->other(*shape, step, p, end);
            if (other == nullptr) return false;
            tried = shape = other;
        }
        places.literals[step] = tape_.position(p);
        p += shape->literals[step].size;
        if (step == shape->values.size()) break;
        if (shape->values[step].text_of != 0) {
            if (const char* const stop = text_end<Look>(p, end); stop != nullptr) {
                places.values[step] = stop == p ? 0 : word_of(tape_.span(p, stop));
                places.written[step] = static_cast<std::uint32_t>(stop - p);
                p = stop;
            } else {
                Text text;
                const char* q = p;  // so that `p` itself can stay in a register
                if (!text_value(q, end, text)) return false;
                places.values[step] = word_of(text.span);
                places.written[step] = text.written;
                p = q;
            }
            continue;
        }
        const char* const stop = value_end<Look>(p, end);
        if (stop == nullptr) return false;
        places.values[step] = word_of(tape_.span(p, stop));
        p = stop;
    }
    at = p;
    return true;
}

bool Tree::recognize(const char*& at, const char* end, Limits limits) {
    if (shapes_ == nullptr || shapes_->empty()) return false;
    block_ = new_block();  // what else begin() does is for those who read
    tape_.begin(block_->text, at);
    carried_ = {};
    const Tape::Mark before = tape_.mark();
    Places places;
    const char* p = at;
    const Shape* shape = &shapes_->latest();
    bool is_of_it = walk(shape, p, end, places);
    if (!is_of_it) [[unlikely]]
        if (const Shape* const wider = shapes_->wider(*shape); wider != nullptr) {
            tape_.back(before);
            carried_ = {};
            shape = wider;
            is_of_it = walk(shape, p, end, places);
        }
    if (!is_of_it || shape->depth > limits.depth || shape->attributes > limits.attributes ||
        shape->elements.size() > limits.elements) {
        tape_.back(before);
        carried_ = {};
        this->end();
        return false;
    }
    shapes_->used(*shape);
    build(*shape, places);
    at = p;
    return true;
}

#if defined(__x86_64__)
RONDEL_AVX2 bool Tree::walk_by_avx2(const Shape*& tried, const char*& at, const char* end, Places& places) {
    return walk_by<Avx2Look>(tried, at, end, places);
}
#endif

bool Tree::walk(const Shape*& tried, const char*& at, const char* end, Places& places) {
#if defined(__x86_64__)
    if (kernels_->avx2) return walk_by_avx2(tried, at, end, places);
#endif
    return walk_by<PortableLook>(tried, at, end, places);
}

// A text that text_end() has left to others.
bool Tree::text_value(const char*& p, const char* end, Text& value) {
    if (p == end || edited_text(p, end, value) != Verdict::good) return false;
    carried_ = {};
    return p != end;
}

inline void Tree::build(const Shape& shape, const Places& places) {
    Node* const nodes = block_->nodes.add(shape.elements.size());
    for (std::size_t i = 0; i < shape.elements.size(); ++i) {
        const Shape::Element& element = shape.elements[i];
        nodes[i] = element.node;
        nodes[i].name = moved(element.node.name, places.literals[element.literal]);
    }
    for (std::size_t i = 0; i < shape.values.size(); ++i)
        if (const Index node = shape.values[i].text_of; node != 0) {
            nodes[node - 1].text = span_of(places.values[i]);
            nodes[node - 1].written = places.written[i];
        }
    Attribute* added = block_->attributes.add(shape.named.size());
    for (const Shape::Named& named : shape.named) {
        *added = named.attribute;
        const std::uint32_t from = places.literals[named.literal];
        added->name = moved(named.attribute.name, from);
        added->value = named.value == Shape::Named::in_literal ? moved(named.attribute.value, from)
                                                               : span_of(places.values[named.value]);
        ++added;
    }
    for (const Shape::Declared& declared : shape.namespaces)
        block_->namespaces.push_back({places.literals[declared.literal] + declared.ns.at, declared.ns.size});
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
