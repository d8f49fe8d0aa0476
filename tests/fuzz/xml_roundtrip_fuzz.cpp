// V01, T-RESER: what was read can be written, and reading that gives the same once more, and no more than was there.
#include "rondel/xml/reader.hpp"
#include "rondel/xml/writer.hpp"

#include "tests/fuzz/require.hpp"
#include "tests/support/expat_events.hpp"

using namespace rondel;
using namespace rondel::test;

namespace {

constexpr xml::WriteLimits unlimited{SIZE_MAX, SIZE_MAX};
constexpr std::string_view root =
    "<s:stream xmlns='jabber:component:accept' xmlns:s='http://etherx.jabber.org/streams'>";

void require_round_trip(xml::ElementView element) {
    std::string alone;
    RONDEL_REQUIRE(!xml::write(element, alone, {}, unlimited));
    const auto document = xml::parse_document(alone, no_limits());
    RONDEL_REQUIRE(document && xml::same(*document, element));
    RONDEL_REQUIRE(xml::to_string(*document) == alone);

    std::string in_stream(root);
    RONDEL_REQUIRE(!xml::write(element, in_stream, "jabber:component:accept", unlimited));
    const XmlEvents events = rondel_events(in_stream);
    RONDEL_REQUIRE(!events.failed && events.elements.size() == 1);
    // What is in the stream's own namespace comes back as a stanza; all else is the same.
    if (told(element).find("jabber:component:accept") == std::string::npos)
        RONDEL_REQUIRE(events.elements[0] == told(element));
    RONDEL_REQUIRE(difference(in_stream, events, expat_events(in_stream)).empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view bytes(reinterpret_cast<const char*>(data), size);
    xml::Reader reader(no_limits());
    for (;;) switch (reader.next(bytes)) {
            case xml::Reader::Step::element: {
                const xml::Element element = reader.element();
                require_round_trip(element);
                const xml::Element copy = element.view().copy();
                RONDEL_REQUIRE(xml::same(copy, element));
                break;
            }
            case xml::Reader::Step::opened:
                break;
            case xml::Reader::Step::more:
            case xml::Reader::Step::closed:
            case xml::Reader::Step::failed:
                return 0;
        }
}
