// Stanzas as text, for tests: stanza_of("<message to='a@b.example'><body>hi</body></message>"), read as if they came on
// a stream.
#pragma once

#include "rondel/xml/element.hpp"
#include "rondel/xml/reader.hpp"

#include <stdexcept>
#include <string>
#include <string_view>

namespace rondel::test {

inline xml::Element stanza_of(std::string_view text) {
    xml::Reader reader(xml::Limits{});
    std::string_view header = "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";
    if (reader.next(header) != xml::Reader::Step::opened) throw std::logic_error("The reader did not open the stream.");
    if (reader.next(text) != xml::Reader::Step::element || !text.empty())
        throw std::logic_error("Not one whole element: " + reader.error().message());
    return reader.element();
}

}  // namespace rondel::test
