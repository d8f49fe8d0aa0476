// Short words for tests that feed a reader.
#pragma once

#include "rondel/xml/reader.hpp"
#include "rondel/xml/writer.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace rondel::test {

inline constexpr std::string_view stream_header =
    "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' id='3BF96D32'>";

// What a reader found in a piece of input, up to its end, the end of the stream or a failure.
struct Found {
    std::vector<std::string> elements;  // written with their own namespaces
    bool closed = false;
    std::error_code error;
};

inline Found feed(xml::Reader& reader, std::string_view bytes) {
    Found found;
    for (;;) switch (reader.next(bytes)) {
            case xml::Reader::Step::more:
                return found;
            case xml::Reader::Step::opened:
                break;
            case xml::Reader::Step::element:
                found.elements.push_back(xml::to_string(reader.element()));
                break;
            case xml::Reader::Step::closed:
                found.closed = true;
                return found;
            case xml::Reader::Step::failed:
                found.error = reader.error();
                return found;
        }
}

// After a header, `text`, in one piece.
inline Found found_in(std::string_view text, xml::Limits limits = {}) {
    xml::Reader reader(limits);
    feed(reader, stream_header);
    return feed(reader, text);
}

inline std::string repeated(std::string_view piece, std::size_t times) {
    std::string all;
    all.reserve(piece.size() * times);
    while (times-- > 0) all += piece;
    return all;
}

}  // namespace rondel::test
