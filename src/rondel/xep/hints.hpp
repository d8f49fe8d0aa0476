// XEP-0334 Message Processing Hints 1.0.0. Left out: nothing.
//
//   self.send(in.reply("…").with(xml::encode(hints::NoCopy())));
//   if (hints::has<hints::NoStore>(message)) …
#pragma once

#include "rondel/stanza/message.hpp"
#include "rondel/xml/payload.hpp"

#include <string_view>

namespace rondel::hints {

inline constexpr std::string_view ns = "urn:xmpp:hints";

struct NoPermanentStore {  // not into an archive; offline storage may have it (§4.1)
    static constexpr auto xml = xml::element("no-permanent-store", ns);
};

struct NoStore {  // nowhere (§4.2)
    static constexpr auto xml = xml::element("no-store", ns);
};

struct NoCopy {  // not to other resources (§4.3)
    static constexpr auto xml = xml::element("no-copy", ns);
};

struct Store {  // also what the archive would pass over (§4.4)
    static constexpr auto xml = xml::element("store", ns);
};

template <xml::Payload Hint>
bool has(const Message& message) {
    return static_cast<bool>(message.payload(xml::payload_name<Hint>(), xml::payload_ns<Hint>()));
}

}  // namespace rondel::hints
