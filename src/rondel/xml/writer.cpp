#include "rondel/xml/writer.hpp"

#include "rondel/xml/characters.hpp"
#include "rondel/xml/scan.hpp"

#include <array>
#include <vector>

namespace rondel::xml {

namespace {

constexpr std::string_view xmlns_ns = "http://www.w3.org/2000/xmlns/";

// What is written instead of a character; empty where XML cannot carry it.
std::string_view escaped(char c) {
    switch (c) {
        case '<':
            return "&lt;";
        case '>':
            return "&gt;";
        case '&':
            return "&amp;";
        case '\'':
            return "&apos;";
        case '"':
            return "&quot;";
        case '\t':
            return "&#9;";
        case '\n':
            return "&#10;";
        case '\r':
            return "&#13;";
        default:
            return {};
    }
}

enum class Where { text, attribute };

// Appends all of `text`, escaped; false, having appended some of it, at the first thing that XML cannot carry, where
// `text` then begins.
template <Where where>
bool append(std::string_view& text, std::string& out, const Kernels& kernels) {
    const char* p = text.data();
    const char* const end = p + text.size();
    bool whole = true;
    while (p != end) {
        bool high = false;
        const char* stop = where == Where::text ? kernels.text(p, end, high) : kernels.value(p, end, '\'', '"', high);
        if (high)
            if (const char* valid = kernels.utf8(p, stop); valid != stop) {
                stop = valid;
                whole = false;
            }
        out.append(p, static_cast<std::size_t>(stop - p));
        p = stop;
        if (!whole || p == end) break;
        const std::string_view instead = escaped(*p);
        if (instead.empty()) {
            whole = false;
            break;
        }
        out.append(instead);
        ++p;
    }
    text = {p, static_cast<std::size_t>(end - p)};
    return whole;
}

// For those who cannot be told: U+FFFD in place of each byte that XML cannot carry.
template <Where where>
void append_or_replace(std::string_view text, std::string& out) {
    while (!append<where>(text, out, fastest_kernels())) {
        out.append("\xEF\xBF\xBD");
        text.remove_prefix(1);
    }
}

// A stack that is on the machine's one until an element is nested deeper than people's are.
template <class T, std::size_t few>
class Stack {
  public:
    bool empty() const { return size_ == 0; }
    std::size_t size() const { return size_; }
    T& top() { return size_ <= few ? first_[size_ - 1] : more_.back(); }
    void push(const T& value) {
        if (size_ < few)
            first_[size_] = value;
        else
            more_.push_back(value);
        ++size_;
    }
    void pop() {
        if (size_ > few) more_.pop_back();
        --size_;
    }

  private:
    std::array<T, few> first_;
    std::vector<T> more_;
    std::size_t size_ = 0;
};

// Writes one element. Walks the tree with a stack of its own: depth is what a peer or a handler made it (V09).
class Writing {
  public:
    Writing(const Block& block, std::string& out, std::string_view content_ns, WriteLimits limits)
        : block_(block),
          out_(out),
          start_(out.size()),
          content_ns_(content_ns),
          limits_(limits),
          kernels_(fastest_kernels()) {}

    std::error_code write(Index root);

  private:
    struct Open {
        Index node;
        Index next;                   // the child to write next
        std::string_view default_ns;  // in force inside
        bool stanza;                  // in stanza_ns, and all around it too
    };

    std::error_code start_tag(Index index);
    void end_tag(Index index);
    std::error_code attribute(const Attribute& attribute, unsigned& prefixes);
    std::error_code text(std::string_view text);
    std::error_code value(std::string_view value);
    void name(const Node& node);
    std::string_view ns(std::uint32_t index) const { return block_.view(block_.namespaces[index]); }
    bool fits(std::size_t more) const { return out_.size() - start_ + more <= limits_.bytes; }

    const Block& block_;
    std::string& out_;
    const std::size_t start_;
    const std::string_view content_ns_;
    const WriteLimits limits_;
    const Kernels& kernels_;
    Stack<Open, 32> open_;
};

std::error_code Writing::write(Index root) {
    if (const std::error_code error = start_tag(root)) return error;
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
        if (const std::error_code error = node.is_text() ? text(block_.view(node.text)) : start_tag(child))
            return error;
    }
    if (!fits(0)) return WriteError::too_large;
    return {};
}

void Writing::name(const Node& node) {
    if (node.ns == Block::xml || ns(node.ns) == ns(Block::xml)) out_.append("xml:");
    out_.append(block_.view(node.name));
}

std::error_code Writing::start_tag(Index index) {
    if (open_.size() == limits_.depth) return WriteError::too_deep;
    const Node& node = block_.nodes[index];
    if (!is_ncname(block_.view(node.name))) return WriteError::bad_name;
    const std::string_view around = open_.empty() ? content_ns_ : open_.top().default_ns;
    const bool in_xml = node.ns == Block::xml || ns(node.ns) == ns(Block::xml);
    const bool stanza = !content_ns_.empty() && (open_.empty() || open_.top().stanza) &&
                        (node.ns == Block::stanzas || ns(node.ns) == stanza_ns);
    Open open{index, node.first_child, stanza ? content_ns_ : in_xml ? around : ns(node.ns), stanza};

    out_.push_back('<');
    name(node);
    if (open.default_ns != around) {
        if (open.default_ns == xmlns_ns) return WriteError::bad_name;
        out_.append(" xmlns='");
        if (const std::error_code error = value(open.default_ns)) return error;
        out_.push_back('\'');
    }
    unsigned prefixes = 0;
    for (Index i = node.first_attribute; i != 0; i = block_.attributes[i].next)
        if (const std::error_code error = attribute(block_.attributes[i], prefixes)) return error;
    if (node.first_child == 0 && node.text.size == 0) {
        out_.append("/>");
        return {};
    }
    out_.push_back('>');
    open_.push(open);
    return node.first_child == 0 ? text(block_.view(node.text)) : std::error_code();
}

void Writing::end_tag(Index index) {
    out_.append("</");
    name(block_.nodes[index]);
    out_.push_back('>');
}

std::error_code Writing::attribute(const Attribute& attribute, unsigned& prefixes) {
    const std::string_view attribute_name = block_.view(attribute.name);
    const std::string_view attribute_ns = ns(attribute.ns);
    if (!is_ncname(attribute_name) || (attribute.ns == 0 && attribute_name == "xmlns")) return WriteError::bad_name;
    out_.push_back(' ');
    if (attribute_ns.empty()) {
        out_.append(attribute_name);
    } else if (attribute_ns == ns(Block::xml)) {
        out_.append("xml:").append(attribute_name);
    } else {
        if (attribute_ns == xmlns_ns) return WriteError::bad_name;
        const std::string prefix = "ns" + std::to_string(++prefixes);
        out_.append("xmlns:").append(prefix).append("='");
        if (const std::error_code error = value(attribute_ns)) return error;
        out_.append("' ").append(prefix).append(":").append(attribute_name);
    }
    out_.append("='");
    if (const std::error_code error = value(block_.view(attribute.value))) return error;
    out_.push_back('\'');
    return {};
}

std::error_code Writing::text(std::string_view text) {
    if (!fits(text.size())) return WriteError::too_large;
    return append<Where::text>(text, out_, kernels_) ? std::error_code() : make_error_code(WriteError::bad_character);
}

std::error_code Writing::value(std::string_view value) {
    if (!fits(value.size())) return WriteError::too_large;
    return append<Where::attribute>(value, out_, kernels_) ? std::error_code()
                                                           : make_error_code(WriteError::bad_character);
}

}  // namespace

std::error_code write(ElementView element, std::string& out, std::string_view content_ns, WriteLimits limits) {
    if (!element) return WriteError::bad_name;
    const std::size_t before = out.size();
    const std::error_code error = Writing(*element.block(), out, content_ns, limits).write(element.index());
    if (error) out.resize(before);
    return error;
}

std::string to_string(ElementView element, std::string_view content_ns) {
    std::string out;
    constexpr WriteLimits unlimited{SIZE_MAX, SIZE_MAX};
    if (const std::error_code error = write(element, out, content_ns, unlimited))
        out = "<!-- " + error.message() + " -->";
    return out;
}

void append_escaped_text(std::string_view text, std::string& out) { append_or_replace<Where::text>(text, out); }
void append_escaped_attribute(std::string_view value, std::string& out) {
    append_or_replace<Where::attribute>(value, out);
}

bool can_carry(std::string_view text) {
    const Kernels& kernels = fastest_kernels();
    const char* p = text.data();
    const char* const end = p + text.size();
    while (p != end) {
        bool high = false;
        const char* stop = kernels.text(p, end, high);
        if (high && kernels.utf8(p, stop) != stop) return false;
        p = stop;
        if (p != end && escaped(*p++).empty()) return false;
    }
    return true;
}

}  // namespace rondel::xml
