// V01, T-RESER: what was read can be written, and reading that gives the same once more, and no more than was there; in
// whatever pieces it came, and when it is copied or changed.
#include "rondel/xml/reader.hpp"
#include "rondel/xml/writer.hpp"

#include "tests/fuzz/cuts.hpp"
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

// How a text stood when it was read (decision 12) is that text, and no other.
void require_written_is_text(const xml::Element& element) {
    const xml::Block& block = *element.block();
    for (const xml::Node& node : block.nodes) {
        if (node.written == 0) continue;
        const auto text = xml::parse_document("<a>" + std::string(block.written(node)) + "</a>", no_limits());
        RONDEL_REQUIRE(text && text->text() == block.view(node.text));
        RONDEL_REQUIRE(text->view().nodes().empty());
    }
}

xml::ElementRef inside(xml::Element& all, std::uint64_t which) {
    xml::ElementView at = all.view();
    for (; which % 2 != 0 && at.first_child(); which /= 2) at = at.first_child();
    return {all.ref().mutable_block(), at.index()};
}

void change(xml::Element& all, std::uint64_t how) {
    xml::ElementRef at = inside(all, how / 8);
    switch (how % 8) {
        case 0:
            at.text("<\"");
            return;
        case 1:
            at.text(at.text());
            return;
        case 2:
            at.clear_content();
            return;
        case 3:
            at.clear_content().text("]]>");
            return;
        case 4:
            if (const xml::ElementView first = at.first_child())
                at.remove(std::string(first.name()), std::string(first.ns()));
            return;
        case 5:
            at.append(all.view());
            return;
        case 6:
            at.append(inside(all, how / 64).copy().view());
            return;
        default:
            all = all.view().copy();
    }
}

void require_all_this(xml::Element element, std::uint64_t seed) {
    require_round_trip(element);
    require_written_is_text(element);
    const xml::Element copy = element.view().copy();
    RONDEL_REQUIRE(xml::same(copy, element));
    constexpr std::size_t small = 64 * 1024;  // as each change may double it
    for (int changes = 0; changes < 4 && element.block()->text.size() < small; ++changes, seed /= 512) {
        change(element, seed);
        require_round_trip(element);
        require_written_is_text(element);
    }
}

void read(std::string_view document, const Cutter& cut) {
    std::uint64_t seed = digest(document);
    xml::Reader reader(no_limits());
    while (!document.empty()) {
        const std::size_t asked = cut();
        std::string_view bytes = document.substr(0, asked == 0 ? document.size() : asked);
        document.remove_prefix(bytes.size());
        for (bool more = true; more;) switch (reader.next(bytes)) {
                case xml::Reader::Step::element:
                    require_all_this(reader.element(), seed++);
                    break;
                case xml::Reader::Step::opened:
                    break;
                case xml::Reader::Step::more:
                    more = false;
                    break;
                case xml::Reader::Step::closed:
                case xml::Reader::Step::failed:
                    return;
            }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view document(reinterpret_cast<const char*>(data), size);
    read(document, whole());
    read(document, cuts(digest(document)));
    return 0;
}
