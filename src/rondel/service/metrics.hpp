// The totals of ledgers as text that Prometheus reads (its exposition format 0.0.4): for a file that a collector looks
// at, or as the body of an answer over HTTP.
//
//   rondel_stanzas_issued_total{entity="echo.example.com"} 1000
//   rondel_stanzas_ended_total{entity="echo.example.com",outcome="acked"} 998
//   rondel_stanzas_open{entity="echo.example.com"} 2
//
// issued = all that ended + open, at any moment; queries received = replied + dropped + those under way.
#pragma once

#include "rondel/service/ledger.hpp"

#include <span>
#include <string>

namespace rondel {

// Borrows: the ledger.
struct NamedLedger {
    std::string entity;
    const Ledger* ledger;
};

std::string to_prometheus(std::span<const NamedLedger> ledgers);

}  // namespace rondel
