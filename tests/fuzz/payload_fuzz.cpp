// Whatever a peer puts into a payload: it is read or refused, and what was read is written so that it is read the same.
#include "rondel/xep/archive_payload.hpp"
#include "rondel/xep/blocking.hpp"
#include "rondel/xep/caps.hpp"
#include "rondel/xep/carbons.hpp"
#include "rondel/xep/registration.hpp"
#include "rondel/xep/roster_item.hpp"
#include "rondel/xep/stanza_ids.hpp"
#include "rondel/xep/vcard.hpp"
#include "rondel/xml/reader.hpp"

#include <algorithm>

#include "tests/fuzz/require.hpp"

using namespace rondel;

namespace {

template <class P>
void require_round_trip(ElementView element) {
    std::string_view field;
    const Result<P> read = xml::decode<P>(element, &field);
    if (!read) return;
    const Element written = xml::encode(*read);
    const Result<P> again = xml::decode<P>(written);
    RONDEL_REQUIRE(again);
    RONDEL_REQUIRE(same(xml::encode(*again), written));
}

template <class... P>
void require_round_trips(ElementView element) {
    (require_round_trip<P>(element), ...);
}

// The order in which something is told says nothing.
void require_stable_caps(ElementView element) {
    Result<disco::Info> info = xml::decode<disco::Info>(element);
    if (!info) return;
    const auto ver = caps::verification(*info);
    std::reverse(info->features.begin(), info->features.end());
    std::reverse(info->identities.begin(), info->identities.end());
    RONDEL_REQUIRE(caps::verification(*info) == ver);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Result<Element> document =
        xml::parse_document(std::string_view(reinterpret_cast<const char*>(data), size), {});
    if (!document) return 0;
    require_round_trips<archive::Query, archive::Result, archive::Fin, archive::Metadata, archive::Preferences,
                        blocking::Block, blocking::Blocklist, blocking::Unblock, caps::Caps, carbons::Received,
                        carbons::Sent, delay::Delay, disco::Info, disco::InfoQuery, disco::Items, disco::ItemsQuery,
                        forms::Form, forwarding::Forwarded, paging::Set, registration::Registration, roster::Query,
                        stanza_ids::OriginId, stanza_ids::StanzaId, vcard::Card>(*document);
    require_stable_caps(*document);
    return 0;
}
