// The store on SQLite: what it keeps over its end, and whose file it is. What every storage does is in
// tests/support/storage_contract.hpp.
#include "rondel/store/sqlite.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/support/folder.hpp"
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sqlite3.h>
#include <sys/stat.h>

namespace rondel::store {
namespace {

using namespace std::chrono_literals;
using server::Account;
using server::RosterItem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

server::Time at(std::int64_t seconds) { return server::Time(std::chrono::seconds(seconds)); }

class SqliteTest : public ::testing::Test {
  protected:
    std::unique_ptr<Sqlite> open(const SqliteOptions& options = {}) { return std::make_unique<Sqlite>(path, options); }
    std::string contents() const {
        std::string all;
        for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
            all +=
                std::string(std::istreambuf_iterator<char>(std::ifstream(entry.path(), std::ios::binary).rdbuf()), {});
        return all;
    }
    std::string refusal(const SqliteOptions& options = {}) {
        try {
            open(options);
        } catch (const StorageError& error) {
            return error.what();
        }
        return {};
    }

    test::Folder folder;
    std::string path = folder.path() + "/data.sqlite";
};

RosterItem full_item() {
    RosterItem item{"juliet@capulet.lit"_jid, "Juliet"};
    item.to = item.ask = item.approved = item.pending_in = true;
    item.groups = {"Friends", "Lovers & <others>"};
    item.request = "<presence xmlns='jabber:client' type='subscribe'/>";
    return item;
}

TEST_F(SqliteTest, everything_is_there_when_it_is_opened_again) {
    const sasl::ScramKeys keys{sasl::Hash::sha256, std::string("\0salt\xFF", 6), 4096, "stored", "server"};
    const sasl::ScramKeys weaker{sasl::Hash::sha1, "salt", 5000, "s1", "s2"};
    std::uint64_t version = 0;
    {
        const auto storage = open();
        storage->put_account(Account{"romeo", {keys, weaker}, true});
        storage->put_token("romeo", {"phone", {"HT-SHA-256-EXPR", "very secret", "2026-01-01T00:00:00Z"}, at(7)});
        storage->put_item("romeo", full_item());
        version = storage->remove_item("romeo", "tybalt@capulet.lit"_jid);
        storage->keep_offline("romeo", at(1), "<message/>");
        storage->archive("romeo", {"id-1", at(2), "juliet@capulet.lit/balcony"_jid, "<message>1</message>"});
        storage->put_preferences("romeo", {"roster", {"a@example.com"_jid, "b@example.com/x y"_jid}, {}});
        storage->put_vcard("romeo", "<vCard/>");
        storage->put_blocked("romeo", {"paris@example.com"_jid, "example.net"_jid});
        storage->put_last_seen("romeo", {at(3), "Gone"});
    }
    const auto storage = open();
    const auto account = storage->account("romeo");
    ASSERT_TRUE(account);
    EXPECT_TRUE(account->disabled);
    ASSERT_THAT(account->keys, SizeIs(2));
    const sasl::ScramKeys& strong = account->keys[account->keys[0].hash == sasl::Hash::sha256 ? 0 : 1];
    EXPECT_EQ(strong.salt, keys.salt);
    EXPECT_EQ(strong.iterations, 4096U);
    EXPECT_EQ(strong.stored_key, "stored");
    EXPECT_EQ(strong.server_key, "server");
    ASSERT_THAT(storage->tokens("romeo"), SizeIs(1));
    EXPECT_EQ(storage->tokens("romeo")[0].token.secret, Secret("very secret"));
    EXPECT_EQ(storage->tokens("romeo")[0].expires, at(7));
    EXPECT_THAT(storage->roster("romeo").items, ElementsAre(full_item()));
    EXPECT_EQ(storage->roster("romeo").version, version);
    const auto changes = storage->changes_since("romeo", version - 1);
    ASSERT_TRUE(changes);
    ASSERT_THAT(*changes, SizeIs(1));
    EXPECT_EQ(changes->front().jid, "tybalt@capulet.lit"_jid);
    EXPECT_FALSE(changes->front().item);
    ASSERT_THAT(storage->offline("romeo"), SizeIs(1));
    EXPECT_EQ(storage->offline("romeo")[0].stanza, "<message/>");
    const auto page = storage->page("romeo", {}, {}, {}, false, 10);
    ASSERT_TRUE(page);
    ASSERT_THAT(page->entries, SizeIs(1));
    EXPECT_EQ(page->entries[0].with, "juliet@capulet.lit/balcony"_jid);
    EXPECT_THAT(storage->preferences("romeo").always, ElementsAre("a@example.com"_jid, "b@example.com/x y"_jid));
    EXPECT_EQ(storage->vcard("romeo"), "<vCard/>");
    EXPECT_THAT(storage->blocked("romeo"), ElementsAre("paris@example.com"_jid, "example.net"_jid));
    EXPECT_EQ(storage->last_seen("romeo")->status, "Gone");
}

TEST_F(SqliteTest, an_account_that_is_removed_leaves_nothing_behind) {
    {
        const auto storage = open();
        storage->put_account(Account{"romeo", {}, false});
        storage->put_item("romeo", full_item());
        storage->keep_offline("romeo", at(1), "<message>Wherefore</message>");
        storage->archive("romeo", {"id-1", at(2), "juliet@capulet.lit"_jid, "<message>Wherefore</message>"});
        storage->put_vcard("romeo", "<vCard>Wherefore</vCard>");
        storage->put_preferences("romeo", {"never", {}, {}});
        storage->put_account(Account{"juliet", {}, false});
        EXPECT_TRUE(storage->remove_account("romeo"));
        EXPECT_FALSE(storage->remove_account("romeo"));
        EXPECT_THAT(storage->usernames(), ElementsAre("juliet"));
        EXPECT_THAT(storage->roster("romeo").items, IsEmpty());
        EXPECT_EQ(storage->preferences("romeo").standard, "always");
        EXPECT_EQ(storage->offline_count("romeo"), 0U);
    }
    EXPECT_THAT(contents(), Not(HasSubstr("Wherefore"))) << "not even in a page that is free now";
}

TEST_F(SqliteTest, the_file_is_its_owners_alone) {
    const mode_t before = umask(0);
    {
        const auto storage = open();
        storage->put_vcard("romeo", "<vCard/>");
        for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
            struct stat found = {};
            ASSERT_EQ(stat(entry.path().c_str(), &found), 0);
            EXPECT_EQ(found.st_mode & 0777, 0600U) << entry.path();
        }
    }
    umask(before);
}

// Who was away for more than is remembered gets the whole roster.
TEST_F(SqliteTest, removed_contacts_are_remembered_for_a_while_only) {
    SqliteOptions options;
    const auto storage = open(options);
    const std::uint64_t begin = storage->put_item("romeo", full_item());
    for (int i = 0; i < 502; ++i) storage->remove_item("romeo", *Jid::parse(fmt::format("{}@example.com", i)));
    EXPECT_FALSE(storage->changes_since("romeo", begin));
    EXPECT_FALSE(storage->changes_since("romeo", begin + 1));
    const auto rest = storage->changes_since("romeo", begin + 2);
    ASSERT_TRUE(rest);
    EXPECT_THAT(*rest, SizeIs(500));
    EXPECT_FALSE(storage->changes_since("romeo", begin + 503)) << "of the future";
    EXPECT_FALSE(storage->changes_since("nobody", 0));
}

TEST_F(SqliteTest, an_archive_is_paged_both_ways) {
    const auto storage = open();
    for (int i = 0; i < 10; ++i)
        storage->archive("romeo",
                         {fmt::format("id-{}", i), at(i), i % 2 == 0 ? "a@example.com/1"_jid : "b@example.com"_jid,
                          fmt::format("<message>{}</message>", i)});
    storage->archive("juliet", {"id-0", at(0), "romeo@example.com"_jid, "<message/>"});
    const auto ids = [](const std::optional<Sqlite::Page>& page) {
        std::string all;
        for (const auto& entry : page->entries) all += entry.id.substr(3) + " ";
        return fmt::format("{}at {} of {}{}", all, page->first_index, page->count, page->complete ? ", complete" : "");
    };
    EXPECT_EQ(ids(storage->page("romeo", {}, {}, {}, false, 3)), "0 1 2 at 0 of 10");
    EXPECT_EQ(ids(storage->page("romeo", {}, "id-2", {}, false, 3)), "3 4 5 at 3 of 10");
    EXPECT_EQ(ids(storage->page("romeo", {}, "id-6", {}, false, 3)), "7 8 9 at 7 of 10, complete");
    EXPECT_EQ(ids(storage->page("romeo", {}, {}, {}, true, 3)), "7 8 9 at 7 of 10");
    EXPECT_EQ(ids(storage->page("romeo", {}, {}, "id-3", true, 3)), "0 1 2 at 0 of 10, complete");
    EXPECT_EQ(ids(storage->page("romeo", {.with = "a@example.com"_jid}, {}, {}, false, 3)), "0 2 4 at 0 of 5");
    EXPECT_EQ(ids(storage->page("romeo", {.with = "a@example.com/2"_jid}, {}, {}, false, 3)), "at 0 of 0, complete");
    EXPECT_EQ(ids(storage->page("romeo", {.start = at(2), .end = at(4)}, {}, {}, false, 9)),
              "2 3 4 at 0 of 3, complete");
    EXPECT_EQ(ids(storage->page("romeo", {.ids = {"id-7", "id-2"}}, {}, {}, false, 9)), "2 7 at 0 of 2, complete");
    EXPECT_EQ(ids(storage->page("romeo", {}, {}, {}, false, 0)), "at 0 of 10");
    EXPECT_FALSE(storage->page("romeo", {}, "id-x", {}, false, 3));
    EXPECT_FALSE(storage->page("romeo", {}, {}, "id-x", true, 3));
    EXPECT_FALSE(storage->page("romeo", {.ids = {"id-7", "id-x"}}, {}, {}, false, 3));
}

TEST_F(SqliteTest, the_file_of_another_program_is_left_alone) {
    sqlite3* other = nullptr;
    ASSERT_EQ(sqlite3_open(path.c_str(), &other), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(other, "CREATE TABLE theirs (x)", nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(other);
    EXPECT_EQ(refusal(), "The database " + path + " belongs to another program.");
}

TEST_F(SqliteTest, a_file_of_a_later_version_is_refused) {
    open();
    sqlite3* other = nullptr;
    ASSERT_EQ(sqlite3_open(path.c_str(), &other), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(other, "PRAGMA user_version = 99", nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(other);
    EXPECT_THAT(refusal(), HasSubstr("was written by a later version of rondel"));
}

TEST_F(SqliteTest, what_is_no_database_is_refused_with_a_sentence) {
    std::ofstream(path) << "This is a letter, and long enough to be looked at as a header of a database, and more so.";
    EXPECT_EQ(refusal(), "The database " + path + " is no database.");
    path = folder.path() + "/nowhere/data.sqlite";
    EXPECT_EQ(refusal(), "The database " + path + " could not be made: No such file or directory.");
}

}  // namespace
}  // namespace rondel::store
