// V06, V12, T-SPLIT: small limits hold, whatever the input and however it is cut, and the cuts do not show in what is
// read.
#include "rondel/xml/reader.hpp"
#include "rondel/xml/scan.hpp"

#include "tests/fuzz/cuts.hpp"
#include "tests/fuzz/require.hpp"
#include "tests/support/expat_events.hpp"

using namespace rondel;
using namespace rondel::test;

namespace {

void require_limits(std::string_view document, xml::Limits limits, const Cutter& cut) {
    xml::Reader reader(limits);
    while (!document.empty()) {
        std::string_view bytes = document.substr(0, cut());
        document.remove_prefix(bytes.size());
        for (;;) {
            const auto step = reader.next(bytes);
            RONDEL_REQUIRE(reader.pending_bytes() <= limits.stanza_bytes);
            if (step == xml::Reader::Step::closed || step == xml::Reader::Step::failed) {
                RONDEL_REQUIRE(reader.next(bytes) == step);
                RONDEL_REQUIRE(reader.pending_bytes() == 0);
                return;
            }
            if (step == xml::Reader::Step::more) break;
            if (step == xml::Reader::Step::opened) continue;
            const xml::Element element = reader.element();
            RONDEL_REQUIRE(element && !reader.element());
            std::uint32_t elements = 0;
            for (const xml::Node& node : element.block()->nodes) elements += node.is_text() ? 0 : 1;
            RONDEL_REQUIRE(elements <= limits.elements);
            // Text is there as it came, once more where elements stand in it; a namespace of the header is copied in.
            static const std::size_t in_every_block = xml::Block().text.size();
            RONDEL_REQUIRE(element.block()->text.size() <= 3 * limits.stanza_bytes + in_every_block);
        }
        RONDEL_REQUIRE(bytes.empty());
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view document(reinterpret_cast<const char*>(data), size);
    const std::uint64_t seed = digest(document);
    const xml::Limits limits{
        static_cast<std::uint32_t>(32 + seed % 200), static_cast<std::uint32_t>(1 + seed / 256 % 5),
        static_cast<std::uint32_t>(1 + seed / 2048 % 5), static_cast<std::uint32_t>(1 + seed / 16384 % 7)};
    const XmlEvents whole_events = rondel_events(document, whole(), limits);
    for (const Cutter& cut : {cuts(seed), every(1)}) {
        const std::string different = difference_of_cuts(whole_events, rondel_events(document, cut, limits));
        if (!different.empty()) std::fprintf(stderr, "%s\n", different.c_str());
        RONDEL_REQUIRE(different.empty());
    }
    require_limits(document, limits, cuts(seed));
    return 0;
}
