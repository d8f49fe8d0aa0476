// Internationalized domain names (IDNA2008: RFC 5890 to 5893), mapped as UTS 46 says, without transitional processing.
// Threads: free functions without state.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rondel {

// The name in lower case with U-labels only, as XMPP writes it; nothing if a label is not allowed, is empty, or takes
// more than 63 octets in DNS (RFC 1034 §3.1). No trailing dot, no IPv6 literal: both are the caller's. The whole may be
// longer than DNS allows.
std::optional<std::string> domain_to_unicode(std::string_view name);

// The name with A-labels, as DNS, TLS server names and certificates write it; nothing if it is no name, or longer than
// 253 octets.
std::optional<std::string> domain_to_ascii(std::string_view name);

}  // namespace rondel
