// The store when things go wrong: killed half-way, a full disk, a file that somebody else has locked.
#include "rondel/store/sqlite.hpp"

#include <csignal>

#include "tests/support/descriptor_limit.hpp"
#include "tests/support/folder.hpp"
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace rondel::store {
namespace {

using server::RosterItem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class SqliteFaultsTest : public ::testing::Test {
  protected:
    test::Folder folder;
    std::string path = folder.path() + "/data.sqlite";
};

template <class Call>
std::string error_of(Call call) {
    try {
        call();
    } catch (const StorageError& error) {
        return error.what();
    }
    return {};
}

RosterItem numbered(int number, std::string name) {
    return {*Jid::parse(fmt::format("contact-{}@example.com", number)), std::move(name)};
}

// A child puts contacts, each with two groups, and tells after each; it is killed at some moment. What it told of is
// there, and nothing is there by half.
TEST_F(SqliteFaultsTest, F12_killed_at_any_time_all_that_was_acknowledged_is_there) {
    for (int round = 0; round < 5; ++round) {
        int ends[2];
        ASSERT_EQ(pipe(ends), 0);
        const pid_t child = fork();
        if (child == 0) {
            ::close(ends[0]);
            Sqlite storage(path);
            for (int i = 0; i < 100'000; ++i) {
                RosterItem item = numbered(i, std::string(1000, 'x'));
                item.groups = {"one", "two"};
                storage.put_item(fmt::format("user-{}", round), item);
                const std::uint64_t done = static_cast<std::uint64_t>(i) + 1;
                if (::write(ends[1], &done, sizeof done) != sizeof done) break;
            }
            _exit(0);
        }
        ::close(ends[1]);
        std::uint64_t told = 0;
        while (told < 20U + 7U * static_cast<unsigned>(round))
            ASSERT_EQ(::read(ends[0], &told, sizeof told), static_cast<ssize_t>(sizeof told));
        kill(child, SIGKILL);
        int status = 0;
        ASSERT_EQ(waitpid(child, &status, 0), child);
        std::uint64_t more = 0;
        while (::read(ends[0], &more, sizeof more) == static_cast<ssize_t>(sizeof more)) told = more;
        ::close(ends[0]);

        const Sqlite storage(path);
        const auto roster = storage.roster(fmt::format("user-{}", round));
        EXPECT_GE(roster.items.size(), told);
        EXPECT_LE(roster.items.size(), told + 1) << "the one that it could not tell of any more";
        for (const RosterItem& item : roster.items) EXPECT_THAT(item.groups, ElementsAre("one", "two"));
    }
}

// The limit of the file's size stands for the disk.
TEST_F(SqliteFaultsTest, F12_a_full_database_leaves_what_was_there_and_recovers) {
    { const Sqlite made(path); }
    SqliteOptions options;
    options.most_bytes = 256 * 1024;
    Sqlite storage(path, options);
    std::uint64_t version = 0;
    std::string error;
    std::size_t put = 0;
    for (; error.empty() && put < 1000; ++put)
        error = error_of(
            [&] { version = storage.put_item("romeo", numbered(static_cast<int>(put), std::string(10'000, 'x'))); });
    EXPECT_EQ(error, "The database " + path + " is full, or its disk is.");
    EXPECT_EQ(storage.roster("romeo").version, version);
    EXPECT_THAT(storage.roster("romeo").items, SizeIs(put - 1));
    const std::string also = error_of([&] { storage.keep_offline("romeo", {}, std::string(100'000, 'x')); });
    EXPECT_THAT(also, HasSubstr("is full"));
    EXPECT_EQ(storage.offline_count("romeo"), 0U);

    storage.remove_item("romeo", numbered(0, {}).jid);
    storage.remove_item("romeo", numbered(1, {}).jid);
    EXPECT_NO_THROW(storage.put_item("romeo", numbered(1, "small")));
    EXPECT_EQ(storage.roster("romeo").version, version + 3);
}

// A real write error in the midst of a file.
TEST_F(SqliteFaultsTest, F12_a_disk_that_takes_no_more_leaves_what_was_there) {
    std::uint64_t before = 0;
    {
        Sqlite storage(path);
        for (int i = 0; i < 3; ++i) before = storage.put_item("romeo", numbered(i, "kept"));
    }
    const pid_t child = fork();
    if (child == 0) {
        std::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{200 * 1024, 200 * 1024};
        setrlimit(RLIMIT_FSIZE, &limit);
        Sqlite storage(path);
        std::uint64_t version = before;
        for (int i = 3; i < 1000; ++i) {
            const std::string error =
                error_of([&] { version = storage.put_item("romeo", numbered(i, std::string(10'000, 'x'))); });
            if (error.empty()) continue;
            const bool whole = storage.roster("romeo").version == version;
            _exit(whole && version > before ? 0 : 1);
        }
        _exit(2);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
    Sqlite storage(path);
    const auto roster = storage.roster("romeo");
    EXPECT_GT(roster.version, before);
    EXPECT_EQ(roster.items.size(), 3 + roster.version - before);
    EXPECT_EQ(storage.put_item("romeo", numbered(5000, "again")), roster.version + 1);
}

TEST_F(SqliteFaultsTest, F13_a_lock_of_somebody_else_is_an_error_in_bounded_time) {
    SqliteOptions options;
    options.busy = std::chrono::milliseconds(5);
    Sqlite storage(path, options);
    const std::uint64_t version = storage.put_item("romeo", numbered(1, "kept"));
    sqlite3* other = nullptr;
    ASSERT_EQ(sqlite3_open(path.c_str(), &other), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(other, "BEGIN EXCLUSIVE", nullptr, nullptr, nullptr), SQLITE_OK);
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(error_of([&] { storage.put_item("romeo", numbered(2, "late")); }),
                  "The database " + path + " is locked by another program.");
        EXPECT_EQ(error_of([&] { storage.keep_offline("romeo", {}, "<message/>"); }),
                  "The database " + path + " is locked by another program.");
    }
    EXPECT_THAT(storage.roster("romeo").items, SizeIs(1)) << "reading goes on";
    ASSERT_EQ(sqlite3_exec(other, "ROLLBACK", nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(other);
    EXPECT_EQ(storage.put_item("romeo", numbered(2, "late")), version + 1);
}

// It opens a few files: the lack of any is told as what it is, and harms nothing.
TEST_F(SqliteFaultsTest, F09_a_database_that_cannot_be_opened_for_want_of_descriptors_is_not_said_to_be_wrong) {
    { Sqlite(path).put_item("romeo", numbered(1, "kept")); }
    int refused = 0;
    for (int free = 0; free < 8; ++free) {
        rondel::testing::DescriptorLimit limit;
        ASSERT_TRUE(limit.leave(free));
        const std::string error = error_of([&] { EXPECT_THAT(Sqlite(path).roster("romeo").items, SizeIs(1)); });
        if (error.empty()) continue;
        ++refused;
        EXPECT_THAT(error, HasSubstr("Too many open files")) << free;
    }
    EXPECT_GE(refused, 2) << "the file, and those beside it";
    EXPECT_LT(refused, 8);
    EXPECT_THAT(Sqlite(path).roster("romeo").items, SizeIs(1));
}

TEST_F(SqliteFaultsTest, F09_one_that_is_open_needs_no_more_descriptors) {
    Sqlite storage(path);
    rondel::testing::DescriptorLimit limit;
    ASSERT_TRUE(limit.leave(0));
    for (int i = 0; i < 50; ++i) {
        RosterItem item = numbered(i, std::string(1000, 'x'));
        item.groups = {"one", "two"};
        storage.put_item("romeo", item);
        storage.keep_offline("romeo", {}, "<message/>");
        storage.archive("romeo", {fmt::format("id-{}", i), {}, "juliet@example.com"_jid, std::string(10'000, 'x')});
    }
    EXPECT_THAT(storage.roster("romeo").items, SizeIs(50));
    EXPECT_THAT(storage.offline("romeo"), SizeIs(50));
    const auto page = storage.page("romeo", {}, {}, {}, true, 50);
    ASSERT_TRUE(page);
    EXPECT_THAT(page->entries, SizeIs(50));
    storage.remove_account("romeo");
    EXPECT_THAT(storage.roster("romeo").items, SizeIs(0));
}

// Everybody waits with us: 25 ms once are nothing, and 25 ms for each stanza of somebody who says a hundred of them in
// a second were a server that answered nobody.
TEST_F(SqliteFaultsTest, F13_a_lock_is_waited_for_once_and_not_by_each) {
    { const Sqlite made(path); }
    SqliteOptions options;
    options.busy = std::chrono::milliseconds(10);
    const Database database(path, options);
    const auto write = [&] {
        database.query("INSERT INTO offline (username, stamp, stanza) VALUES ('romeo', 0, '<message/>')").run();
    };
    const auto read = [&] {
        Query count = database.query("SELECT count(*) FROM offline");
        count.next();
        return count.number(0);
    };
    sqlite3* other = nullptr;
    ASSERT_EQ(sqlite3_open(path.c_str(), &other), SQLITE_OK);
    for (int round = 1; round <= 2; ++round) {
        ASSERT_EQ(sqlite3_exec(other, "BEGIN EXCLUSIVE", nullptr, nullptr, nullptr), SQLITE_OK);
        for (int i = 0; i < 100; ++i) {
            EXPECT_THAT(error_of(write), HasSubstr("is locked by another program"));
            EXPECT_THAT(error_of([&] { const Transaction transaction(database); }), HasSubstr("is locked"));
            EXPECT_EQ(read(), round - 1) << "reading goes on, and is no reason to wait again";
            EXPECT_EQ(database.waited(), options.busy * round);
        }
        ASSERT_EQ(sqlite3_exec(other, "ROLLBACK", nullptr, nullptr, nullptr), SQLITE_OK);
        EXPECT_EQ(error_of(write), "");
        EXPECT_EQ(read(), round) << "it is free, and the next lock is waited for once again";
    }
    sqlite3_close(other);
}

TEST_F(SqliteFaultsTest, a_damaged_file_is_told_as_such) {
    {
        Sqlite storage(path);
        for (int i = 0; i < 200; ++i) storage.put_item("romeo", numbered(i, std::string(500, 'x')));
    }
    std::FILE* file = std::fopen(path.c_str(), "r+b");
    ASSERT_NE(file, nullptr);
    std::fseek(file, 4096, SEEK_SET);
    const std::string junk(100'000, '\x5A');
    std::fwrite(junk.data(), 1, junk.size(), file);
    std::fclose(file);
    const std::string error = error_of([&] {
        Sqlite storage(path);
        storage.roster("romeo");
    });
    EXPECT_EQ(error, "The database " + path + " is damaged.");
}

}  // namespace
}  // namespace rondel::store
