#include "rondel/xml/writer.hpp"

#include "rondel/xml/escape.hpp"
#include "rondel/xml/glance.hpp"
#include "rondel/xml/stack.hpp"

#include <charconv>
#include <functional>

namespace rondel::xml {

namespace {

constexpr std::string_view xmlns_ns = "http://www.w3.org/2000/xmlns/";
constexpr WriteError fine{};

// Writes one element. Walks the tree with a stack of its own: depth is what a peer or a handler made it (V09).
// Borrows: all it is given.
class Writing {
  public:
    Writing(const Block& block, std::string& out, std::string_view content_ns, WriteLimits limits)
        : block_(block), out_(out), content_ns_(content_ns), limits_(limits), kernels_(fastest_kernels()) {}

    WriteError write(Index root);

  private:
    static constexpr std::uint32_t of_stream = UINT32_MAX;  // in place of an index of a namespace: content_ns_

    struct Open {
        Index node;
        Index next;                // the child to write next
        std::uint32_t default_ns;  // in force inside
        bool stanza;               // in stanza_ns, and all around it too
    };

    WriteError walk(Index root);
    WriteError start_tag(Index index);
    void end_tag(Index index);
    WriteError declare(std::uint32_t ns);
    WriteError attribute(const Attribute& attribute, unsigned& prefixes);
    WriteError text(std::string_view text) { return put_text<Escape::text>(text); }
    WriteError value(std::string_view value) { return put_text<Escape::attribute>(value); }
    template <Escape kind>
    WriteError put_text(std::string_view text);
    bool put_name(std::string_view name);
    void put_again(std::string_view name);

    std::string_view ns(std::uint32_t index) const {
        return index == of_stream ? content_ns_ : block_.view(block_.namespaces[index]);
    }
    bool is_xml(std::uint32_t index) const {
        return index == Block::xml || (index > Block::xml && ns(index) == ns(Block::xml));
    }
    bool is_stanza(std::uint32_t index) const {
        return index == Block::stanzas || (index > Block::xml && ns(index) == stanza_ns);
    }
    const char* readable() const { return block_.text.data() + block_.text.size(); }

    const Block& block_;
    Staging out_;
    const std::string_view content_ns_;
    const WriteLimits limits_;
    const Kernels& kernels_;
    Stack<Open> open_;
};

WriteError Writing::write(Index root) {
    WriteError error = walk(root);
    if (error == fine && out_.size() > limits_.bytes) error = WriteError::too_large;
    if (error == fine)
        out_.flush();
    else
        out_.undo();
    return error;
}

WriteError Writing::walk(Index root) {
    if (const WriteError error = start_tag(root); error != fine) return error;
    while (!open_.empty()) {
        Open& here = open_.top();
        const Index child = here.next;
        if (child == 0) {
            end_tag(here.node);
            open_.pop();
            continue;
        }
        const Node& node = block_.nodes[child];
        here.next = node.next;
        const WriteError error = node.is_text() ? text(block_.view(node.text)) : start_tag(child);
        if (error != fine) return error;
    }
    return fine;
}

WriteError Writing::start_tag(Index index) {
    if (open_.size() == limits_.depth) return WriteError::too_deep;
    const Node& node = block_.nodes[index];
    const bool inside = !open_.empty();
    const std::uint32_t around = inside ? open_.top().default_ns : of_stream;
    const bool stanza = !content_ns_.empty() && is_stanza(node.ns) && (!inside || open_.top().stanza);
    const bool in_xml = is_xml(node.ns);
    const std::uint32_t default_ns = stanza ? of_stream : in_xml ? around : node.ns;

    out_.put('<');
    if (in_xml) out_.put("xml:");
    if (!put_name(block_.view(node.name))) return WriteError::bad_name;
    if (default_ns != around && ns(default_ns) != ns(around))
        if (const WriteError error = declare(default_ns); error != fine) return error;
    unsigned prefixes = 0;
    for (Index i = node.first_attribute; i != 0; i = block_.attributes[i].next)
        if (const WriteError error = attribute(block_.attributes[i], prefixes); error != fine) return error;
    if (node.first_child == 0) {
        if (node.text.size == 0) {
            out_.put("/>");
            return fine;
        }
        out_.put('>');
        const WriteError error = text(block_.view(node.text));
        end_tag(index);
        return error;
    }
    out_.put('>');
    open_.push({index, node.first_child, default_ns, stanza});
    return fine;
}

void Writing::end_tag(Index index) {
    const Node& node = block_.nodes[index];
    out_.put("</");
    if (is_xml(node.ns)) out_.put("xml:");
    put_again(block_.view(node.name));
    out_.put('>');
}

WriteError Writing::declare(std::uint32_t index) {
    if (ns(index) == xmlns_ns) return WriteError::bad_name;
    out_.put(" xmlns='");
    const WriteError error = value(ns(index));
    out_.put('\'');
    return error;
}

WriteError Writing::attribute(const Attribute& attribute, unsigned& prefixes) {
    const std::string_view name = block_.view(attribute.name);
    out_.put(' ');
    if (attribute.ns == Block::no_ns) {
        if (name == "xmlns") return WriteError::bad_name;
    } else if (is_xml(attribute.ns)) {
        out_.put("xml:");
    } else {
        if (ns(attribute.ns) == xmlns_ns) return WriteError::bad_name;
        char prefix[16] = {'n', 's'};
        const char* const end = std::to_chars(prefix + 2, std::end(prefix), ++prefixes).ptr;
        const std::string_view generated(prefix, static_cast<std::size_t>(end - prefix));
        out_.put("xmlns:");
        out_.put(generated);
        out_.put("='");
        if (const WriteError error = value(ns(attribute.ns)); error != fine) return error;
        out_.put("' ");
        out_.put(generated);
        out_.put(':');
    }
    if (!put_name(name)) return WriteError::bad_name;
    out_.put("='");
    const WriteError error = value(block_.view(attribute.value));
    out_.put('\'');
    return error;
}

template <Escape kind>
WriteError Writing::put_text(std::string_view text) {
    if (text.size() > limits_.bytes - std::min(limits_.bytes, out_.size())) return WriteError::too_large;
    const std::less_equal<> before;  // the namespace of the stream is not of the block
    const bool of_block = before(block_.text.data(), text.data()) && before(text.data() + text.size(), readable());
    const char* const end = of_block ? readable() : text.data() + text.size();
    return put_escaped<kind>(text, end, out_, kernels_) ? fine : WriteError::bad_character;
}

bool Writing::put_name(std::string_view name) {
    const char* const p = name.data();
    if (name.size() < glance && readable() - p >= glance && !name.empty()) {
        const bool plain = (class_of(*p) & byte_class::name_start) != 0 && plain_name(p) >= name.size();
        if (!plain && !is_ncname(name)) return false;
        out_.put_some<glance>(p, name.size());
        return true;
    }
    if (!is_ncname(name)) return false;
    out_.put(name);
    return true;
}

void Writing::put_again(std::string_view name) {
    if (name.size() < glance && readable() - name.data() >= glance)
        out_.put_some<glance>(name.data(), name.size());
    else
        out_.put(name);
}

}  // namespace

std::error_code write(ElementView element, std::string& out, std::string_view content_ns, WriteLimits limits) {
    if (!element) return WriteError::bad_name;
    const WriteError error = Writing(*element.block(), out, content_ns, limits).write(element.index());
    return error == fine ? std::error_code() : make_error_code(error);
}

std::string to_string(ElementView element, std::string_view content_ns) {
    std::string out;
    constexpr WriteLimits unlimited{SIZE_MAX, SIZE_MAX};
    if (const std::error_code error = write(element, out, content_ns, unlimited))
        out = "<!-- " + error.message() + " -->";
    return out;
}

}  // namespace rondel::xml
