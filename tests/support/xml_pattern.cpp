#include "tests/support/xml_pattern.hpp"

#include "rondel/xml/writer.hpp"

namespace rondel::test {

namespace {

bool same_text(std::string_view pattern, std::string_view actual, Bindings& bindings) {
    if (pattern.size() < 3 || !pattern.starts_with("{") || !pattern.ends_with("}")) return pattern == actual;
    return bindings.try_emplace(std::string(pattern), actual).first->second == actual;
}

std::size_t attributes(xml::ElementView element) {
    std::size_t number = 0;
    for ([[maybe_unused]] const auto& attribute : element.attributes()) ++number;
    return number;
}

}  // namespace

bool matches(xml::ElementView pattern, xml::ElementView actual, Bindings& bindings) {
    if (pattern.is_text() || actual.is_text())
        return pattern.is_text() && actual.is_text() && same_text(pattern.text(), actual.text(), bindings);
    if (!actual.is(pattern.name(), pattern.ns()) || attributes(pattern) != attributes(actual)) return false;
    for (const xml::AttributeView attribute : pattern.attributes()) {
        const auto value = actual.attribute(attribute.name, attribute.ns);
        if (!value || !same_text(attribute.value, *value, bindings)) return false;
    }
    if (pattern.nodes().empty() || actual.nodes().empty())
        return pattern.nodes().empty() && actual.nodes().empty() && same_text(pattern.text(), actual.text(), bindings);
    auto other = actual.nodes().begin();
    for (const xml::ElementView node : pattern.nodes()) {
        if (other == actual.nodes().end() || !matches(node, *other, bindings)) return false;
        ++other;
    }
    return other == actual.nodes().end();
}

std::string fill_in(std::string_view text, const Bindings& bindings) {
    std::string filled(text);
    for (const auto& [name, value] : bindings) {
        std::string escaped;
        xml::append_escaped_attribute(value, escaped);
        for (std::size_t at = 0; (at = filled.find(name, at)) != std::string::npos; at += escaped.size())
            filled.replace(at, name.size(), escaped);
    }
    return filled;
}

}  // namespace rondel::test
