// V01, T-DIFF: expat and rondel accept and refuse the same, and see the same in what they accept.
#include "rondel/xml/reader.hpp"
#include "rondel/xml/scan.hpp"

#include "tests/fuzz/cuts.hpp"
#include "tests/fuzz/require.hpp"
#include "tests/support/expat_events.hpp"

using namespace rondel;
using namespace rondel::test;

namespace {

void require_agreement(std::string_view document, const XmlEvents& ours, const XmlEvents& expats) {
    const std::string different = difference(document, ours, expats);
    if (!different.empty()) std::fprintf(stderr, "%s\n", different.c_str());
    RONDEL_REQUIRE(different.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view document(reinterpret_cast<const char*>(data), size);
    const XmlEvents whole_events = rondel_events(document);
    require_agreement(document, whole_events, expat_events(document));
    const XmlEvents cut_events = rondel_events(document, cuts(digest(document)), no_limits(), xml::portable_kernels);
    const std::string different = difference_of_cuts(whole_events, cut_events);
    if (!different.empty()) std::fprintf(stderr, "%s\n", different.c_str());
    RONDEL_REQUIRE(different.empty());
    const std::string as_document = document_difference(document);
    if (!as_document.empty()) std::fprintf(stderr, "%s\n", as_document.c_str());
    RONDEL_REQUIRE(as_document.empty());
    return 0;
}
