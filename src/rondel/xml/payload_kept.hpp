// The fields that keep elements as they are, without a description: rest(), any() and whole(). Made by the functions in
// payload.hpp.
#pragma once

#include "rondel/xml/payload_fields.hpp"

namespace rondel::xml::fields {

template <class T>
struct Rest : Field {
    static constexpr bool takes_rest = true;
    std::vector<Element> T::*member;

    bool claims(ElementView, std::string_view) const { return true; }
    PayloadError take(ElementView child, T& value, bool, std::string_view&) const {
        (value.*member).push_back(child.copy());
        return wire::none;
    }
    void write(ElementRef element, const T& value) const {
        for (const Element& one : value.*member) element.append(one);
    }
};

template <class T>
struct Any : Field {
    static constexpr bool takes_rest = true;
    Element T::*member;

    bool claims(ElementView, std::string_view) const { return true; }
    PayloadError take(ElementView child, T& value, bool first, std::string_view&) const {
        if (first) value.*member = child.copy();
        return wire::none;
    }
    void write(ElementRef element, const T& value) const { element.append(value.*member); }
};

// The element's own name and namespace are those of the description, whatever the kept one has.
template <class T>
struct Whole : Field {
    static constexpr bool takes_whole = true;
    Element T::*member;

    PayloadError begin(ElementView element, T& value) const {
        value.*member = element.copy();
        return wire::none;
    }
    void write(ElementRef element, const T& value) const {
        const ElementView kept = value.*member;
        for (const AttributeView one : kept.attributes()) element.set_ns(one.name, one.ns, one.value);
        if (kept.nodes().empty()) element.text(kept.text());
        for (const ElementView one : kept.nodes()) {
            if (one.is_text())
                element.text(one.text());
            else
                element.append(one);
        }
    }
};

}  // namespace rondel::xml::fields
