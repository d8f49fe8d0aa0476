#include "rondel/xml/shapes.hpp"

#include "rondel/xml/characters.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace rondel::xml {

namespace {

// Takes a stanza apart that was read as `block`: so all that is looked for is there. Nodes, attributes and namespaces
// stand in a block in the order of the document. Of `same` attributes, a bit for each, the value belongs to the
// literal.
class Learner {
  public:
    Learner(std::string_view bytes, const Block& block, std::uint32_t same, Shape& shape)
        : bytes_(bytes), block_(block), same_(same), shape_(shape) {}

    bool learn() {  // false: it has something that a shape cannot say
        shape_.clear();
        do {
            if (next() == '/')
                end_tag();
            else if (!start_tag())
                return false;
            if (open_ != 0 && bytes_[at_] != '<' && !text()) return false;
        } while (open_ != 0);
        end_literal(Part::value, 0);
        shape_.common = block_.common;
        assert(at_ == bytes_.size() && element_ + 1 == block_.nodes.size());
        assert(attributes_ == block_.attributes.size() && namespaces_ == block_.namespaces.size());
        return shape_.bytes.size() <= Shapes::most_literal_bytes;
    }

  private:
    char next() const { return bytes_[at_ + 1]; }
    std::uint32_t in_literal(std::size_t at) const { return static_cast<std::uint32_t>(at - literal_at_); }
    // Those of the literal that goes on, and of the value behind it.
    std::uint32_t literal() const { return Shape::number_of_literal(shape_.literals.size()); }
    std::uint32_t next_value() const { return Shape::number_of_value(shape_.literals.size()); }

    void end_literal(Part behind, char end) {
        const std::uint32_t size = in_literal(at_);  // none is empty
        const std::uint32_t before_last_look = (size - 1) / wide_glance * wide_glance;
        shape_.literals.push_back({static_cast<std::uint32_t>(shape_.bytes.size()), size,
                                   ~0U >> (wide_glance - (size - before_last_look)), behind, end});
        shape_.bytes.append(bytes_.substr(literal_at_, size));
    }
    bool value(Part part, char end) {
        if (shape_.literals.size() == Shapes::most_values) return false;
        end_literal(part, end);
        at_ = literal_at_ = bytes_.find(end, at_);
        return true;
    }

    void end_tag() {
        at_ = bytes_.find('>', at_) + 1;
        --open_;
        opened_ = false;
    }

    bool start_tag() {
        const std::size_t begin = ++at_;
        at_ = bytes_.find_first_of(" \t\r\n/>:", at_);
        if (bytes_[at_] == ':' || bytes_[begin] == '!') return false;  // a prefix, a CDATA section
        if (element_ == Shapes::most_elements) return false;
        Node node = block_.nodes[++element_];
        assert(node.name.size == at_ - begin);
        node.name.at = in_literal(begin);
        node.text = {};
        node.written = 0;
        shape_.elements.push_back({literal(), node});
        shape_.depth = std::max(shape_.depth, ++open_);
        std::uint32_t count = 0;
        for (;;) {
            while (is_space(bytes_[at_])) ++at_;
            if (bytes_[at_] == '>' || bytes_[at_] == '/') break;
            if (!attribute()) return false;
            shape_.attributes = std::max(shape_.attributes, ++count);
        }
        opened_ = bytes_[at_] == '>';
        if (!opened_) ++at_, --open_;
        ++at_;
        return true;
    }

    bool attribute() {
        const std::size_t begin = at_;
        at_ = bytes_.find('=', at_);
        const std::string_view name = bytes_.substr(begin, at_ - begin);
        const char quote = bytes_[++at_];
        if (quote != '\'' && quote != '"') return false;
        ++at_;
        if (name == "xmlns") return declaration(bytes_.find(quote, at_));
        const std::string_view local = name.starts_with("xml:") ? name.substr(4) : name;
        if (local.find_first_of(": \t\r\n") != std::string_view::npos) return false;
        Shape::Named added{literal(), next_value(), block_.attributes[attributes_]};
        assert(added.attribute.name.size == local.size());
        added.attribute.name.at = in_literal(static_cast<std::size_t>(local.data() - bytes_.data()));
        added.attribute.value = {};
        added.attribute.plain_value = 1;
        if (is_same(attributes_++ - 1)) {
            added.value_in = literal();
            const std::size_t end = bytes_.find(quote, at_);
            added.attribute.value = {in_literal(at_), static_cast<std::uint32_t>(end - at_)};
            at_ = end;
        } else {
            added.attribute.sound_value = 0;
            if (!value(Part::value, quote)) return false;
        }
        shape_.named.push_back(added);
        ++at_;
        return true;
    }
    bool is_same(std::size_t attribute) const { return attribute < 32 && (same_ >> attribute & 1) != 0; }

    // Which namespace it is decides what the element is: so it belongs to the literal.
    bool declaration(std::size_t end) {
        const std::string_view ns = bytes_.substr(at_, end - at_);
        if (!std::all_of(ns.begin(), ns.end(), is_plain_in_value) || namespaces_ == block_.namespaces.size() ||
            block_.view(block_.namespaces[namespaces_++]) != ns)
            return false;  // one of those that stand in every block, or none
        shape_.namespaces.push_back({literal(), {in_literal(at_), static_cast<std::uint32_t>(ns.size())}});
        at_ = end + 1;
        return true;
    }

    // All that the element holds, if that is text.
    bool text() {
        if (!opened_) return false;
        shape_.texts.push_back({next_value(), static_cast<Index>(element_)});
        return value(Part::text, '<') && next() == '/';
    }

    const std::string_view bytes_;
    const Block& block_;
    const std::uint32_t same_;
    Shape& shape_;
    std::size_t at_ = 0;
    std::size_t literal_at_ = 0;  // where the literal that goes on began
    std::size_t element_ = 0;     // the newest
    std::size_t attributes_ = 1;  // the first is nobody
    std::size_t namespaces_ = 3;  // the first are those of every block
    std::uint32_t open_ = 0;
    bool opened_ = false;  // what was read last is a start tag, behind which there may be text
};

std::size_t common_literals(const Shape& a, const Shape& b) {
    const std::size_t most = std::min(a.literals.size(), b.literals.size());
    std::size_t same = 0;
    while (same < most && a.literal(same) == b.literal(same)) ++same;
    return same;
}

}  // namespace

void Shape::clear() {
    bytes.clear();
    literals.clear();
    elements.clear();
    texts.clear();
    named.clear();
    namespaces.clear();
    common = {};
    depth = attributes = 0;
}

void Shapes::learn(std::string_view bytes, const Block& block) {
    if (const Shape* const learned = taken_apart(bytes, block, 0); learned != nullptr) latest_ = add(*learned).place;
}

const Shape* Shapes::taken_apart(std::string_view bytes, const Block& block, std::uint32_t same) {
    static thread_local Shape learned;  // its memory is used again
    return Learner(bytes, block, same, learned).learn() ? &learned : nullptr;
}

// Or the one that is the same.
Shapes::Known& Shapes::add(const Shape& learned) {
    std::array<std::uint8_t, most> alike{};
    for (const auto& known : known_) {
        alike[known->place] = static_cast<std::uint8_t>(common_literals(learned, *known));
        // No shape is the beginning of another: it ends the stanza.
        if (alike[known->place] == learned.literals.size()) return *known;
    }
    Known& added = known_.size() < most ? one_more() : longest_unused();
    part(added);
    const std::size_t place = added.place;
    added = Known{};
    added.place = place;
    static_cast<Shape&>(added) = learned;
    added.used = uses_;
    added.alike = alike;
    for (const auto& known : known_) known->alike[place] = alike[known->place];
    return added;
}

Shapes::Known& Shapes::one_more() {
    auto added = std::make_unique<Known>();
    added->place = known_.size();
    return *known_.emplace_back(std::move(added));
}

Shapes::Known& Shapes::longest_unused() {
    // Who has a narrow one is used when that is.
    const auto last = [](const Known& known) {
        return known.narrow == nullptr ? known.used : std::max(known.used, known.narrow->used);
    };
    return **std::min_element(known_.begin(), known_.end(),
                              [&](const auto& a, const auto& b) { return last(*a) < last(*b); });
}

const Shape* Shapes::other(const Shape& now, std::size_t step, const char* p, const char* end) const {
    const auto& alike = static_cast<const Known&>(now).alike;
    const Known* wide = nullptr;  // only if there is nothing narrower
    for (const auto& known : known_) {
        if (known.get() == &now || alike[known->place] < step ||
            !known->says<PortableLook>(known->literals[step], p, end))
            continue;
        if (known->narrow == nullptr) return known.get();
        if (wide == nullptr) wide = known.get();
    }
    return wide;
}

}  // namespace rondel::xml
