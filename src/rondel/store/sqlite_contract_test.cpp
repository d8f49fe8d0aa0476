// What every storage does, on SQLite.
#include "rondel/store/sqlite.hpp"

#include "tests/support/folder.hpp"
#include "tests/support/storage_contract.hpp"

namespace rondel::server {
namespace {

struct WithFolder {
    test::Folder folder;
};
struct InFolder final : WithFolder, store::Sqlite {
    InFolder() : Sqlite(folder.path() + "/data.sqlite") {}
};

INSTANTIATE_TEST_SUITE_P(Sqlite, StorageContract,
                         testing::Values(MakeStorage([] { return std::make_unique<InFolder>(); })));

}  // namespace
}  // namespace rondel::server
