// Which of several children, each in another language, is meant (RFC 6120 §8.1.5, RFC 6121 §5.2.3). Not for other
// floors.
#pragma once

#include "rondel/xml/element.hpp"
#include "rondel/xml/same.hpp"

#include <optional>
#include <string_view>

namespace rondel {

// As localized(), below, by a look at all of them.
std::optional<std::string_view> localized_in(xml::ElementView stanza, std::string_view name, std::string_view lang);

// The first child in xml::stanza_ns of that name, or an empty view. In line: the names are known there.
[[gnu::always_inline]] inline xml::ElementView own_child(xml::ElementView stanza, std::string_view name) {
    const xml::Block* const block = stanza.block();
    if (block == nullptr) return {};
    for (xml::Index i = block->nodes[stanza.index()].first_child; i != 0; i = block->nodes[i].next) {
        const xml::Node& node = block->nodes[i];
        if (node.name.size == name.size() && node.ns == xml::Block::stanzas &&
            xml::same_text(block->view(node.name), name))
            return {*block, i};
    }
    return {};
}

// The text of a child in xml::stanza_ns: in the language wanted or one that it falls back to ("de-CH" to "de", RFC 4647
// §3.4), else in the stanza's own language, else the first. A child without xml:lang is in the stanza's language;
// `lang` "" asks for just that.
[[gnu::always_inline]] inline std::optional<std::string_view> localized(xml::ElementView stanza, std::string_view name,
                                                                        std::string_view lang) {
    if (lang.empty()) {  // the usual case, asked of every message: one body, no xml:lang
        const xml::ElementView first = own_child(stanza, name);
        if (first && first.block()->nodes[first.index()].first_attribute == 0) return first.text();
    }
    return localized_in(stanza, name, lang);
}

// Sets the text of the child in exactly that language ("": the stanza's own), or adds one. The text may be one of the
// stanza's own.
void set_localized(xml::ElementRef stanza, std::string_view name, std::string_view text, std::string_view lang);

}  // namespace rondel
