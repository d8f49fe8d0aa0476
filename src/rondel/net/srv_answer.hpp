// What a DNS answer says about an SRV name (RFC 1035 §4.1, RFC 2782). Pure.
#pragma once

#include "rondel/net/srv_order.hpp"

#include <string_view>

namespace rondel::net {

// The SRV records of `asked` (with A-labels), or of what CNAMEs in the answer make of it. Records of other names are
// somebody's attempt to slip them in, and are left out; an answer that breaks off is none.
SrvAnswer parse_srv_answer(std::string_view answer, std::string_view asked);

}  // namespace rondel::net
