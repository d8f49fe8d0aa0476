#include "rondel/xml/tree.hpp"

#include "rondel/xml/same.hpp"

#include <algorithm>
#include <cstring>

namespace rondel::xml {

void Tree::begin(Kind kind, Limits limits, const char* input) {
    kind_ = kind;
    limits_ = limits;
    block_ = new_block();
    tape_.begin(block_->text, input);
    elements_ = 0;
    carried_ = {};
    for (Outer& outer : outer_) outer.index = Namespaces::none;
}

void Tree::end() {
    block_.reset();
    open_.clear();
    prefixed_.clear();
    names_.cut(outer_bindings_);
    carried_ = {};
    growing_ = {};
}

Verdict Tree::make_element(const char* p, const Name& name, Span written, const Tag& tag) {
    BoundNs bound = tag.default_ns;
    if (name.prefixed()) {
        const std::uint32_t binding = names_.find(name.prefix());
        if (binding != Namespaces::none)
            bound = names_.ns(binding);
        else if (name.prefix() == "xml")
            bound = BoundNs{Block::xml};
        else
            return Verdict::not_well_formed;
    }
    const bool stanza = bound.content && (open_.empty() || open_.back().stanza);
    const std::uint32_t ns = stanza ? Block::stanzas : bound.outer ? block_ns(bound, p) : bound.index;

    Index parent = 0;
    if (!open_.empty()) {
        Open& around = open_.back();
        parent = around.node;
        if (block_->nodes[parent].text.size != 0) around.mixed = true;
    }
    const Span local{written.at + static_cast<std::uint32_t>(name.local - name.begin),
                     static_cast<std::uint32_t>(name.end - name.local)};
    const Index node = block_->add_element(parent, local, ns);
    block_->nodes[node].sound_name = 1;
    if (tag.first_attribute != block_->attributes.size()) {
        block_->nodes[node].first_attribute = tag.first_attribute;
        block_->attributes.back().next = 0;
    }
    ++elements_;
    if (kind_ == Kind::header) {
        header_closed_ = tag.empty;
    } else if (tag.empty) {
        names_.cut(tag.bindings);
        return Verdict::good;
    }
    Open& opened = open_.add();
    opened.node = node;
    opened.name = written;
    opened.bindings = tag.bindings;
    opened.default_ns = tag.default_ns;
    opened.stanza = stanza;
    opened.mixed = false;
    return Verdict::good;
}

// The index in this block. A namespace that the header bound is copied into the block when it is used first.
std::uint32_t Tree::block_ns(BoundNs ns, const char* p) {
    if (!ns.outer) return ns.index;
    Outer& outer = outer_[ns.index];
    if (outer.index == Namespaces::none) {
        tape_.flush(p);
        outer.index = block_->intern_ns(outer.ns);
        tape_.source(p);
    }
    return outer.index;
}

Verdict Tree::end_tag(const char*& p, const char* end) {
    const std::string_view name = tape_.view(open_.back().name);
    const std::size_t size = std::strlen("</") + name.size();
    if (static_cast<std::size_t>(end - p) > size && p[size] == '>' && same_text({p + 2, name.size()}, name))
        p += size + 1;
    else if (const Verdict v = read_end_tag(p, end, name); v != Verdict::good)
        return v;
    if (open_.back().mixed) {
        tape_.flush(p);
        block_->join_pieces(open_.back().node);
        tape_.source(p);
    }
    names_.cut(open_.back().bindings);
    open_.pop_back();
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
    const auto ns_of = [this](BoundNs bound) { return block_->view(block_->namespaces[bound.index]); };
    const Open& open = open_.back();
    Header header{nullptr, std::string(block_->view(open.name)), std::string(ns_of(open.default_ns)), header_closed_};
    content_ns_ = content_ns.empty() ? std::string_view(header.default_ns) : content_ns;

    std::vector<std::string> prefixes;
    for (std::uint32_t i = 0; i < names_.size(); ++i) {
        prefixes.emplace_back(names_.prefix(i));
        outer_.push_back({std::string(ns_of(names_.ns(i))), Namespaces::none});
    }
    names_.cut(0);
    const auto bound = [this](std::uint32_t i) { return BoundNs{i, 1, is_content(outer_[i].ns) ? 1U : 0U}; };
    for (std::uint32_t i = 0; i < prefixes.size(); ++i) names_.bind(prefixes[i], bound(i));
    outer_bindings_ = names_.size();
    if (!header.default_ns.empty()) {
        outer_.push_back({header.default_ns, Namespaces::none});
        outer_default_ = bound(outer_bindings_);
    }
    header.block = std::move(block_);
    end();
    return header;
}

void Tree::forget_header() {
    shapes_.reset();
    unknown_ = 0;
    outer_bindings_ = 0;
    end();
    outer_.clear();
    outer_default_ = {};
    content_ns_.clear();
}

}  // namespace rondel::xml
