// Stanzas that are like one before: compared instead of read (shapes.hpp).
#include "rondel/xml/glance.hpp"
#include "rondel/xml/tree.hpp"

#include <new>

namespace rondel::xml {

namespace {

constexpr int longest_value = 16;     // glances; a stanza with a longer one is read
constexpr std::uint32_t one_in = 16;  // stanzas that are like none before is learned from: some are like no other

// The quote behind a value, of either kind, as by glance_value; also where the input ends behind it.
inline const char* value_end(const char* p, const char* end) {
    if (const char* const found = glance_value(p, end, longest_value); found != nullptr) return found;
    if (end - p >= longest_value * glance) return nullptr;
    while (p != end && is_plain_in_value(*p)) ++p;
    return p != end && (*p == '\'' || *p == '"') ? p : nullptr;
}

}  // namespace

bool Tree::recognize(const char*& at, const char* end, Limits limits) {
    if (shapes_ == nullptr || shapes_->empty()) return false;
    begin(Kind::element, limits, at);
    const Tape::Mark before = tape_.mark();
    Places places;
    const char* p = at;
    const Shape* const shape = walk(p, end, places);
    if (shape == nullptr || shape->depth > limits.depth || shape->attributes > limits.attributes ||
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

// Moves `p` to the end of the stanza. Null when it is of no known shape.
inline const Shape* Tree::walk(const char*& p, const char* end, Places& places) {
    const Shape* shape = &shapes_->latest();
    for (std::size_t step = 0;; ++step) {
        if (!shape->says(step, p, end)) {
            shape = shapes_->other(*shape, step, p, end);
            if (shape == nullptr) return nullptr;
        }
        places.literals[step] = tape_.position(p);
        p += shape->literals[step].size;
        if (step == shape->values.size()) return shape;
        if (shape->values[step].text_of != 0) {
            Text value;
            if (!text_value(p, end, value)) return nullptr;
            places.values[step] = value.span;
            places.written[step] = value.written;
            continue;
        }
        const char* const stop = value_end(p, end);
        if (stop == nullptr) return nullptr;
        places.values[step] = tape_.span(p, stop);
        p = stop;
    }
}

// All of a text, up to the markup behind it.
inline bool Tree::text_value(const char*& p, const char* end, Text& value) {
    if (const char* const stop = glance_text(p, end); stop != nullptr) {
        if (stop != p) value = {tape_.span(p, stop), static_cast<std::uint32_t>(stop - p)};
        p = stop;
        return true;
    }
    if (p == end || edited_text(p, end, value) != Verdict::good) return false;
    carried_ = {};
    return p != end;
}

inline void Tree::build(const Shape& shape, const Places& places) {
    Node* const nodes = block_->nodes.add(shape.elements.size());
    for (std::size_t i = 0; i < shape.elements.size(); ++i) {
        const Shape::Element& element = shape.elements[i];
        nodes[i] = element.node;
        nodes[i].name.at += places.literals[element.literal];
    }
    for (std::size_t i = 0; i < shape.values.size(); ++i) {
        const Shape::Value& value = shape.values[i];
        if (value.text_of != 0) {
            nodes[value.text_of - 1].text = places.values[i];
            nodes[value.text_of - 1].written = places.written[i];
            continue;
        }
        Attribute& added = block_->attributes.add();
        added = value.attribute;
        // In front of the value, and of ="
        added.name.at = places.literals[i] + shape.literals[i].size - 2 - added.name.size;
        added.value = places.values[i];
    }
    for (const Shape::Declared& declared : shape.namespaces)
        block_->namespaces.push_back({places.literals[declared.literal] + declared.ns.at, declared.ns.size});
    block_->common = shape.common;
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
