#include "rondel/server/memory_storage.hpp"

#include "tests/support/storage_contract.hpp"

namespace rondel::server {
namespace {

INSTANTIATE_TEST_SUITE_P(Memory, StorageContract,
                         testing::Values(MakeStorage([] { return std::make_unique<MemoryStorage>(); })));

}  // namespace
}  // namespace rondel::server
