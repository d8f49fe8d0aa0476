// XML elements: ElementView reads one in somebody's block, ElementRef also changes it, Element owns a whole one.
//
//   Element query("query", "jabber:iq:version");
//   query.append("name").text("rondel");
//   for (ElementView child : query.children()) …
//
// An ElementView or ElementRef that is empty (a child that is not there) may be asked everything: it has no name, no
// text, no children. Changing an element invalidates the string_views taken from it before, as with std::string.
// Threads: one at a time.
#pragma once

#include "rondel/xml/block.hpp"

#include <iterator>
#include <optional>
#include <string>
#include <string_view>

namespace rondel::xml {

class Element;
class NodeRange;
class ChildRange;
class AttributeRange;

struct AttributeView {
    std::string_view name;  // local name
    std::string_view ns;    // empty for the usual attribute without prefix
    std::string_view value;
};

class ElementView {
  public:
    ElementView() = default;
    ElementView(const Block& block, Index node) : block_(&block), node_(node) {}

    explicit operator bool() const { return node_ != 0; }
    std::string_view name() const { return block_ ? block_->view(node().name) : std::string_view(); }
    std::string_view ns() const { return block_ ? block_->ns_of(node()) : std::string_view(); }
    bool is(std::string_view name, std::string_view ns) const;
    bool is_text() const { return block_ != nullptr && node_ != 0 && node().is_text(); }  // only inside nodes()

    // All text directly inside, joined: a comment, a child or a CDATA section in between does not cut it short.
    std::string_view text() const { return block_ ? block_->view(node().text) : std::string_view(); }

    std::optional<std::string_view> attribute(std::string_view name, std::string_view ns = {}) const;
    std::string_view attribute_or(std::string_view name, std::string_view otherwise) const;
    std::optional<std::string_view> lang() const;  // xml:lang of this very element
    AttributeRange attributes() const;

    ChildRange children() const;  // elements only
    NodeRange nodes() const;      // elements and text, in document order; empty where all is text()
    ElementView child(std::string_view name, std::string_view ns) const;  // the first such child, or empty
    ElementView child(std::string_view name) const { return child(name, ns()); }
    ElementView first_child() const {  // the first element, or an empty view
        if (block_ == nullptr) return {};
        Index child = node().first_child;
        while (child != 0 && block_->nodes[child].is_text()) child = block_->nodes[child].next;
        return child == 0 ? ElementView() : ElementView(*block_, child);
    }

    Element copy() const;  // deep, into a block of its own

    const Block* block() const { return block_; }
    Index index() const { return node_; }

  protected:
    const Node& node() const { return block_->nodes[node_]; }

    const Block* block_ = nullptr;
    Index node_ = 0;
};

// Deep equality: names, namespaces, attributes in any order, children and text in order.
bool same(ElementView a, ElementView b);

class ElementRef : public ElementView {
  public:
    ElementRef() = default;
    ElementRef(Block& block, Index node) : ElementView(block, node) {}

    ElementRef& set(std::string_view name, std::string_view value);  // attribute without prefix: replaces or adds
    ElementRef& set_ns(std::string_view name, std::string_view ns, std::string_view value);
    ElementRef& set_lang(std::string_view lang);
    ElementRef& unset(std::string_view name);
    ElementRef& text(std::string_view text);  // appends
    using ElementView::text;
    ElementRef& clear_content();  // no text, no children

    ElementRef append(std::string_view name, std::string_view ns);           // a new last child
    ElementRef append(std::string_view name) { return append(name, ns()); }  // … in the namespace of this element
    ElementRef append(ElementView copied);                                   // a deep copy of it, as last child
    std::size_t remove(std::string_view name, std::string_view ns);  // the children of that name; how many there were

    Block& mutable_block() const {  // to be changed now
        Block& block = const_cast<Block&>(*block_);
        block.as_written.start = {};
        return block;
    }

  private:
    Node& mutable_node() const { return mutable_block().nodes[node_]; }
};

// An element with everything in it. Owns: its block. Moving is free; copying is explicit: copy().
class Element {
  public:
    Element() = default;  // empty; assign before use
    Element(std::string_view name, std::string_view ns);
    explicit Element(BlockPtr block) : block_(std::move(block)) {}  // whose root is there

    explicit operator bool() const { return block_ != nullptr; }
    ElementView view() const { return block_ ? ElementView(*block_, Block::root) : ElementView(); }
    ElementRef ref() { return block_ ? ElementRef(*block_, Block::root) : ElementRef(); }
    operator ElementView() const { return view(); }  // NOLINT(google-explicit-constructor)
    operator ElementRef() { return ref(); }          // NOLINT(google-explicit-constructor)

    std::string_view name() const { return view().name(); }
    std::string_view ns() const { return view().ns(); }
    bool is(std::string_view name, std::string_view ns) const { return view().is(name, ns); }
    std::string_view text() const { return view().text(); }
    std::optional<std::string_view> attribute(std::string_view name, std::string_view ns = {}) const {
        return view().attribute(name, ns);
    }
    ElementView child(std::string_view name, std::string_view ns) const { return view().child(name, ns); }
    inline ChildRange children() const;

    Element& set(std::string_view name, std::string_view value) { return ref().set(name, value), *this; }
    Element& text(std::string_view text) { return ref().text(text), *this; }
    ElementRef append(std::string_view name, std::string_view ns) { return ref().append(name, ns); }
    ElementRef append(std::string_view name) { return ref().append(name); }
    ElementRef append(ElementView copied) { return ref().append(copied); }

    Element copy() const { return block_ ? Element(copy_block(*block_)) : Element(); }
    BlockPtr release() { return std::move(block_); }
    const Block* block() const { return block_.get(); }

  private:
    BlockPtr block_;
};

// Ranges over the insides of an element, for range-for. Borrow the block.
class NodeRange {
  public:
    class iterator {
      public:
        using value_type = ElementView;
        using difference_type = std::ptrdiff_t;
        using iterator_category = std::input_iterator_tag;
        using pointer = const ElementView*;
        using reference = ElementView;
        iterator() = default;
        iterator(const Block* block, Index at, bool elements_only)
            : block_(block), at_(at), elements_only_(elements_only) {
            skip();
        }
        ElementView operator*() const { return {*block_, at_}; }
        iterator& operator++() {
            at_ = block_->nodes[at_].next;
            skip();
            return *this;
        }
        void operator++(int) { ++*this; }
        friend bool operator==(const iterator& a, const iterator& b) { return a.at_ == b.at_; }

      private:
        void skip() {
            while (elements_only_ && at_ != 0 && block_->nodes[at_].is_text()) at_ = block_->nodes[at_].next;
        }
        const Block* block_ = nullptr;
        Index at_ = 0;
        bool elements_only_ = false;
    };
    NodeRange(const Block* block, Index first, bool elements_only)
        : block_(block), first_(first), elements_only_(elements_only) {}
    iterator begin() const { return {block_, first_, elements_only_}; }
    iterator end() const { return {block_, 0, elements_only_}; }
    bool empty() const { return begin() == end(); }

  private:
    const Block* block_;
    Index first_;
    bool elements_only_;
};

class ChildRange : public NodeRange {
  public:
    ChildRange(const Block* block, Index first) : NodeRange(block, first, true) {}
};

class AttributeRange {
  public:
    class iterator {
      public:
        iterator(const Block* block, Index at) : block_(block), at_(at) {}
        AttributeView operator*() const {
            const Attribute& a = block_->attributes[at_];
            return {block_->view(a.name), block_->view(block_->namespaces[a.ns]), block_->view(a.value)};
        }
        iterator& operator++() { return at_ = block_->attributes[at_].next, *this; }
        friend bool operator==(const iterator& a, const iterator& b) { return a.at_ == b.at_; }

      private:
        const Block* block_;
        Index at_;
    };
    AttributeRange(const Block* block, Index first) : block_(block), first_(first) {}
    iterator begin() const { return {block_, first_}; }
    iterator end() const { return {block_, 0}; }

  private:
    const Block* block_;
    Index first_;
};

inline AttributeRange ElementView::attributes() const { return {block_, block_ ? node().first_attribute : 0}; }
inline ChildRange ElementView::children() const { return {block_, block_ ? node().first_child : 0}; }
inline NodeRange ElementView::nodes() const { return {block_, block_ ? node().first_child : 0, false}; }
inline ChildRange Element::children() const { return view().children(); }

}  // namespace rondel::xml
