// Values as text: what stands in an attribute or between two tags, and what it means in C++.
//
// Built in: std::string, bool, integers, Jid, DateTime (XEP-0082), and enums with names:
//   enum class Affiliation { none, member, owner };                        // enumerators from 0, in the order of the
//   names constexpr std::array<std::string_view, 3> xml_names(Affiliation) { return {"none", "member", "owner"}; }
// A type of one's own says it with two functions in its own namespace:
//   bool from_xml_text(std::string_view text, Colour& value);              // false: it is none
//   std::string to_xml_text(const Colour& value);
#pragma once

#include "rondel/base/datetime.hpp"
#include "rondel/base/jid.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>

namespace rondel::xml {

enum class PayloadError {
    wrong_element = 1,  // not the name and namespace of this payload
    missing_attribute,
    missing_child,
    bad_number,     // no integer, in decimal
    number_range,   // an integer, but more or less than the field holds
    bad_boolean,    // none of true, false, 1, 0
    unknown_value,  // not one of the enum's names
    bad_jid,        // no JID (RFC 7622)
    bad_datetime,   // no DateTime (XEP-0082)
    bad_text,       // refused by the field's own from_xml_text
};
std::error_code make_error_code(PayloadError);

namespace wire {

inline constexpr PayloadError none{};

template <class V>
concept Integer = std::integral<V> && !std::same_as<V, bool> && !std::same_as<V, char> && !std::same_as<V, wchar_t> &&
                  !std::same_as<V, char8_t> && !std::same_as<V, char16_t> && !std::same_as<V, char32_t>;
template <class V>
concept NamedEnum = std::is_enum_v<V> && requires(V value) {
    { xml_names(value)[0] } -> std::convertible_to<std::string_view>;
};
template <class V>
concept OwnText = requires(std::string_view text, V& value) {
    { from_xml_text(text, value) } -> std::same_as<bool>;
    { to_xml_text(value) } -> std::convertible_to<std::string>;
};

std::string_view trimmed(
    std::string_view text);  // white space around a number or token says nothing (XML Schema whiteSpace=collapse)
PayloadError read_signed(std::string_view text, std::int64_t least, std::int64_t most, std::int64_t& value);
PayloadError read_unsigned(std::string_view text, std::uint64_t most, std::uint64_t& value);
PayloadError read_name(std::string_view text, const std::string_view* names, std::size_t count, std::size_t& index);

// Where a value that is no string puts its text while it is written.
struct Scratch {
    std::string text;
};
std::string_view write_signed(std::int64_t value, Scratch& scratch);
std::string_view write_unsigned(std::uint64_t value, Scratch& scratch);

PayloadError read(std::string_view text, std::string& value);
PayloadError read(std::string_view text, bool& value);
PayloadError read(std::string_view text, Jid& value);
PayloadError read(std::string_view text, DateTime& value);
inline std::string_view write(const std::string& value, Scratch&) { return value; }
inline std::string_view write(bool value, Scratch&) { return value ? "true" : "false"; }
inline std::string_view write(const Jid& value, Scratch&) { return value.str(); }
std::string_view write(DateTime value, Scratch& scratch);

template <Integer V>
PayloadError read(std::string_view text, V& value) {
    PayloadError fault{};
    if constexpr (std::signed_integral<V>) {
        std::int64_t wide = 0;
        fault = read_signed(text, std::numeric_limits<V>::min(), std::numeric_limits<V>::max(), wide);
        if (fault == none) value = static_cast<V>(wide);
    } else {
        std::uint64_t wide = 0;
        fault = read_unsigned(text, std::numeric_limits<V>::max(), wide);
        if (fault == none) value = static_cast<V>(wide);
    }
    return fault;
}

template <Integer V>
std::string_view write(V value, Scratch& scratch) {
    if constexpr (std::signed_integral<V>)
        return write_signed(value, scratch);
    else
        return write_unsigned(value, scratch);
}

template <NamedEnum V>
PayloadError read(std::string_view text, V& value) {
    static constexpr auto names = xml_names(V{});
    std::size_t index = 0;
    const PayloadError fault = read_name(text, names.data(), names.size(), index);
    if (fault == none) value = static_cast<V>(index);
    return fault;
}

template <NamedEnum V>
std::string_view write(V value, Scratch&) {
    static constexpr auto names = xml_names(V{});
    return names[static_cast<std::size_t>(value)];
}

template <OwnText V>
PayloadError read(std::string_view text, V& value) {
    return from_xml_text(text, value) ? none : PayloadError::bad_text;
}

template <OwnText V>
std::string_view write(const V& value, Scratch& scratch) {
    return scratch.text = to_xml_text(value);
}

}  // namespace wire

// Types that can stand in an attribute or as text.
template <class V>
concept TextValue = requires(std::string_view given, V& value, wire::Scratch& scratch) {
    { wire::read(given, value) } -> std::same_as<PayloadError>;
    { wire::write(value, scratch) } -> std::same_as<std::string_view>;
};

}  // namespace rondel::xml

template <>
struct std::is_error_code_enum<rondel::xml::PayloadError> : std::true_type {};
