// What a reader has read before does not show in what it reads: the input is some stanzas, a NUL, and more of them. Who
// has read the first ones many times, and so knows their shapes, reads the others as somebody does who has read none,
// if both get them in the same pieces.
#include "rondel/xml/reader.hpp"
#include "rondel/xml/writer.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "tests/fuzz/cuts.hpp"
#include "tests/fuzz/require.hpp"

using namespace rondel;
using namespace rondel::test;

namespace {

constexpr int often = 16;        // as often as a reader must have seen a stanza,
constexpr int very_often = 120;  // and to take what never differs for a part of it

struct Read {
    std::vector<xml::Element> elements;
    std::error_code error;
    bool closed = false;
};

Read read(xml::Reader& reader, std::string_view text, const Cutter& cut) {
    Read all;
    while (!text.empty()) {
        const std::size_t asked = cut();
        std::string_view bytes = text.substr(0, asked == 0 ? text.size() : asked);
        text.remove_prefix(bytes.size());
        for (bool more = true; more;) switch (reader.next(bytes)) {
                case xml::Reader::Step::more:
                    more = false;
                    break;
                case xml::Reader::Step::opened:
                    break;
                case xml::Reader::Step::element:
                    all.elements.push_back(reader.element());
                    break;
                case xml::Reader::Step::closed:
                    all.closed = true;
                    return all;
                case xml::Reader::Step::failed:
                    all.error = reader.error();
                    return all;
            }
    }
    return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const std::string_view before = input.substr(0, input.find('\0'));
    const std::string_view then = input.substr(std::min(size, before.size() + 1));
    const std::uint64_t seed = digest(input);
    const xml::Limits limits{
        static_cast<std::uint32_t>(64 + seed % 4096), static_cast<std::uint32_t>(1 + seed / 4096 % 6),
        static_cast<std::uint32_t>(1 + seed / 32768 % 6), static_cast<std::uint32_t>(1 + seed / 262144 % 12)};
    const std::string_view header =
        seed % 2 == 0
            ? "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams'>"
            : "<s xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";

    xml::Reader knows({});
    xml::Reader fresh({});
    read(knows, header, whole());
    read(fresh, header, whole());
    for (int i = 0; i < (seed % 5 == 0 ? very_often : often); ++i) {
        const Read learned = read(knows, before, whole());
        if (learned.error || learned.closed || knows.pending_bytes() != 0) return 0;
    }
    knows.limits(limits);
    fresh.limits(limits);
    const Read a = read(knows, then, seed % 3 == 0 ? cuts(seed) : whole());
    const Read b = read(fresh, then, seed % 3 == 0 ? cuts(seed) : whole());
    RONDEL_REQUIRE(a.error == b.error && a.closed == b.closed && a.elements.size() == b.elements.size());
    RONDEL_REQUIRE(knows.pending_bytes() == fresh.pending_bytes());
    for (std::size_t i = 0; i < a.elements.size(); ++i) {
        RONDEL_REQUIRE(same(a.elements[i], b.elements[i]));
        RONDEL_REQUIRE(xml::to_string(a.elements[i]) == xml::to_string(b.elements[i]));
    }
    return 0;
}
