// Payloads against their specifications' own examples: what is read from the text, and that writing it gives the text
// again.
#pragma once

#include "rondel/xml/payload.hpp"
#include "rondel/xml/reader.hpp"
#include "rondel/xml/writer.hpp"

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

namespace rondel::test {

inline xml::Element element_of(std::string_view text) {
    Result<xml::Element> element = xml::parse_document(text);
    if (!element) throw std::invalid_argument(element.error().message() + " " + std::string(text));
    return *std::move(element);
}

template <class T>
T read(std::string_view text) {
    std::string_view field;
    Result<T> value = xml::decode<T>(element_of(text), &field);
    if (!value) throw std::invalid_argument(value.error().message() + " " + std::string(field));
    return *std::move(value);
}

template <class T>
bool is_read(std::string_view text) {
    return static_cast<bool>(xml::decode<T>(element_of(text)));
}

// Reads it, expects that it is written as it was, and returns it. White space between elements must not be in the text.
template <class T>
T round_trip(std::string_view text) {
    T value = read<T>(text);
    const xml::Element written = xml::encode(value);
    EXPECT_TRUE(same(written, element_of(text))) << xml::to_string(written, {}) << "\ninstead of\n" << text;
    return value;
}

template <class T>
void expect_written(const T& value, std::string_view text) {
    const xml::Element written = xml::encode(value);
    EXPECT_TRUE(same(written, element_of(text))) << xml::to_string(written, {}) << "\ninstead of\n" << text;
}

}  // namespace rondel::test
