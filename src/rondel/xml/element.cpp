#include "rondel/xml/element.hpp"

#include "rondel/xml/same.hpp"
#include "rondel/xml/stack.hpp"

#include <cstddef>
#include <functional>
#include <utility>

namespace rondel::xml {

[[gnu::hot]] bool ElementView::is(std::string_view name, std::string_view ns) const {
    return node_ != 0 && same_text(this->name(), name) && same_text(this->ns(), ns);
}

std::optional<std::string_view> ElementView::attribute(std::string_view name, std::string_view ns) const {
    if (node_ == 0) return std::nullopt;
    if (node_ == Block::root && ns.empty())
        if (const Common which = common_of(name); which != Common::none) return block_->of_root(which);
    for (Index i = node().first_attribute; i != 0; i = block_->attributes[i].next) {
        const Attribute& a = block_->attributes[i];
        if (same_text(block_->view(a.name), name) &&
            (ns.empty() ? a.ns == 0 : same_text(block_->view(block_->namespaces[a.ns]), ns)))
            return block_->view(a.value);
    }
    return std::nullopt;
}

std::string_view ElementView::attribute_or(std::string_view name, std::string_view otherwise) const {
    return attribute(name).value_or(otherwise);
}

std::optional<std::string_view> ElementView::lang() const {
    return block_ ? attribute("lang", block_->view(block_->namespaces[Block::xml])) : std::nullopt;
}

ElementView ElementView::child(std::string_view name, std::string_view ns) const {
    for (ElementView child : children())
        if (child.is(name, ns)) return child;
    return {};
}

namespace {

// A view that stays good while the block grows, even when it is one of the block's own.
class Steady {
  public:
    Steady(const Block& block, std::string_view view) : block_(block), view_(view) {
        if (block.holds(view)) at_ = static_cast<std::size_t>(view.data() - block.text.data());
    }
    operator std::string_view() const {  // NOLINT(google-explicit-constructor)
        return at_ == outside ? view_ : std::string_view(block_.text).substr(at_, view_.size());
    }

  private:
    static constexpr std::size_t outside = static_cast<std::size_t>(-1);
    const Block& block_;
    std::string_view view_;
    std::size_t at_ = outside;
};

// Both walks below go over a tree without recursion, as depth comes from a peer (V09)
struct Pair {
    Index from;
    Index to;
};

void copy_attributes(const Block& from, Index source, Block& to, Index target) {
    for (Index i = from.nodes[source].first_attribute; i != 0; i = from.attributes[i].next) {
        const Attribute a = from.attributes[i];
        const Span name = to.add_text(from.view(a.name));
        const std::uint32_t ns = a.ns == 0 ? 0 : to.intern_ns(from.view(from.namespaces[a.ns]));
        Attribute& added = to.add_attribute(target, name, ns, to.add_text(from.view(a.value)));
        added.sound_name = a.sound_name;
        added.plain_value = a.plain_value;
        added.sound_value = a.sound_value;
    }
}

Index copy_node(const Block& from, Index source, Block& to, Index parent) {
    const Span name = to.add_text(from.view(from.nodes[source].name));
    const std::uint32_t ns = to.intern_ns(from.ns_of(from.nodes[source]));
    const Index made = to.add_element(parent, name, ns);
    to.nodes[made].sound_name = from.nodes[source].sound_name;
    copy_attributes(from, source, to, made);
    if (from.nodes[source].first_child == 0) to.take_text(made, from, source);
    return made;
}

Index copy_tree(const Block& from, Index source, Block& to, Index parent) {
    const Index top = copy_node(from, source, to, parent);
    Stack<Pair> open;
    open.push({from.nodes[source].first_child, top});
    while (!open.empty()) {
        const Pair here = open.top();
        if (here.from == 0) {
            to.join_pieces(here.to);
            open.pop();
            continue;
        }
        open.top().from = from.nodes[here.from].next;
        if (from.nodes[here.from].is_text()) {
            to.add_piece(here.to, to.add_text(from.view(from.nodes[here.from].text)));
        } else {
            const Index made = copy_node(from, here.from, to, here.to);
            if (const Index first = from.nodes[here.from].first_child; first != 0) open.push({first, made});
        }
    }
    return top;
}

bool same_attributes(ElementView a, ElementView b) {
    std::size_t left = 0;
    std::size_t right = 0;
    for ([[maybe_unused]] const AttributeView other : b.attributes()) ++right;
    for (const AttributeView mine : a.attributes()) {
        ++left;
        if (b.attribute(mine.name, mine.ns) != mine.value) return false;
    }
    return left == right;
}

bool same_node(ElementView a, ElementView b) {
    if (a.is_text() || b.is_text()) return a.is_text() == b.is_text() && a.text() == b.text();
    return a.name() == b.name() && a.ns() == b.ns() && a.text() == b.text() && same_attributes(a, b);
}

}  // namespace

Element ElementView::copy() const {
    if (node_ == 0) return {};
    if (node_ == Block::root && node().next == 0) return Element(copy_block(*block_));
    BlockPtr copied = new_block();
    copy_tree(*block_, node_, *copied, 0);
    return Element(std::move(copied));
}

bool same(ElementView a, ElementView b) {
    if (!a || !b) return !a && !b;
    if (!same_node(a, b)) return false;
    Stack<Pair> open;
    open.push({a.block()->nodes[a.index()].first_child, b.block()->nodes[b.index()].first_child});
    while (!open.empty()) {
        const Pair here = open.top();
        if (here.from == 0 || here.to == 0) {
            if (here.from != here.to) return false;
            open.pop();
            continue;
        }
        const Node& left = a.block()->nodes[here.from];
        const Node& right = b.block()->nodes[here.to];
        if (!same_node(ElementView(*a.block(), here.from), ElementView(*b.block(), here.to))) return false;
        open.top() = {left.next, right.next};
        if (left.first_child != 0 || right.first_child != 0) open.push({left.first_child, right.first_child});
    }
    return true;
}

ElementRef& ElementRef::set(std::string_view name, std::string_view value) { return set_ns(name, {}, value); }

ElementRef& ElementRef::set_ns(std::string_view name_given, std::string_view ns, std::string_view value_given) {
    Block& block = mutable_block();
    const Steady name(block, name_given);
    const Steady value(block, value_given);
    const std::uint32_t ns_index = ns.empty() ? 0 : block.intern_ns(ns);
    for (Index i = node().first_attribute; i != 0; i = block.attributes[i].next) {
        const Attribute& there = block.attributes[i];
        if (block.view(there.name) != std::string_view(name)) continue;
        if (block.view(block.namespaces[there.ns]) != block.view(block.namespaces[ns_index])) continue;
        block.attributes[i].value = block.add_text(value);
        block.attributes[i].plain_value = block.attributes[i].sound_value = 0;
        return *this;
    }
    const Span stored_name = block.add_text(name);
    block.add_attribute(node_, stored_name, ns_index, block.add_text(value));
    return *this;
}

ElementRef& ElementRef::set_lang(std::string_view lang) {
    Block& block = mutable_block();
    return set_ns("lang", block.view(block.namespaces[Block::xml]), lang);
}

ElementRef& ElementRef::unset(std::string_view name) {
    Block& block = mutable_block();
    Index* link = &mutable_node().first_attribute;
    while (*link != 0) {
        const Attribute& a = block.attributes[*link];
        if (a.ns == 0 && block.view(a.name) == name)
            *link = a.next;
        else
            link = &block.attributes[*link].next;
    }
    block.last_attribute_of = 0;  // the one remembered may be the one that went
    if (const Common which = common_of(name); node_ == Block::root && which != Common::none)
        block.common[static_cast<std::size_t>(which)] = 0;
    return *this;
}

ElementRef& ElementRef::text(std::string_view text) {
    mutable_block().append_text(node_, text);
    return *this;
}

ElementRef& ElementRef::clear_content() {
    mutable_node().text = {};
    mutable_node().written = mutable_node().text_has_room = 0;
    mutable_node().first_child = mutable_node().last_child = 0;
    return *this;
}

ElementRef ElementRef::append(std::string_view name_given, std::string_view ns) {
    Block& block = mutable_block();
    const Steady name(block, name_given);
    const std::uint32_t ns_index = block.intern_ns(ns);
    const Span stored = block.add_text(name);
    return {block, block.add_element(node_, stored, ns_index)};
}

ElementRef ElementRef::append(ElementView copied) {
    if (!copied) return {};
    if (copied.block() == block_) {  // a part of ourselves: the source would move while it is read
        const Element apart = copied.copy();
        return append(apart.view());
    }
    return {mutable_block(), copy_tree(*copied.block(), copied.index(), mutable_block(), node_)};
}

std::size_t ElementRef::remove(std::string_view name, std::string_view ns) {
    // What stays is linked anew, as if it had just been read: texts that now touch become one, and text alone needs no
    // nodes.
    Block& block = mutable_block();
    std::size_t removed = 0;
    for (const ElementView child : children()) removed += child.is(name, ns) ? 1 : 0;
    if (removed == 0) return 0;
    Index left = mutable_node().first_child;
    mutable_node().first_child = mutable_node().last_child = 0;
    bool elements = false;
    while (left != 0) {
        const Index here = std::exchange(left, block.nodes[left].next);
        if (ElementView(block, here).is(name, ns)) continue;
        elements = elements || !block.nodes[here].is_text();
        block.link_child(node_, here);
    }
    if (!elements) mutable_node().first_child = mutable_node().last_child = 0;
    return removed;
}

Element::Element(std::string_view name, std::string_view ns) : block_(new_block()) {
    const std::uint32_t ns_index = block_->intern_ns(ns);
    block_->add_element(0, block_->add_text(name), ns_index);
}

}  // namespace rondel::xml
