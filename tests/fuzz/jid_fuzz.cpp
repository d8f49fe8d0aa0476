// V43, T-JID: whatever the text, parsing it ends, the result is prepared, and the fast answer is the true one.
#include "rondel/base/idna.hpp"
#include "rondel/base/jid.hpp"
#include "rondel/base/precis.hpp"
#include "rondel/base/utf8.hpp"

#include <algorithm>
#include <cstdint>
#include <string>

#include "tests/fuzz/require.hpp"

using namespace rondel;

namespace {

bool has_size(std::string_view part, std::size_t least) { return part.size() >= least && part.size() <= 1023; }

void check_jid(const Jid& jid) {
    RONDEL_REQUIRE(is_xml_text(jid.str()));
    RONDEL_REQUIRE(has_size(jid.local(), 0) && has_size(jid.domain(), 1) && has_size(jid.resource(), 0));
    RONDEL_REQUIRE(JidView::is_prepared(jid.str()));
    const auto again = Jid::parse(jid.str());
    RONDEL_REQUIRE(again && *again == jid);
    const JidView view = JidView::of_prepared(jid.str());
    RONDEL_REQUIRE(view.local() == jid.local() && view.domain() == jid.domain() && view.resource() == jid.resource());
    const auto rebuilt = Jid::from_parts(jid.local(), jid.domain(), jid.resource());
    RONDEL_REQUIRE(rebuilt && *rebuilt == jid);
    RONDEL_REQUIRE(jid.local().find_first_of("\"&'/:<>@ ") == std::string_view::npos);
    RONDEL_REQUIRE(jid.domain().find_first_of("/@ ") == std::string_view::npos);
    RONDEL_REQUIRE(!jid.domain().ends_with('.'));
}

void check_domain(std::string_view name) {
    const auto unicode = domain_to_unicode(name);
    if (!unicode) return;
    RONDEL_REQUIRE(domain_to_unicode(*unicode) == unicode);
    const auto ascii = domain_to_ascii(name);
    if (!ascii) return;
    RONDEL_REQUIRE(std::all_of(ascii->begin(), ascii->end(), [](unsigned char c) { return c < 0x80; }));
    RONDEL_REQUIRE(domain_to_unicode(*ascii) == unicode);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto jid = Jid::parse(text);
    RONDEL_REQUIRE(JidView::is_prepared(text) == (jid && jid->str() == text));
    if (jid)
        check_jid(*jid);
    else
        RONDEL_REQUIRE(!jid.error().message().empty());
    if (const auto name = username_case_mapped(text)) RONDEL_REQUIRE(username_case_mapped(*name) == name);
    if (const auto opaque = opaque_string(text)) RONDEL_REQUIRE(opaque_string(*opaque) == opaque);
    check_domain(text);
    return 0;
}
