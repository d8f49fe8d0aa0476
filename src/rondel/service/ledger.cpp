#include "rondel/service/ledger.hpp"

#include <numeric>

namespace rondel {

std::uint64_t Ledger::open() const { return issued_ - std::accumulate(ended_.begin(), ended_.end(), std::uint64_t{0}); }

}  // namespace rondel
