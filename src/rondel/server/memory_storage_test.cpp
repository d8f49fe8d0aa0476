#include "rondel/server/memory_storage.hpp"

#include "tests/support/storage_contract.hpp"

namespace rondel::server {
namespace {

INSTANTIATE_TEST_SUITE_P(Memory, StorageContract,
                         testing::Values(MakeStorage([] { return std::make_unique<MemoryStorage>(); })));

TEST(MemoryStorage, an_archive_does_not_grow_without_end) {
    MemoryStorage storage(3);
    for (int i = 0; i < 100; ++i) {
        storage.archive("juliet", {std::to_string(i), Time(), *Jid::parse("romeo@example.net"), "<message/>"});
        const auto page = storage.page("juliet", {}, {}, {}, true, 100);
        EXPECT_LE(page->count, 5u);
        EXPECT_GE(page->count, static_cast<std::size_t>(std::min(i + 1, 3)));
        EXPECT_EQ(page->entries.back().id, std::to_string(i));
        EXPECT_EQ(page->entries.front().id, std::to_string(i + 1 - static_cast<int>(page->count)));
    }
}

}  // namespace
}  // namespace rondel::server
