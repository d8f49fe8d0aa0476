// Start tags: the name, the attributes, and what namespaces they come to (XML 1.0 §3.1; Namespaces in XML 1.0 §3-§6).
#include "rondel/xml/glance.hpp"
#include "rondel/xml/reference.hpp"
#include "rondel/xml/same.hpp"
#include "rondel/xml/tree.hpp"
#include "rondel/xml/usual_names.hpp"

#include <algorithm>
#include <bit>

namespace rondel::xml {

namespace {

constexpr std::size_t few = 16;  // attributes that are compared pair by pair

std::string_view between(const char* begin, const char* end) { return {begin, static_cast<std::size_t>(end - begin)}; }

const char* skip_space(const char* p, const char* end) {
    while (p != end && is_space(*p)) ++p;
    return p;
}

}  // namespace

Verdict Tree::start_tag(const char*& at, const char* end) {
    if (open_.size() >= limits_.depth) return Verdict::too_deep;
    if (elements_ >= limits_.elements) return Verdict::too_many_elements;

    const Tape::Mark before = tape_.mark();
    Tag tag{static_cast<Index>(block_->attributes.size()), block_->namespaces.size(), names_.size(),
            open_.empty() ? outer_default_ : open_.back().default_ns};
    const char* p = at + 1;
    Name name{p, p, glance_name(p, end)};
    Verdict verdict = Verdict::good;
    if (name.end != nullptr && *name.end != ':')
        p = name.end;
    else
        verdict = read_name(p, end, name);
    const Span written = tape_.span(name.begin, p);
    if (verdict == Verdict::good) {
        const At reached = attributes(p, end, tag);
        p = reached.p;
        verdict = reached.verdict;
    }
    if (verdict == Verdict::good && !prefixed_.empty()) verdict = resolve_prefixes(p);
    if (verdict == Verdict::good && tag.twins != 0 && has_twins(tag.first_attribute))
        verdict = Verdict::not_well_formed;
    if (verdict == Verdict::good) verdict = make_element(p, name, written, tag);
    if (verdict == Verdict::good) {
        at = p;
        return verdict;
    }
    prefixed_.clear();
    block_->attributes.shrink(tag.first_attribute);
    if (open_.empty()) block_->common = {};
    block_->namespaces.shrink(tag.namespaces);
    names_.cut(tag.bindings);
    tape_.back(before);
    return verdict;
}

Tree::At Tree::attributes(const char* p, const char* end, Tag& tag) {
    for (std::uint32_t count = 0;;) {
        if (p == end) return {p, Verdict::cut};
        if (is_space(*p)) {
            p = skip_space(p + 1, end);
            if (p == end) return {p, Verdict::cut};
            if (*p != '>' && *p != '/') {
                if (++count > limits_.attributes) return {p, Verdict::too_many_attributes};
                const char* after = usual_attribute(p, end, tag);
                if (after == nullptr) after = plain_attribute(p, end, tag);
                if (after != nullptr) {
                    p = after;
                    continue;
                }
                const At reached = attribute(p, end, tag);
                if (reached.verdict != Verdict::good) return reached;
                p = reached.p;
                continue;
            }
        }
        if (*p == '>') return {p + 1, Verdict::good};
        if (*p != '/') return {p, Verdict::not_well_formed};
        tag.empty = true;
        if (++p == end) return {p, Verdict::cut};
        return {p + 1, *p == '>' ? Verdict::good : Verdict::not_well_formed};
    }
}

// One of the usual names, and a value of plain bytes. Null when it is another.
[[gnu::always_inline]] inline const char* Tree::usual_attribute(const char* p, const char* end, Tag& tag) {
    if (end - p < glance) return nullptr;
    const Usual* const found = usual_at(p);
    if (found == nullptr) return nullptr;
    const Usual& usual = *found;
    const char* const value = p + usual.size + 2;
    const char* const value_end = glance_value(value, end);
    if (value_end == nullptr || *value_end != value[-1]) return nullptr;
    if (usual.common != Common::none) {
        note_common(usual.common);
        add_attribute(usual.bit, tape_.span(p, p + usual.size), tape_.span(value, value_end), Block::no_ns, true, tag);
    } else if (declare_default(tape_.span(value, value_end), tag) != Verdict::good) {
        return nullptr;  // to be found once more
    }
    return value_end + 1;
}

// Another kind: short, all ASCII, no prefix, no reference, no white space but in between. Null when it is another.
[[gnu::always_inline]] inline const char* Tree::plain_attribute(const char* p, const char* end, Tag& tag) {
    if (end - p < wide_glance || (class_of(*p) & byte_class::name_start) == 0) return nullptr;
    // The quotes are what stands out first: where the next attribute begins does not wait for where the name ends.
    const Marks seen = marks(p);
    const int opening = std::countr_zero(seen.not_value);
    const std::uint32_t stops = seen.not_value & (seen.not_value - 1);
    const int name_size = std::countr_zero(seen.not_name);
    if (name_size + 1 != opening) return nullptr;  // nor is there a quote: no name is marked that far
    const char* const name_end = p + name_size;
    const char quote = p[opening];
    if (*name_end != '=' || (quote != '\'' && quote != '"')) return nullptr;
    const char* const value = p + opening + 1;
    const char* const value_end = stops != 0 ? p + std::countr_zero(stops) : glance_value(p + wide_glance, end);
    if (value_end == nullptr || *value_end != quote) return nullptr;
    const std::string_view name = between(p, name_end);
    if (same_text(name, "xmlns")) {
        if (declare_default(tape_.span(value, value_end), tag) != Verdict::good)
            return nullptr;  // to be found once more
    } else {
        if (const Common common = common_of(name); common != Common::none) note_common(common);
        add_attribute(bit_of(name), tape_.span(p, name_end), tape_.span(value, value_end), Block::no_ns, true, tag);
    }
    return value_end + 1;
}

Tree::At Tree::attribute(const char* p, const char* end, Tag& tag) {
    Name name;
    if (const Verdict v = read_name(p, end, name); v != Verdict::good) return {p, v};
    const Span local = tape_.span(name.local, name.end);
    p = skip_space(p, end);
    if (p == end) return {p, Verdict::cut};
    if (*p != '=') return {p, Verdict::not_well_formed};
    p = skip_space(p + 1, end);
    if (p == end) return {p, Verdict::cut};
    Span content;
    const At reached = value(p, end, content);
    if (reached.verdict != Verdict::good) return reached;

    const std::string_view prefix = name.prefix();
    if (!name.prefixed() && name.local_part() == "xmlns") return {reached.p, declare_default(content, tag)};
    if (prefix == "xmlns") return {reached.p, declare(name.local_part(), content, tag)};
    if (name.prefixed() && prefix != "xml")
        prefixed_.push_back({static_cast<Index>(block_->attributes.size()), prefix});
    if (const Common common = common_of(name.local_part()); common != Common::none && !name.prefixed())
        note_common(common);
    add_attribute(bit_of(name.local_part()), local, content, prefix == "xml" ? Block::xml : Block::no_ns, false, tag);
    return reached;
}

// The attribute that comes next is one of the root's common ones, if this is the root.
[[gnu::always_inline]] inline void Tree::note_common(Common common) {
    if (open_.empty())
        block_->common[static_cast<std::size_t>(common)] = static_cast<Index>(block_->attributes.size());
}

[[gnu::always_inline]] inline void Tree::add_attribute(std::uint64_t bit, Span local, Span value, std::uint32_t ns,
                                                       bool plain, Tag& tag) {
    tag.twins |= tag.names & bit;
    tag.names |= bit;
    auto& all = block_->attributes;
    Attribute& added = all.add();
    added.name = local;
    added.value = value;
    added.next = static_cast<Index>(all.size());  // the last one's is put right at the end
    added.ns = ns;
    added.sound_name = 1;
    added.plain_value = plain;
    added.sound_value = 0;
}

// xmlns='…'. What may not be declared: Namespaces in XML 1.0 §3.
Verdict Tree::declare_default(Span uri, Tag& tag) {
    const std::string_view ns = tape_.view(uri);
    if (tag.has_default || same_text(ns, xml_ns) || same_text(ns, xmlns_ns)) return Verdict::not_well_formed;
    tag.has_default = true;
    tag.default_ns = bound(ns, uri);
    return Verdict::good;
}

// xmlns:prefix='…'
Verdict Tree::declare(std::string_view prefix, Span uri, const Tag& tag) {
    const std::string_view ns = tape_.view(uri);
    if (ns.empty() || prefix == "xmlns" || ns == xmlns_ns || (prefix == "xml") != (ns == xml_ns))
        return Verdict::not_well_formed;
    const std::uint32_t same = names_.find(prefix);
    if (same != Namespaces::none && same >= tag.bindings) return Verdict::not_well_formed;
    names_.bind(prefix, bound(ns, uri));
    return Verdict::good;
}

bool Tree::is_content(std::string_view ns) const { return same_text(ns, stanza_ns) || same_text(ns, content_ns_); }

inline BoundNs Tree::bound(std::string_view ns, Span uri) {
    if (ns.empty()) return {};
    if (same_text(ns, stanza_ns)) return {Block::stanzas, 0, 1};
    if (same_text(ns, xml_ns)) return {Block::xml, 0, 0};
    block_->namespaces.push_back(uri);
    return {static_cast<std::uint32_t>(block_->namespaces.size() - 1), 0, is_content(ns) ? 1U : 0U};
}

Tree::At Tree::value(const char* p, const char* end, Span& value) {
    const char quote = *p;
    if (quote != '\'' && quote != '"') return {p, Verdict::not_well_formed};
    ++p;
    value.at = tape_.position(p);
    bool edited = false;
    for (;;) {
        bool high = false;
        const char* stop = kernels_->value(p, end, quote, quote, high);
        if (const Verdict v = plain(p, stop, end, high); v != Verdict::good) return {p, v};
        if (p == end) return {p, Verdict::cut};
        if (*p == quote) break;
        edited = true;
        const At reached = value_edit(p, end);
        if (reached.verdict != Verdict::good) return reached;
        p = reached.p;
    }
    value.size = tape_.position(p) - value.at;
    if (edited) tape_.flush(p);  // so that a span is copied whole or not at all
    return {p + 1, Verdict::good};
}

// What does not stand in a value as it is read: references, and white space, which becomes a space (§3.3.3).
Tree::At Tree::value_edit(const char* p, const char* end) {
    if (*p == '&') {
        char character[4];
        char* to = character;
        const char* after = p;
        if (const Verdict v = read_reference(after, end, to); v != Verdict::good) return {p, v};
        tape_.replace(p, after, {character, static_cast<std::size_t>(to - character)});
        return {after, Verdict::good};
    }
    if (*p == '<' || !is_space(*p)) return {p, Verdict::not_well_formed};
    const char* after = p + 1;
    if (*p == '\r') {
        if (after == end) return {p, Verdict::cut};
        if (*after == '\n') ++after;
    }
    tape_.replace(p, after, " ");
    return {after, Verdict::good};
}

// Prefixes of attributes, when the whole tag is read: it may bind them behind their use.
Verdict Tree::resolve_prefixes(const char* p) {
    for (const Prefixed& one : prefixed_) {
        const std::uint32_t binding = names_.find(one.prefix);
        if (binding == Namespaces::none) return Verdict::not_well_formed;
        block_->attributes[one.attribute].ns = block_ns(names_.ns(binding), p);
    }
    prefixed_.clear();
    return Verdict::good;
}

// Whether two attributes from `first` on have the same local name and namespace (Namespaces in XML 1.0 §6.3): by pairs
// when they are few, else sorted, so that the cost does not grow with the square of their number (V07).
bool Tree::has_twins(Index first) {
    const auto& all = block_->attributes;
    const auto last = static_cast<Index>(all.size());
    const auto local = [&](Index i) { return tape_.view(all[i].name); };
    const auto ns = [&](Index i) { return tape_.view(block_->namespaces[all[i].ns]); };
    if (last - first <= few) {
        for (Index i = first; i < last; ++i)
            for (Index j = first; j < i; ++j)
                if (local(i) == local(j) && ns(i) == ns(j)) return true;
        return false;
    }
    sorted_.clear();
    for (Index i = first; i < last; ++i) sorted_.push_back(i);
    std::sort(sorted_.begin(), sorted_.end(), [&](Index a, Index b) {
        const int order = local(a).compare(local(b));
        return order != 0 ? order < 0 : ns(a) < ns(b);
    });
    const auto twins = [&](Index a, Index b) { return local(a) == local(b) && ns(a) == ns(b); };
    return std::adjacent_find(sorted_.begin(), sorted_.end(), twins) != sorted_.end();
}

}  // namespace rondel::xml
