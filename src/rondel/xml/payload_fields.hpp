// The fields of a payload's description: each knows how to read its member and how to write it. Made by the functions
// in payload.hpp.
#pragma once

#include "rondel/xml/element.hpp"
#include "rondel/xml/payload_text.hpp"

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace rondel::xml {

template <class... Fields>
struct Description {
    std::string_view name;
    std::string_view ns;
    std::tuple<Fields...> fields;
};

// A type with a description: static constexpr auto xml = element(…).
template <class T>
concept Payload = std::default_initializable<T> && requires {
    T::xml.fields;
};

namespace fields {

// What a member holds one of, none of, or many of.
template <class M>
struct Member {
    using value = M;
    static constexpr bool required = true;
    static constexpr bool many = false;
    static value& place(M& member) { return member; }
    template <class F>
    static void each(const M& member, F&& use) {
        use(member);
    }
};
template <class V>
struct Member<std::optional<V>> {
    using value = V;
    static constexpr bool required = false;
    static constexpr bool many = false;
    static value& place(std::optional<V>& member) { return member.emplace(); }
    template <class F>
    static void each(const std::optional<V>& member, F&& use) {
        if (member) use(*member);
    }
};
template <class V>
struct Member<std::vector<V>> {
    using value = V;
    static constexpr bool required = false;
    static constexpr bool many = true;
    static value& place(std::vector<V>& member) { return member.emplace_back(); }
    template <class F>
    static void each(const std::vector<V>& member, F&& use) {
        for (const V& value : member) use(value);
    }
};
template <class M>
using value_of = typename Member<M>::value;

// What a field does where it has nothing to do. `own_ns` is the namespace of the element that the field is part of.
struct Field {
    static constexpr bool takes_rest = false;
    static constexpr bool takes_whole = false;
    std::string_view name;

    template <class T>
    PayloadError begin(ElementView, T&) const {  // reads attributes and text
        return wire::none;
    }
    bool claims(ElementView, std::string_view) const { return false; }  // is this child ours?
    template <class T>
    PayloadError take(ElementView, T&, bool,
                      std::string_view&) const {  // reads a claimed child; the bool: it is the first
        return wire::none;
    }
    PayloadError finish(bool) const { return wire::none; }  // after all children; the bool: there was one of ours
};

template <class T, class M>
struct Attribute : Field {
    using Value = value_of<M>;
    static_assert(!Member<M>::many, "attribute(): an element has an attribute once, so the member cannot be a vector.");
    M T::*member;

    PayloadError begin(ElementView element, T& value) const {
        const auto given = element.attribute(name);
        if (given) return wire::read(*given, Member<M>::place(value.*member));
        return Member<M>::required ? PayloadError::missing_attribute : wire::none;
    }
    void write(ElementRef element, const T& value) const {
        Member<M>::each(value.*member, [&](const Value& one) {
            wire::Scratch scratch;
            element.set(name, wire::write(one, scratch));
        });
    }
};

// Absent stands for the value that a new T has, and that value is not written.
template <class T, class V>
struct DefaultedAttribute : Field {
    V T::*member;

    PayloadError begin(ElementView element, T& value) const {
        const auto given = element.attribute(name);
        return given ? wire::read(*given, value.*member) : wire::none;
    }
    void write(ElementRef element, const T& value) const {
        if (value.*member == T().*member) return;
        wire::Scratch scratch;
        element.set(name, wire::write(value.*member, scratch));
    }
};

template <class T>
struct Lang : Field {
    std::string T::*member;

    PayloadError begin(ElementView element, T& value) const {
        if (const auto given = element.lang()) value.*member = *given;
        return wire::none;
    }
    void write(ElementRef element, const T& value) const {
        if (!(value.*member).empty()) element.set_lang(value.*member);
    }
};

template <class T, class M>
struct Text : Field {
    using Value = value_of<M>;
    static_assert(!Member<M>::many, "text(): all text of an element is one value, so the member cannot be a vector.");
    M T::*member;

    PayloadError begin(ElementView element, T& value) const {
        if (!Member<M>::required && element.text().empty()) return wire::none;
        return wire::read(element.text(), Member<M>::place(value.*member));
    }
    void write(ElementRef element, const T& value) const {
        Member<M>::each(value.*member, [&](const Value& one) {
            wire::Scratch scratch;
            element.text(wire::write(one, scratch));
        });
    }
};

template <class T, class M>
struct ChildText : Field {
    using Value = value_of<M>;
    M T::*member;
    std::string_view ns;  // empty: that of the element

    bool claims(ElementView child, std::string_view own_ns) const { return child.is(name, ns.empty() ? own_ns : ns); }
    PayloadError take(ElementView child, T& value, bool first, std::string_view&) const {
        if (!first && !Member<M>::many) return wire::none;
        return wire::read(child.text(), Member<M>::place(value.*member));
    }
    PayloadError finish(bool seen) const {
        return Member<M>::required && !seen ? PayloadError::missing_child : wire::none;
    }
    void write(ElementRef element, const T& value) const {
        Member<M>::each(value.*member, [&](const Value& one) {
            wire::Scratch scratch;
            element.append(name, ns.empty() ? element.ns() : ns).text(wire::write(one, scratch));
        });
    }
};

template <class T, class V>
struct DefaultedChildText : Field {
    V T::*member;
    std::string_view ns;  // empty: that of the element

    bool claims(ElementView child, std::string_view own_ns) const { return child.is(name, ns.empty() ? own_ns : ns); }
    PayloadError take(ElementView child, T& value, bool first, std::string_view&) const {
        return first ? wire::read(child.text(), value.*member) : wire::none;
    }
    void write(ElementRef element, const T& value) const {
        if (value.*member == T().*member) return;
        wire::Scratch scratch;
        element.append(name, ns.empty() ? element.ns() : ns).text(wire::write(value.*member, scratch));
    }
};

template <class T, class M>
struct ChildAttribute : Field {
    using Value = value_of<M>;
    std::string_view attribute;
    M T::*member;
    std::string_view ns;  // empty: that of the element

    bool claims(ElementView child, std::string_view own_ns) const { return child.is(name, ns.empty() ? own_ns : ns); }
    PayloadError take(ElementView child, T& value, bool first, std::string_view& field) const {
        if (!first && !Member<M>::many) return wire::none;
        const auto given = child.attribute(attribute);
        field = attribute;
        return given ? wire::read(*given, Member<M>::place(value.*member)) : PayloadError::missing_attribute;
    }
    PayloadError finish(bool seen) const {
        return Member<M>::required && !seen ? PayloadError::missing_child : wire::none;
    }
    void write(ElementRef element, const T& value) const {
        Member<M>::each(value.*member, [&](const Value& one) {
            wire::Scratch scratch;
            element.append(name, ns.empty() ? element.ns() : ns).set(attribute, wire::write(one, scratch));
        });
    }
};

template <class T>
struct Flag : Field {
    bool T::*member;
    std::string_view ns;  // empty: that of the element

    bool claims(ElementView child, std::string_view own_ns) const { return child.is(name, ns.empty() ? own_ns : ns); }
    PayloadError take(ElementView, T& value, bool, std::string_view&) const { return value.*member = true, wire::none; }
    void write(ElementRef element, const T& value) const {
        if (value.*member) element.append(name, ns.empty() ? element.ns() : ns);
    }
};

// Defined in payload.hpp: what a description does with an element of its name. `field` is set to the name of the field
// at fault.
template <class V>
PayloadError read_payload(ElementView element, V& value, std::string_view& field);
template <class V>
void write_payload(ElementRef element, const V& value);

template <class T, class M>
struct Child : Field {
    using Value = value_of<M>;
    M T::*member;

    bool claims(ElementView child, std::string_view) const {
        static_assert(Payload<Value>, "child(): the member must be, or hold, a struct with a description.");
        return child.is(Value::xml.name, Value::xml.ns);
    }
    PayloadError take(ElementView child, T& value, bool first, std::string_view& field) const {
        if (!first && !Member<M>::many) return wire::none;
        return read_payload(child, Member<M>::place(value.*member), field);
    }
    PayloadError finish(bool seen) const {
        return Member<M>::required && !seen ? PayloadError::missing_child : wire::none;
    }
    void write(ElementRef element, const T& value) const {
        Member<M>::each(value.*member,
                        [&](const Value& one) { write_payload(element.append(Value::xml.name, Value::xml.ns), one); });
    }
};

}  // namespace fields

}  // namespace rondel::xml
