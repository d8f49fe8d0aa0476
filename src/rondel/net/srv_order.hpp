// Where a domain wants to be connected to, and in what order: RFC 6120 §3.2, RFC 2782, XEP-0368. Pure.
#pragma once

#include "rondel/base/random.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace rondel::net {

struct SrvRecord {
    std::uint16_t priority = 0;
    std::uint16_t weight = 0;
    std::uint16_t port = 0;
    std::string target = {};  // "." or empty: the service is decidedly not available
    bool direct_tls = false;  // of _xmpps-client: the connection begins with TLS

    friend bool operator==(const SrvRecord&, const SrvRecord&) = default;
};

struct SrvAnswer {
    std::vector<SrvRecord> records = {};
    std::string failure = {};  // no answer, or an error: why; empty: these are the records, or there are none
};

// Lower priorities first; among equal ones a random order, in which the weight says how likely a record is to be next
// (RFC 2782). `uniform` gives a number of [0, 1).
std::vector<SrvRecord> in_order(std::vector<SrvRecord> records, const Uniform& uniform = random_uniform);

struct SrvPlan {
    std::vector<SrvRecord> targets = {};  // in the order in which they are to be tried
    bool unavailable = false;             // the domain says that it has no such service: nothing is to be tried (R001)
};

inline constexpr std::uint16_t client_port = 5222;

// From the answers for _xmpps-client and _xmpp-client, whose records are mixed (XEP-0368 §3). Without any record, the
// domain itself at port 5222 (RFC 6120 §3.2.2); with some, never (§3.2.1, step 8).
SrvPlan plan(const std::string& domain, const SrvAnswer& direct_tls, const SrvAnswer& starttls,
             const Uniform& uniform = random_uniform);

}  // namespace rondel::net
