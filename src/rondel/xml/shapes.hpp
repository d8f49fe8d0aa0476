// What the stanzas of a stream look like but for what differs from one to the next. Most stanzas are like one before
// them: the same elements, attributes and namespaces in the same order, with other addresses, ids and texts. What
// stands between those is, byte for byte, what the reader has found sound before, and need not be read again, only
// compared (docs/decisions/0011-stanzas-alike.md).
//
// Inside the floor: a shape is learned from a stanza that Tree has read, and used by Tree::recognize().
#pragma once

#include "rondel/xml/block.hpp"
#include "rondel/xml/glance.hpp"
#include "rondel/xml/wide_look.hpp"

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace rondel::xml {

// A stanza is literal, value, literal, value, … literal. A value is that of an attribute, or all text of an element
// that holds nothing else. Everything that a name, a namespace or the tree depends on is in the literals.
struct Shape {
    struct Literal {
        std::uint32_t at;  // in `bytes`
        std::uint32_t size;
        std::uint32_t last_look;  // a bit for each of its last bytes, those of one look
        Part behind;              // the kind of value behind it,
        char end;                 // and by what that ends; 0: this is the last literal
    };

    // Of each literal three things are noted when a stanza is compared: where it begins, where the value behind it is,
    // and `written` of that value (Node). So they have numbers. A span of the shape is counted from the thing that it
    // has the number of, and is nothing if that is a value.
    static constexpr std::uint32_t number_of_literal(std::size_t i) { return static_cast<std::uint32_t>(3 * i); }
    static constexpr std::uint32_t number_of_value(std::size_t i) { return static_cast<std::uint32_t>(3 * i + 1); }

    struct Named {  // an attribute
        std::uint32_t name_in;
        std::uint32_t value_in;  // a value; or a literal
        Attribute attribute;
    };
    struct Element {
        std::uint32_t name_in;
        Node node;  // without its text
    };
    struct Text {
        std::uint32_t value;
        Index node;
    };
    struct Declared {
        std::uint32_t in;
        Span ns;
    };

    std::string_view literal(std::size_t i) const {
        return std::string_view(bytes).substr(literals[i].at, literals[i].size);
    }
    std::size_t values() const { return literals.size() - 1; }
    // Whether that stands at `p`. `Look` is how a processor looks at 32 bytes (wide_look.hpp).
    template <class Look>
    bool says(const Literal& literal, const char* p, const char* end) const;
    template <class Look>
    bool says(const Literal& literal, const char* p) const;  // as many bytes may be read behind it
    void clear();

    Bytes bytes;  // of all literals; what may be read behind them is Bytes' own
    Array<Literal> literals;
    Array<Element> elements;
    Array<Text> texts;
    Array<Named> named;
    Array<Declared> namespaces;
    std::array<Index, common_count> common{};
    std::uint32_t depth = 0;       // what Limits bounds: elements open at once,
    std::uint32_t attributes = 0;  // and those of one element, declarations included
};

template <class Look>
[[gnu::always_inline]] inline bool Shape::says(const Literal& literal, const char* p) const {
    const char* const q = bytes.data() + literal.at;
    std::size_t done = 0;
    for (; done + wide_glance < literal.size; done += wide_glance)
        if (Look::differences(p + done, q + done) != 0) return false;
    return (Look::differences(p + done, q + done) & literal.last_look) == 0;
}

template <class Look>
inline bool Shape::says(const Literal& literal, const char* p, const char* end) const {
    const std::size_t size = literal.size;
    const auto there = static_cast<std::size_t>(end - p);
    if (there >= size + wide_glance) return says<Look>(literal, p);
    if (there < size) return false;
    const char* const q = bytes.data() + literal.at;
    // All before it has been compared, so that it can be looked at with the last look ending where it ends.
    if (literal.at + size < wide_glance) return std::memcmp(p, q, size) == 0;
    std::size_t done = 0;
    for (; done + wide_glance < size; done += wide_glance)
        if (Look::differences(p + done, q + done) != 0) return false;
    const std::size_t last = size - done;
    return Look::differences(p + size - wide_glance, q + size - wide_glance) >> (wide_glance - last) == 0;
}

// Owns: its shapes, at most 5 KiB each.   Threads: one at a time.
class Shapes {
  public:
    static constexpr std::size_t most = 16;
    static constexpr std::size_t most_values = 24;  // of one shape
    static constexpr std::size_t most_elements = 32;
    static constexpr std::size_t most_literal_bytes = 1024;

    // A stanza of `bytes` that was read as `block`. Nothing happens if it has something that a shape cannot say: a
    // prefix, a CDATA section, text among elements; or if it is of a known shape. The one that was longest not used
    // makes room. After an exception (memory has ended) nothing more may be asked of this.
    void learn(std::string_view bytes, const Block& block);

    bool empty() const { return known_.empty(); }
    const Shape& latest() const { return *known_[latest_]; }  // once there is one: what to try first
    // Another shape than `now`, the same up to the literal `step`, which stands at `p`. Null: there is none.
    const Shape* other(const Shape& now, std::size_t step, const char* p, const char* end) const;
    void used(const Shape& shape) {  // a stanza was of it
        Known& known = *known_[static_cast<const Known&>(shape).place];
        last_used_ = latest_ = known.place;
        known.used = ++uses_;
        if (known.narrow != nullptr) [[unlikely]]
            missed(known);
    }
    std::uint64_t uses() const { return uses_; }  // of all of them

    // narrow_shapes.cpp: a value that is the same in each stanza, such as a component's own address, had better be a
    // part of the literal. So a shape that has such has a narrow one beside it, in which they are. Of one stanza in so
    // many it is asked which they are, of the one recognized last: `bytes`, read as `block`. Memory may end as in
    // learn().
    static constexpr std::uint64_t looked_at = 32;
    void look(std::string_view bytes, const Block& block);
    // What to try from the beginning when a stanza is not of `shape`, which is narrow. Null: it is not.
    const Shape* wider(const Shape& shape) const { return static_cast<const Known&>(shape).wide; }

  private:
    struct Known : Shape {
        std::size_t place = 0;                   // in known_
        std::uint64_t used = 0;                  // after how many uses of all it was the last time
        std::array<std::uint8_t, most> alike{};  // how many literals it begins with as each of them does

        Known* narrow = nullptr;    // the shape that is tried before this,
        Known* wide = nullptr;      // and the one that is tried after this
        std::uint32_t misses = 0;   // stanzas that were of this one, not of the narrow one; fewer as time goes by
        std::uint32_t dropped = 0;  // narrow ones,
        std::uint64_t rests = 0;    // after which it is not looked at until so many uses
        int looks = 0;              // at it
        std::uint32_t same = 0;     // which attributes had the same value in each, a bit for each,
        std::array<std::uint32_t, most_values> seen{};  // and what it was, as a hash
    };

    static const Shape* taken_apart(std::string_view bytes, const Block& block, std::uint32_t same);
    Known& add(const Shape& learned);  // or the one that is the same
    Known& one_more();
    Known& longest_unused();
    static void see(Known& known, const Block& block);
    void missed(Known& wide);
    static void part(Known& known);  // from those that it is narrow or wide to

    std::vector<std::unique_ptr<Known>> known_;
    std::size_t latest_ = 0;
    std::size_t last_used_ = 0;
    std::uint64_t uses_ = 0;
};

}  // namespace rondel::xml
