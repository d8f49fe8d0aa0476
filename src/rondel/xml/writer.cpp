#include "rondel/xml/writer.hpp"

#include "rondel/xml/escape.hpp"
#include "rondel/xml/glance.hpp"
#include "rondel/xml/scan.hpp"
#include "rondel/xml/stack.hpp"
#include "rondel/xml/write_known.hpp"

#include <algorithm>
#include <bit>
#include <charconv>

namespace rondel::xml {

namespace {

constexpr WriteError fine{};

template <std::size_t size>
inline char* put(char* to, const char (&literal)[size]) {
    std::memcpy(to, literal, size - 1);
    return to + size - 1;
}

inline std::uint32_t below(std::size_t count) { return ~(~0U << count); }

// Of a short value; any other is looked at as it is written.
inline bool is_plain(const char* value, std::size_t size) {
    return size <= glance && (value_stops(value, '\'', '"') & below(size)) == 0;
}

// Writes one element. Walks the tree with a stack of its own: depth is what a peer or a handler made it (V09).
//
// The place to write at goes from function to function as `to`, and comes back moved on, or null after an error: so it
// stays in a register, and the next piece need not wait for the last to reach memory. Whoever writes makes room first;
// each leaves `spare` bytes of it to the next, enough for the few bytes of markup in between.
//
// Borrows: all it is given.
class Writing {
  public:
    Writing(const Block& block, Bytes& out, std::string_view content_ns, const WriteLimits& limits)
        : block_(block), out_(out), before_(out.size()), content_ns_(content_ns), limits_(limits) {}

    WriteError write(Index root);

  private:
    static constexpr std::uint32_t of_stream = UINT32_MAX;  // in place of an index of a namespace: content_ns_
    static constexpr std::size_t spare = 32;

    struct Open {
        Index node;
        Index next;                // the child to write next
        std::uint32_t default_ns;  // in force inside
        bool stanza;               // in stanza_ns, and all around it too
    };

    char* walk(Index root, char* to);
    char* element(Index index, Open around, char* to);
    char* end_tag(const Node& node, char* to);
    char* declare(std::uint32_t ns, char* to);
    char* attributes(Index first, char* to);
    char* attribute(const Attribute& attribute, unsigned& prefixes, char* to);
    char* prefix_of(const Attribute& attribute, unsigned& prefixes, char* to);
    char* text(const Node& node, char* to);
    template <Escape kind>
    char* content(Span text, char* to);
    template <Escape kind>
    char* escape(std::string_view text, const char* readable, char* to);
    char* name(Span name, bool sound, char* to);
    char* sound_name(Span name, char* to);
    char* fail(WriteError error) { return error_ = error, nullptr; }

    char* room(std::size_t bytes, char* to) {
        return static_cast<std::size_t>(limit_ - to) < bytes ? make_room(bytes, to) : to;
    }
    [[gnu::noinline]] char* make_room(std::size_t bytes, char* to) {
        out_.end_at(to);
        char* const end = out_.room(bytes);
        limit_ = out_.data() + out_.capacity();
        return end;
    }
    std::size_t written(const char* to) const { return static_cast<std::size_t>(to - out_.data()) - before_; }

    std::string_view ns(std::uint32_t index) const {
        return index == of_stream ? content_ns_ : block_.view(block_.namespaces[index]);
    }
    bool is_xml(std::uint32_t index) const {
        return index == Block::xml || (index > Block::xml && ns(index) == ns(Block::xml));
    }
    bool is_stanza(std::uint32_t index) const {
        return index == Block::stanzas || (index > Block::xml && ns(index) == stanza_ns);
    }
    const char* readable() const { return block_.text.data() + block_.text.size() + Bytes::slack; }

    const Block& block_;
    Bytes& out_;
    const std::size_t before_;
    const std::string_view content_ns_;
    const WriteLimits limits_;
    const char* limit_ = nullptr;
    WriteError error_ = fine;
    Stack<Open> open_;
};

WriteError Writing::write(Index root) {
    limit_ = out_.data() + out_.capacity();
    const char* const to = walk(root, room(spare, out_.data() + before_));
    if (to != nullptr && written(to) > limits_.bytes) fail(WriteError::too_large);
    out_.end_at(error_ == fine ? to : out_.data() + before_);
    return error_;
}

inline char* Writing::walk(Index root, char* to) {
    Index next = root;
    Open around{0, 0, of_stream, !content_ns_.empty()};
    for (;;) {
        to = element(next, around, to);
        for (;;) {  // to where the next one stands
            if (to == nullptr || open_.empty()) return to;
            around = open_.top();
            next = around.next;
            if (next == 0) {
                to = end_tag(block_.nodes[around.node], to);
                open_.pop();
                continue;
            }
            const Node& node = block_.nodes[next];
            open_.top().next = node.next;
            if (!node.is_text()) break;
            to = text(node, to);
        }
    }
}

// The start tag, and all of it if it holds no other element. Of the one `around` it the namespaces are asked.
inline char* Writing::element(Index index, Open around, char* to) {
    if (open_.size() == limits_.depth) return fail(WriteError::too_deep);
    const Node& node = block_.nodes[index];
    const bool stanza = around.stanza && is_stanza(node.ns);
    const bool in_xml = is_xml(node.ns);
    const std::uint32_t default_ns = stanza ? of_stream : in_xml ? around.default_ns : node.ns;

    *to++ = '<';
    if (in_xml) to = put(to, "xml:");
    if ((to = name(node.name, node.sound_name, to)) == nullptr) return nullptr;
    if (default_ns != around.default_ns && ns(default_ns) != ns(around.default_ns) &&
        (to = declare(default_ns, to)) == nullptr)
        return nullptr;
    if (node.first_attribute != 0 && (to = attributes(node.first_attribute, to)) == nullptr) return nullptr;
    if (node.first_child != 0) {
        *to++ = '>';
        open_.push({index, node.first_child, default_ns, stanza});
        return room(spare, to);
    }
    if (node.text.size == 0) return room(spare, put(to, "/>"));
    *to++ = '>';
    to = text(node, to);
    return to == nullptr ? nullptr : end_tag(node, to);
}

inline char* Writing::end_tag(const Node& node, char* to) {
    to = put(to, "</");
    if (is_xml(node.ns)) to = put(to, "xml:");
    to = sound_name(node.name, to);
    *to++ = '>';
    return room(spare, to);
}

char* Writing::declare(std::uint32_t index, char* to) {
    if (ns(index) == xmlns_ns) return fail(WriteError::bad_name);
    to = put(to, " xmlns='");
    to = index == of_stream ? escape<Escape::attribute>(content_ns_, content_ns_.data() + content_ns_.size(), to)
                            : content<Escape::attribute>(block_.namespaces[index], to);
    if (to != nullptr) *to++ = '\'';
    return to;
}

inline char* Writing::attributes(Index first, char* to) {
    const Attribute* const all = block_.attributes.begin();  // kept at hand: what is written might be anything, for all
    const char* const text = block_.text.data();             // that the compiler knows
    unsigned prefixes = 0;
    for (Index i = first; i != 0; i = all[i].next) {
        const Attribute& one = all[i];
        *to++ = ' ';
        const Span value = one.value;
        if (one.ns == Block::no_ns && one.sound_name && (one.plain_value || is_plain(text + value.at, value.size))) {
            const Span name = one.name;
            to = room(name.size + value.size + spare, to);
            to = put(put_text(to, text + name.at, name.size), "='");
            to = put_text(to, text + value.at, value.size);
            *to++ = '\'';
        } else if ((to = attribute(one, prefixes, to)) == nullptr) {
            return nullptr;
        }
    }
    return to;
}

char* Writing::attribute(const Attribute& attribute, unsigned& prefixes, char* to) {
    if (attribute.ns != Block::no_ns)
        to = prefix_of(attribute, prefixes, to);
    else if (!attribute.sound_name && block_.view(attribute.name) == "xmlns")
        to = fail(WriteError::bad_name);
    if (to == nullptr || (to = name(attribute.name, attribute.sound_name, to)) == nullptr) return nullptr;
    to = put(to, "='");
    to = content<Escape::attribute>(attribute.value, to);
    if (to != nullptr) *to++ = '\'';
    return to;
}

char* Writing::prefix_of(const Attribute& attribute, unsigned& prefixes, char* to) {
    if (is_xml(attribute.ns)) return put(to, "xml:");
    if (ns(attribute.ns) == xmlns_ns) return fail(WriteError::bad_name);
    char prefix[16] = {'n', 's'};
    const char* const end = std::to_chars(prefix + 2, std::end(prefix), ++prefixes).ptr;
    const auto size = static_cast<std::size_t>(end - prefix);
    to = put_short(put(to, "xmlns:"), prefix, size);
    to = content<Escape::attribute>(block_.namespaces[attribute.ns], put(to, "='"));
    if (to == nullptr) return nullptr;
    to = put_short(put(to, "' "), prefix, size);
    *to++ = ':';
    return room(spare, to);
}

[[gnu::always_inline]] inline char* Writing::text(const Node& node, char* to) {
    if (node.written == 0) return content<Escape::text>(node.text, to);
    const std::string_view written = block_.written(node);
    if (written.size() > limits_.bytes - std::min(limits_.bytes, this->written(to))) return fail(WriteError::too_large);
    return put_text(room(written.size() + spare, to), written.data(), written.size());
}

template <Escape kind>
[[gnu::noinline]] char* Writing::content(Span span, char* to) {
    if (span.size > limits_.bytes - std::min(limits_.bytes, written(to))) return fail(WriteError::too_large);
    to = room(span.size + spare, to);
    const char* p = block_.text.data() + span.at;
    std::size_t left = span.size;
    for (int i = 0; i < most_glances; ++i) {
        const std::uint32_t stops = kind == Escape::text ? text_stops(p) : value_stops(p, '\'', '"');
        std::memcpy(to, p, glance);
        if (left <= glance) {
            if ((stops & below(left)) != 0) break;
            return to + left;
        }
        if (stops != 0) break;
        p += glance;
        to += glance;
        left -= glance;
    }
    return escape<kind>({p, left}, readable(), to);
}

// A long text, or one that holds longer characters, or something to escape, or what XML cannot carry.
template <Escape kind>
[[gnu::noinline]] char* Writing::escape(std::string_view text, const char* readable, char* to) {
    static const Kernels& kernels = fastest_kernels();
    const char* p = text.data();
    const char* const end = p + text.size();
    bool high = false;
    for (;;) {
        to = room(static_cast<std::size_t>(end - p) + spare, to);
        const char* const stop = kind == Escape::text ? kernels.copy_text(p, end, readable, to, high)
                                                      : kernels.copy_value(p, end, readable, to, high);
        to += stop - p;
        p = stop;
        if (p == end) break;
        const Escaped& instead = escapes<kind>[static_cast<unsigned char>(*p)];
        if (instead.size == 0) return fail(WriteError::bad_character);
        std::memcpy(to, &instead, sizeof instead);
        to += instead.size;
        ++p;
        if (kind != Escape::text) continue;
        to = room(escape_room, to);
        const Moved moved = kernels.escape_text(p, end, to, limit_, high);  // where one stands, there are more
        p = moved.p;
        to = moved.to;
    }
    if (high && kernels.utf8(text.data(), end) != end) return fail(WriteError::bad_character);
    return room(spare, to);
}

inline char* Writing::name(Span span, bool sound, char* to) {
    return sound || is_ncname(block_.view(span)) ? sound_name(span, to) : fail(WriteError::bad_name);
}

// A short one needs no more than what is spare.
inline char* Writing::sound_name(Span span, char* to) {
    const char* const p = block_.text.data() + span.at;
    return span.size <= 16 ? put_short(to, p, span.size) : put_text(room(span.size + spare, to), p, span.size);
}

}  // namespace

std::error_code write(ElementView element, Bytes& out, std::string_view content_ns, const WriteLimits& limits) {
    if (!element) return WriteError::bad_name;
    if (write_known(element, out, content_ns, limits)) return no_error;
    const WriteError error = Writing(*element.block(), out, content_ns, limits).write(element.index());
    return error == fine ? no_error : make_error_code(error);
}

std::error_code write(ElementView element, std::string& out, std::string_view content_ns, const WriteLimits& limits) {
    thread_local Bytes bytes;
    constexpr std::size_t worth_keeping = 64 * 1024;
    bytes.clear();
    const std::error_code error = write(element, bytes, content_ns, limits);
    out.append(std::string_view(bytes));
    if (bytes.capacity() > worth_keeping) bytes.give_back();
    return error;
}

std::string to_string(ElementView element, std::string_view content_ns) {
    std::string out;
    constexpr WriteLimits unlimited{SIZE_MAX, SIZE_MAX};
    if (const std::error_code error = write(element, out, content_ns, unlimited))
        out = "<!-- " + error.message() + " -->";
    return out;
}

}  // namespace rondel::xml
