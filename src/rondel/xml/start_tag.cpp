// Start tags: the name, the attributes, and what namespaces they come to (XML 1.0 §3.1, Namespaces in XML 1.0 §3 to
// §6).
#include "rondel/xml/tree.hpp"

#include <algorithm>
#include <cstring>

namespace rondel::xml {

namespace {

constexpr std::string_view xmlns_ns = "http://www.w3.org/2000/xmlns/";
constexpr std::size_t few = 16;  // attributes that are compared pair by pair

Verdict skip_space(const char*& p, const char* end) {
    while (p != end && is_space(*p)) ++p;
    return p == end ? Verdict::cut : Verdict::good;
}

}  // namespace

Verdict Tree::start_tag(const char*& at, const char* end) {
    after_cr_ = false;
    brackets_ = 0;
    if (open_.size() >= limits_.depth) return Verdict::too_deep;
    if (elements_ >= limits_.elements) return Verdict::too_many_elements;

    const Tape::Mark before = tape_.mark();
    Tag tag{static_cast<Index>(block_->attributes.size()),
            names_.size(),
            {},
            open_.empty() ? outer_default_ : open_.back().default_ns};
    Name name;
    const char* p = at + 1;
    Verdict v = read_name(p, end, name);
    tag.name = tape_.span(name.begin, p);
    if (v == Verdict::good) v = attributes(p, end, tag);
    if (v == Verdict::good) v = resolve_prefixes(p);
    if (v == Verdict::good && has_twins(tag.first_attribute)) v = Verdict::not_well_formed;
    if (v == Verdict::good) v = make_element(p, name, tag);
    prefixed_.clear();
    if (v == Verdict::good) {
        at = p;
    } else {
        block_->attributes.resize(tag.first_attribute);
        names_.cut(tag.bindings);
        tape_.back(before);
    }
    return v;
}

Verdict Tree::attributes(const char*& p, const char* end, Tag& tag) {
    for (std::uint32_t count = 1;; ++count) {
        const char* name_end = p;
        if (const Verdict v = skip_space(p, end); v != Verdict::good) return v;
        if (*p == '>') {
            ++p;
            return Verdict::good;
        }
        if (*p == '/') {
            if (++p == end) return Verdict::cut;
            tag.empty = true;
            return *p++ == '>' ? Verdict::good : Verdict::not_well_formed;
        }
        if (p == name_end) return Verdict::not_well_formed;  // no white space between
        if (count > limits_.attributes) return Verdict::too_many_attributes;
        if (const Verdict v = attribute(p, end, tag); v != Verdict::good) return v;
    }
}

Verdict Tree::attribute(const char*& p, const char* end, Tag& tag) {
    Name name;
    if (const Verdict v = read_name(p, end, name); v != Verdict::good) return v;
    const Span local = tape_.span(name.local, name.end);
    if (const Verdict v = skip_space(p, end); v != Verdict::good) return v;
    if (*p != '=') return Verdict::not_well_formed;
    ++p;
    if (const Verdict v = skip_space(p, end); v != Verdict::good) return v;
    Span content;
    if (const Verdict v = value(p, end, content); v != Verdict::good) return v;

    if (!name.prefixed() && name.local_part() == "xmlns") {
        if (tag.has_default) return Verdict::not_well_formed;
        tag.has_default = true;
        return declare({}, content, tag);
    }
    if (name.prefixed() && name.prefix() == "xmlns") return declare(name.local_part(), content, tag);

    const auto index = static_cast<Index>(block_->attributes.size());
    if (index != tag.first_attribute) block_->attributes.back().next = index;
    std::uint32_t ns = Block::no_ns;
    if (name.prefixed()) {
        if (name.prefix() == "xml")
            ns = Block::xml;
        else
            prefixed_.push_back({index, name.prefix()});
    }
    block_->attributes.push_back({local, content, 0, ns});
    return Verdict::good;
}

// xmlns='…' or xmlns:prefix='…', with the rules of Namespaces in XML 1.0 §3 about what may not be declared.
Verdict Tree::declare(std::string_view prefix, Span uri, Tag& tag) {
    const std::string_view ns = tape_.view(uri);
    const std::string_view xml_ns = block_->view(block_->namespaces[Block::xml]);
    if (!prefix.empty()) {
        if (ns.empty() || prefix == "xmlns") return Verdict::not_well_formed;
        const std::uint32_t same = names_.find(prefix);
        if (same != Namespaces::none && same >= tag.bindings) return Verdict::not_well_formed;
    }
    if ((prefix == "xml") != (ns == xml_ns) || ns == xmlns_ns) return Verdict::not_well_formed;

    std::uint32_t index = Block::no_ns;
    if (ns == stanza_ns) {
        index = Block::stanzas;
    } else if (ns == xml_ns) {
        index = Block::xml;
    } else if (!ns.empty()) {
        index = static_cast<std::uint32_t>(block_->namespaces.size());
        block_->namespaces.push_back(uri);
    }
    const std::uint32_t binding = names_.bind(prefix, index, false, is_content(ns));
    if (prefix.empty()) tag.default_ns = binding;
    return Verdict::good;
}

Verdict Tree::value(const char*& p, const char* end, Span& value) {
    const char quote = *p;
    if (quote != '\'' && quote != '"') return Verdict::not_well_formed;
    ++p;
    value.at = tape_.position(p);
    bool edited = false;
    for (;;) {
        bool high = false;
        const char* stop = kernels_->value(p, end, quote, quote, high);
        if (const Verdict v = plain(p, stop, end, high); v != Verdict::good) return v;
        if (p == end) return Verdict::cut;
        if (*p == quote) break;
        edited = true;
        if (const Verdict v = value_edit(p, end); v != Verdict::good) return v;
    }
    value.size = tape_.position(p) - value.at;
    if (edited) tape_.flush(p);  // so that a span is copied whole or not at all
    ++p;
    return Verdict::good;
}

// What does not stand in a value as it is read: references, and white space, which becomes a space (§3.3.3).
Verdict Tree::value_edit(const char*& p, const char* end) {
    if (*p == '&') return reference(p, end);
    if (*p == '<' || !is_space(*p)) return Verdict::not_well_formed;
    const char* after = p + 1;
    if (*p == '\r') {
        if (after == end) return Verdict::cut;
        if (*after == '\n') ++after;
    }
    tape_.replace(p, after, " ");
    p = after;
    return Verdict::good;
}

// Prefixes of attributes, when the whole tag is read: it may bind them behind their use.
Verdict Tree::resolve_prefixes(const char* p) {
    for (const Prefixed& one : prefixed_) {
        const std::uint32_t binding = names_.find(one.prefix);
        if (binding == Namespaces::none) return Verdict::not_well_formed;
        block_->attributes[one.attribute].ns = block_ns(binding, p);
    }
    return Verdict::good;
}

// Whether two attributes from `first` on have the same local name and namespace (Namespaces in XML 1.0 §6.3): by pairs
// when they are few, else sorted, so that the cost does not grow with the square of their number (V07).
bool Tree::has_twins(Index first) const {
    const auto& all = block_->attributes;
    const auto last = static_cast<Index>(all.size());
    const auto local = [&](Index i) { return tape_.view(all[i].name); };
    const auto ns = [&](Index i) { return tape_.view(block_->namespaces[all[i].ns]); };
    if (last - first <= few) {
        for (Index i = first; i < last; ++i)
            for (Index j = first; j < i; ++j)
                if (all[i].name.size == all[j].name.size && local(i) == local(j) &&
                    (all[i].ns == all[j].ns || ns(i) == ns(j)))
                    return true;
        return false;
    }
    sorted_.clear();
    for (Index i = first; i < last; ++i) sorted_.push_back(i);
    const auto before = [&](Index a, Index b) {
        const int order = local(a).compare(local(b));
        return order != 0 ? order < 0 : ns(a) < ns(b);
    };
    std::sort(sorted_.begin(), sorted_.end(), before);
    return std::adjacent_find(sorted_.begin(), sorted_.end(), [&](Index a, Index b) {
               return local(a) == local(b) && ns(a) == ns(b);
           }) != sorted_.end();
}

}  // namespace rondel::xml
