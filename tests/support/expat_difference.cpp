#include <algorithm>

#include "tests/support/expat_events.hpp"

namespace rondel::test {

std::string difference(std::string_view document, const XmlEvents& ours, const XmlEvents& expats) {
    const auto refused_by_design = [&] {
        switch (ours.error) {
            case xml::ReadError::restricted_xml:
                return expats.failed || expats.met_restricted;
            case xml::ReadError::text_between_stanzas:
                return expats.failed || expats.met_text_between;
            case xml::ReadError::unsupported_encoding:
                return expats.failed || expats.met_foreign_encoding;
            case xml::ReadError::unsupported_version:
                return expats.failed || expats.met_foreign_version;
            default:
                return shows_other_encoding(document);
        }
    };
    // Whichever fails later may have read more; what it read before must be the same.
    const std::size_t both = std::min(ours.elements.size(), expats.elements.size());
    for (std::size_t i = 0; i < both; ++i)
        if (ours.elements[i] != expats.elements[i])
            return "element " + std::to_string(i) + "\nours:\n" + ours.elements[i] + "expat's:\n" + expats.elements[i];
    if (ours.opened && expats.opened && ours.header != expats.header)
        return "header\nours:\n" + ours.header + "expat's:\n" + expats.header;
    if (ours.failed && refused_by_design()) return {};
    if (ours.elements.size() != expats.elements.size())
        return "ours has " + std::to_string(ours.elements.size()) + " elements, expat " +
               std::to_string(expats.elements.size()) + " (ours: " + ours.why + " expat: " + expats.why + ")";
    if (ours.opened != expats.opened) return "only one has opened (ours: " + ours.why + " expat: " + expats.why + ")";
    if (ours.closed != expats.closed) return "only one has closed (ours: " + ours.why + " expat: " + expats.why + ")";
    if (!ours.failed && expats.failed) return "only expat fails: " + expats.why;
    // Ours may fail in the middle of a token that expat looks at when it is whole. Were it wrong, the whole token would
    // tell.
    return {};
}

std::string difference_of_cuts(const XmlEvents& one, const XmlEvents& other) {
    if (one.header != other.header) return "headers differ:\n" + one.header + "and\n" + other.header;
    if (one.elements != other.elements)
        return "elements differ: " + std::to_string(one.elements.size()) + " and " +
               std::to_string(other.elements.size());
    if (one.closed != other.closed) return "only one is closed: " + one.why + other.why;
    // A fault inside a tag may be seen before the tag is whole.
    if (one.failed && other.failed && one.error != other.error) return "failures differ: " + one.why + " " + other.why;
    return {};
}

std::string document_difference(std::string_view document) {
    const Result<xml::Element> ours = xml::parse_document(document, no_limits());
    const XmlEvents expats = expat_events(document, ExpatMode::document);
    if (ours) {
        if (expats.failed) return "parse_document takes what expat refuses: " + expats.why;
        if (expats.elements.size() != 1 || expats.elements[0] != told(*ours))
            return "parse_document: ours\n" + told(*ours) + "expat's\n" + expats.elements.at(0);
        return {};
    }
    const auto error = static_cast<xml::ReadError>(ours.error().value());
    if (expats.failed || expats.met_restricted || shows_other_encoding(document)) return {};
    if (error == xml::ReadError::unsupported_encoding && expats.met_foreign_encoding) return {};
    if (error == xml::ReadError::unsupported_version && expats.met_foreign_version) return {};
    return "parse_document refuses what expat takes: " + ours.error().message();
}

}  // namespace rondel::test
