// What is written on the outside of a stanza, as it is asked of everything that comes and goes.
#pragma once

#include "rondel/stanza/stanza.hpp"

#include <optional>
#include <string_view>

namespace rondel {

// Borrows the text of the stanza: a change of that invalidates it, moving it does not. Of an empty stanza it is empty.
struct Outside {
    std::optional<std::string_view> to;
    std::optional<std::string_view> from;
    std::optional<std::string_view> id;
    std::string_view type;  // empty if absent

    Outside() = default;
    explicit Outside(const Stanza& stanza) {
        const xml::Block* const block = stanza.element().block();
        if (block == nullptr) return;
        to = block->of_root(xml::Common::to);
        from = block->of_root(xml::Common::from);
        id = block->of_root(xml::Common::id);
        type = block->of_root(xml::Common::type).value_or(std::string_view());
    }

    bool asks() const { return type == "get" || type == "set"; }  // where it is an iq
};

// Of a prepared address: what stands before the resource.
inline std::string_view bare_of(std::string_view address) { return address.substr(0, address.find('/')); }

}  // namespace rondel
