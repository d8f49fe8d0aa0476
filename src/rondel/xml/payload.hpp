// Payloads as C++ structs: the struct holds values, its description says where they stand in the XML.
//
//   struct Version {
//       std::string name;
//       std::string version;
//       std::optional<std::string> os;
//       static constexpr auto xml = xml::element(
//           "query", "jabber:iq:version",              // name and namespace, then the fields:
//           xml::child_text("name", &Version::name),   // <name>rondel</name>
//           xml::child_text("version", &Version::version),
//           xml::child_text("os", &Version::os));
//   };
//   Result<Version> version = xml::decode<Version>(iq.payload());
//   Element query = xml::encode(Version{"rondel", "0.1", {}});
//
// The fields (m is the member; "value" is a std::string, bool, integer, Jid, DateTime, an enum with names, or a type
// with a text form of its own, see payload_text.hpp):
//   attribute("node", &T::m)            an attribute              m: value, std::optional<value>
//   lang(&T::m)                         xml:lang                  m: std::string, empty if absent
//   text(&T::m)                         the element's own text    m: value, std::optional<value> (nullopt: no text)
//   child_text("os", &T::m[, ns])       the text of a child       m: value, std::optional<value>, std::vector<value>
//   child_attribute("feature", "var", &T::m[, ns])  an attribute of a child without more to say; m: as child_text
//   flag("remove", &T::m[, ns])         whether a child is there  m: bool
//   child(&T::m)                        a child that is a payload m: payload, or an optional or vector of them
//   any(&T::m)                          the first of the others   m: Element, empty if none; the last field
//   rest(&T::m)                         all the others            m: std::vector<Element>; the last field
//   whole(&T::m)                        the element as it is      m: Element; the only field
//   optional_attribute, optional_child_text     where absent stands for what a new T holds, which then is not written
//
// Reading is strict in what is described and blind to the rest (RFC 6120 §8.4): a value must be one of its type; a
// field must be there, except where its member is an optional, a vector or a bool, or its name begins with "optional";
// unknown attributes and children are passed over; where one child is described and several came, the first counts.
//
// Threads: pure functions, call them anywhere.
#pragma once

#include "rondel/base/result.hpp"
#include "rondel/xml/payload_fields.hpp"
#include "rondel/xml/payload_kept.hpp"

#include <array>
#include <concepts>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace rondel::xml {

template <std::derived_from<fields::Field>... Fields>
constexpr Description<Fields...> element(std::string_view name, std::string_view ns, Fields... described) {
    constexpr std::size_t rests = (std::size_t{Fields::takes_rest} + ... + 0);
    static_assert(rests <= 1,
                  "element(): one rest() takes all other children, so a second one, or any(), would get none.");
    if constexpr (sizeof...(Fields) > 0 && rests == 1) {
        constexpr bool takes_rest[] = {Fields::takes_rest...};
        static_assert(takes_rest[sizeof...(Fields) - 1],
                      "element(): rest() and any() take what the others leave, so they must be the last field.");
    }
    static_assert(!(Fields::takes_whole || ... || false) || sizeof...(Fields) == 1,
                  "element(): whole() keeps all of the element, so it must be the only field.");
    return {name, ns, {described...}};
}

template <class T, class M>
constexpr fields::Attribute<T, M> attribute(std::string_view name, M T::*member) {
    static_assert(TextValue<fields::value_of<M>>,
                  "attribute(): the member's type has no text form (payload_text.hpp).");
    return {{name}, member};
}

template <class T, class V>
constexpr fields::DefaultedAttribute<T, V> optional_attribute(std::string_view name, V T::*member) {
    static_assert(TextValue<V>, "optional_attribute(): the member's type has no text form (payload_text.hpp).");
    return {{name}, member};
}

template <class T>
constexpr fields::Lang<T> lang(std::string T::*member) {
    return {{"xml:lang"}, member};
}

template <class T, class M>
constexpr fields::Text<T, M> text(M T::*member) {
    static_assert(TextValue<fields::value_of<M>>, "text(): the member's type has no text form (payload_text.hpp).");
    return {{"text"}, member};
}

template <class T, class M>
constexpr fields::ChildText<T, M> child_text(std::string_view name, M T::*member, std::string_view ns = {}) {
    static_assert(TextValue<fields::value_of<M>>,
                  "child_text(): the member's type has no text form (payload_text.hpp).");
    return {{name}, member, ns};
}

template <class T, class V>
constexpr fields::DefaultedChildText<T, V> optional_child_text(std::string_view name, V T::*member,
                                                               std::string_view ns = {}) {
    static_assert(TextValue<V>, "optional_child_text(): the member's type has no text form (payload_text.hpp).");
    return {{name}, member, ns};
}

template <class T, class M>
constexpr fields::ChildAttribute<T, M> child_attribute(std::string_view name, std::string_view attribute, M T::*member,
                                                       std::string_view ns = {}) {
    static_assert(TextValue<fields::value_of<M>>,
                  "child_attribute(): the member's type has no text form (payload_text.hpp).");
    return {{name}, attribute, member, ns};
}

template <class T>
constexpr fields::Flag<T> flag(std::string_view name, bool T::*member, std::string_view ns = {}) {
    return {{name}, member, ns};
}

template <class T, class M>
constexpr fields::Child<T, M> child(M T::*member) {
    return {{"child"}, member};
}

template <class T>
constexpr fields::Rest<T> rest(std::vector<Element> T::*member) {
    return {{"rest"}, member};
}

template <class T>
constexpr fields::Any<T> any(Element T::*member) {
    return {{"any"}, member};
}

template <class T>
constexpr fields::Whole<T> whole(Element T::*member) {
    return {{"whole"}, member};
}

// The payload in an element that was found by its name and namespace, or a PayloadError; `field`, if given, is then the
// name of the attribute or child at fault (static text).
template <class T>
Result<T> decode_content(ElementView element, std::string_view* field = nullptr) {
    std::string_view at_fault;
    T value{};
    const PayloadError fault = fields::read_payload(element, value, at_fault);
    if (fault == wire::none) return value;
    if (field != nullptr) *field = at_fault;
    return make_error_code(fault);
}

// The same of any element. Error wrong_element, and no field, if its name or namespace is another one.
template <class T>
Result<T> decode(ElementView element, std::string_view* field = nullptr) {
    static_assert(Payload<T>,
                  "decode<T>(): T must be default constructible and have `static constexpr auto xml = element(…)`.");
    if (element.is(T::xml.name, T::xml.ns)) return decode_content<T>(element, field);
    if (field != nullptr) *field = {};
    return make_error_code(PayloadError::wrong_element);
}

template <class T>
Element encode(const T& value) {
    static_assert(Payload<T>, "encode(): the value's type must have `static constexpr auto xml = element(…)`.");
    Element element(T::xml.name, T::xml.ns);
    fields::write_payload(element.ref(), value);
    return element;
}

// As a new last child of the parent.
template <class T>
ElementRef encode_into(ElementRef parent, const T& value) {
    static_assert(Payload<T>, "encode_into(): the value's type must have `static constexpr auto xml = element(…)`.");
    const ElementRef element = parent.append(T::xml.name, T::xml.ns);
    fields::write_payload(element, value);
    return element;
}

template <Payload T>
constexpr std::string_view payload_name() {
    return T::xml.name;
}

template <Payload T>
constexpr std::string_view payload_ns() {
    return T::xml.ns;
}

namespace fields {

template <class T, std::size_t... I>
PayloadError read_each(ElementView element, T& value, std::string_view& field, std::index_sequence<I...>) {
    constexpr const auto& described = T::xml.fields;
    PayloadError fault{};
    std::array<bool, sizeof...(I)> seen{};
    const auto failed = [&fault](PayloadError why) { return (fault = why) != wire::none; };

    static_cast<void>(
        ((field = std::get<I>(described).name, failed(std::get<I>(described).begin(element, value))) || ...));
    if (fault != wire::none) return fault;

    const auto offer = [&](const auto& one, ElementView child, bool& before) {
        if (!one.claims(child, T::xml.ns)) return false;
        field = one.name;
        fault = one.take(child, value, !std::exchange(before, true), field);
        return true;
    };
    for (ElementView child : element.children()) {
        static_cast<void>((offer(std::get<I>(described), child, seen[I]) || ...));
        if (fault != wire::none) return fault;
    }

    static_cast<void>(((field = std::get<I>(described).name, failed(std::get<I>(described).finish(seen[I]))) || ...));
    return fault;
}

template <class V>
PayloadError read_payload([[maybe_unused]] ElementView element, [[maybe_unused]] V& value,
                          [[maybe_unused]] std::string_view& field) {
    constexpr std::size_t count = std::tuple_size_v<std::remove_cvref_t<decltype(V::xml.fields)>>;
    if constexpr (count == 0)
        return wire::none;
    else
        return read_each(element, value, field, std::make_index_sequence<count>());
}

template <class V>
void write_payload([[maybe_unused]] ElementRef element, [[maybe_unused]] const V& value) {
    std::apply([&](const auto&... one) { (one.write(element, value), ...); }, V::xml.fields);
}

}  // namespace fields

}  // namespace rondel::xml
