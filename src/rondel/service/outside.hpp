// What is written on the outside of a stanza, found in one pass over its attributes: this is asked of everything that
// comes and goes.
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
        for (const xml::AttributeView attribute : stanza.element().view().attributes())
            if (attribute.ns.empty()) read(attribute.name, attribute.value);
    }

    bool asks() const { return type == "get" || type == "set"; }  // where it is an iq

  private:
    // By size first: to compare bytes is a call.
    void read(std::string_view name, std::string_view value) {
        if (name.size() == 2) {
            if (name[0] == 't' && name[1] == 'o') to = value;
            if (name[0] == 'i' && name[1] == 'd') id = value;
        } else if (name.size() == 4) {
            if (name == "from") from = value;
            if (name == "type") type = value;
        }
    }
};

// Of a prepared address: what stands before the resource.
inline std::string_view bare_of(std::string_view address) { return address.substr(0, address.find('/')); }

}  // namespace rondel
