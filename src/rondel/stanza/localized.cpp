#include "rondel/stanza/localized.hpp"

#include <algorithm>
#include <string>

namespace rondel {

using xml::ElementRef;
using xml::ElementView;

namespace {

bool same_language(std::string_view a, std::string_view b) {  // tags are ASCII and know no case (RFC 5646 §2.1.1)
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

ElementView in_language(ElementView stanza, std::string_view name, std::string_view lang) {
    const std::string_view own = stanza.lang().value_or(std::string_view());
    for (ElementView child : stanza.children())
        if (child.is(name, xml::stanza_ns) && same_language(child.lang().value_or(own), lang)) return child;
    return {};
}

// The next tag to try: "zh-Hant-TW", "zh-Hant", "zh"; a single letter before the cut goes with it (RFC 4647 §3.4).
std::string_view shorter(std::string_view tag) {
    std::size_t cut = tag.rfind('-');
    if (cut == std::string_view::npos) return {};
    if (cut >= 2 && tag[cut - 2] == '-') cut -= 2;
    return tag.substr(0, cut);
}

}  // namespace

std::optional<std::string_view> localized_in(ElementView stanza, std::string_view name, std::string_view lang) {
    for (; !lang.empty(); lang = shorter(lang))
        if (const ElementView child = in_language(stanza, name, lang)) return child.text();
    if (const ElementView child = in_language(stanza, name, stanza.lang().value_or(std::string_view())))
        return child.text();
    if (const ElementView child = stanza.child(name, xml::stanza_ns)) return child.text();
    return std::nullopt;
}

void set_localized(ElementRef stanza, std::string_view name, std::string_view text, std::string_view lang) {
    const std::string_view own = stanza.lang().value_or(std::string_view());
    const bool in_own = lang.empty() || same_language(lang, own);
    const std::string kept(in_own ? std::string_view() : lang);  // as the text below, it may be a view of the block
    xml::Block& block = stanza.mutable_block();
    const ElementView old = in_language(stanza, name, in_own ? own : lang);
    const xml::Span stored = block.add_text(text);  // first, as it may be a view of the block, which grows now
    ElementRef child;
    if (old) {
        child = ElementRef(block, old.index());
        child.clear_content();
    } else {
        child = stanza.append(name, xml::stanza_ns);
        if (!in_own) child.set_lang(kept);
    }
    block.append_text(child.index(), stored);
}

}  // namespace rondel
