#include "rondel/conformance/pattern.hpp"

#include "rondel/base/utf8.hpp"
#include "rondel/conformance/raw_stream.hpp"
#include "rondel/xml/reader.hpp"
#include "rondel/xml/writer.hpp"

#include <stdexcept>

#include <fmt/format.h>

namespace rondel::conformance {

xml::Element parse_pattern(std::string_view text) {
    xml::Reader reader(xml::Limits{.stanza_bytes = 1U << 20});
    const std::string whole = header("pattern") + std::string(text);
    std::string_view left = whole;
    if (reader.next(left) != xml::Reader::Step::opened || reader.next(left) != xml::Reader::Step::element)
        throw std::logic_error(fmt::format("This pattern is no element: {}", text));
    return reader.element();
}

namespace {

std::string why_no_child(xml::ElementView wanted, xml::ElementView element) {
    std::string closest;
    for (const xml::ElementView child : element.children()) {
        const std::string why = why_not(wanted, child);
        if (why.empty()) return {};
        if (child.is(wanted.name(), wanted.ns())) closest = why;
    }
    return closest.empty() ? fmt::format("there is no {} in {}", wanted.name(), element.name()) : closest;
}

}  // namespace

std::string why_not(xml::ElementView pattern, xml::ElementView element) {
    if (!element.is(pattern.name(), pattern.ns()))
        return fmt::format("{} is not {}{}", element.name(), pattern.name(),
                           element.name() == pattern.name() ? " of " + std::string(pattern.ns()) : "");
    for (const xml::AttributeView wanted : pattern.attributes()) {
        const auto value = element.attribute(wanted.name, wanted.ns);
        if (!value) return fmt::format("{} has no {}", element.name(), wanted.name);
        if (wanted.value != "*" && *value != wanted.value)
            return fmt::format("{} of {} is \"{}\", not \"{}\"", wanted.name, element.name(),
                               sanitize_for_log(value->substr(0, 100)), wanted.value);
    }
    if (pattern.children().empty() && !pattern.text().empty() && pattern.text() != element.text())
        return fmt::format("the text of {} is another", element.name());
    for (const xml::ElementView wanted : pattern.children())
        if (std::string why = why_no_child(wanted, element); !why.empty()) return why;
    return {};
}

std::string why_not(std::string_view pattern, xml::ElementView element) {
    return why_not(parse_pattern(pattern), element);
}

std::string for_a_person(xml::ElementView element) {
    std::string text = xml::to_string(element, xml::stanza_ns);
    if (text.size() > 600) text = text.substr(0, 600) + "…";
    return sanitize_for_log(text);
}

}  // namespace rondel::conformance
