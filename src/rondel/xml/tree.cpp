#include "rondel/xml/tree.hpp"

#include <algorithm>
#include <cstring>

namespace rondel::xml {

void Tree::begin(Kind kind, Limits limits) {
    kind_ = kind;
    limits_ = limits;
    block_ = new_block();
    tape_.text(block_->text);
    elements_ = 0;
    in_cdata_ = after_cr_ = false;
    brackets_ = 0;
    outer_ns_.assign(outer_.size(), Namespaces::none);
}

void Tree::end() {
    block_.reset();
    open_.clear();
    prefixed_.clear();
    names_.cut(static_cast<std::uint32_t>(outer_.size()));
    in_cdata_ = false;
}

BlockPtr Tree::take() { return std::move(block_); }

Verdict Tree::make_element(const char* p, const Name& name, const Tag& tag) {
    std::uint32_t binding = tag.default_ns;
    if (name.prefixed()) binding = names_.find(name.prefix());
    const bool xml = name.prefixed() && name.prefix() == "xml";
    if (name.prefixed() && !xml && binding == Namespaces::none) return Verdict::not_well_formed;

    const std::uint32_t local_at = tag.name.at + static_cast<std::uint32_t>(name.local - name.begin);
    const Span local{local_at, static_cast<std::uint32_t>(name.end - name.local)};
    const bool stanza =
        binding != Namespaces::none && names_[binding].content && (open_.empty() || open_.back().stanza);
    std::uint32_t ns = Block::no_ns;
    if (xml)
        ns = Block::xml;
    else if (stanza)
        ns = Block::stanzas;
    else if (binding != Namespaces::none)
        ns = block_ns(binding, p);

    Index parent = 0;
    if (!open_.empty()) {
        Open& around = open_.back();
        parent = around.node;
        around.mixed = around.mixed || block_->nodes[parent].text.size != 0;
    }
    const Index node = block_->add_element(parent, local, ns);
    if (tag.first_attribute != block_->attributes.size()) block_->nodes[node].first_attribute = tag.first_attribute;
    ++elements_;
    open_.push_back({node, tag.name, tag.bindings, tag.default_ns, stanza, false});
    if (kind_ == Kind::header)
        header_closed_ = tag.empty;
    else if (tag.empty)
        close();
    return Verdict::good;
}

// The index in this block of the namespace that is bound. One that the header bound is copied into the block when it is
// used first.
std::uint32_t Tree::block_ns(std::uint32_t binding, const char* p) {
    const Namespaces::Binding& bound = names_[binding];
    if (!bound.outer) return bound.ns;
    std::uint32_t& ns = outer_ns_[bound.ns];
    if (ns == Namespaces::none) {
        tape_.flush(p);
        ns = block_->intern_ns(outer_[bound.ns]);
    }
    return ns;
}

void Tree::close() {
    const Open& closing = open_.back();
    if (closing.mixed) block_->join_pieces(closing.node);
    names_.cut(closing.bindings);
    open_.pop_back();
}

Verdict Tree::end_tag(const char*& p, const char* end) {
    after_cr_ = false;
    brackets_ = 0;
    if (const Verdict v = read_end_tag(p, end, tape_.view(open_.back().name)); v != Verdict::good) return v;
    if (open_.back().mixed) tape_.flush(p);
    close();
    return Verdict::good;
}

Verdict read_end_tag(const char*& at, const char* end, std::string_view name) {
    const char* p = at + 2;
    const auto there = static_cast<std::size_t>(end - p);
    if (std::memcmp(p, name.data(), std::min(there, name.size())) != 0) return Verdict::not_well_formed;
    if (there <= name.size()) return Verdict::cut;
    p += name.size();
    while (is_space(*p))
        if (++p == end) return Verdict::cut;
    if (*p != '>') return Verdict::not_well_formed;
    at = p + 1;
    return Verdict::good;
}

Tree::Header Tree::take_header(std::string_view content_ns) {
    const Open& open = open_.back();
    Header header{nullptr, std::string(block_->view(open.name)), {}, header_closed_};
    if (open.default_ns != Namespaces::none)
        header.default_ns = block_->view(block_->namespaces[names_[open.default_ns].ns]);
    content_ns_ = content_ns.empty() ? std::string_view(header.default_ns) : content_ns;

    std::vector<std::string> prefixes;
    for (std::uint32_t i = 0; i < names_.size(); ++i) {
        prefixes.emplace_back(names_.prefix(i));
        outer_.emplace_back(block_->view(block_->namespaces[names_[i].ns]));
    }
    names_.cut(0);
    for (std::uint32_t i = 0; i < prefixes.size(); ++i) {
        const std::uint32_t made = names_.bind(prefixes[i], i, true, is_content(outer_[i]));
        if (prefixes[i].empty()) outer_default_ = made;
    }
    header.block = std::move(block_);
    end();
    return header;
}

bool Tree::is_content(std::string_view ns) const {
    return ns == stanza_ns || (!content_ns_.empty() && ns == content_ns_);
}

void Tree::forget_header() {
    end();
    names_.cut(0);
    outer_.clear();
    outer_default_ = Namespaces::none;
    content_ns_.clear();
}

}  // namespace rondel::xml
