// What jid.cpp is made of: where the parts are, the fast answer for ASCII, and the preparation of each part (RFC 7622
// §3).
#pragma once

#include "rondel/base/jid.hpp"

#include <string>
#include <string_view>

namespace rondel::jid_parts {

inline constexpr std::size_t part_limit = 1023;  // octets, after preparation

// RFC 7622 §3.2: the first '/' ends the domainpart; before it, the first '@' ends the localpart. A part that is absent
// has no data.
struct Parts {
    std::string_view local, domain, resource;
    bool has_local = false, has_resource = false;
};
Parts split(std::string_view text);

// A glance at the text, without heap and without Unicode tables.
enum class Glance {
    prepared,          // is a prepared JID
    unprepared,        // is not: either no JID, or preparation changes it
    unclear_resource,  // depends on the resourcepart, which is not all ASCII; the rest is prepared
    unclear,           // holds something else than ASCII, or an IP literal: prepare it and see
};
// Sets the end of the domainpart for `prepared` and `unclear_resource`.
Glance glance(std::string_view text, std::size_t& domain_end);

// The prepared part. Precondition: not empty.
Result<std::string> prepare_local(std::string_view text);
Result<std::string> prepare_domain(std::string_view text);
Result<std::string> prepare_resource(std::string_view text);

}  // namespace rondel::jid_parts
