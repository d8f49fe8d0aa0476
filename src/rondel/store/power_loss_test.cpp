// F15: the power fails at any time, and what the disk had not synced is lost, torn or in another order. Whatever a call
// of the store had done when it returned is there afterwards, and nothing by half. Below the store is a disk in memory
// that behaves like that (tests/support/disk.hpp); the store does what it always does: a write-ahead log, synced at
// each commit (synchronous = FULL).
#include "rondel/store/sqlite.hpp"

#include <cstdio>
#include <cstdlib>
#include <map>

#include "tests/support/disk.hpp"
#include "tests/support/folder.hpp"
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace rondel::store {
namespace {

using rondel::test::Disk;

struct Contents {
    std::map<std::string, std::string> roster;  // name by JID
    std::vector<std::string> messages;
    std::string vcard;
    friend bool operator==(const Contents&, const Contents&) = default;
};

// One step on the store, and the same on what should be in it.
void step(server::Storage& storage, Contents& contents, std::uint64_t number) {
    const std::uint64_t mixed = number * 0x9e3779b97f4a7c15 >> 20;
    const std::string text(mixed % 7000, static_cast<char>('a' + number % 26));
    const Jid contact = *Jid::parse(fmt::format("c{}@capulet.lit", mixed % 20));
    switch (mixed / 7 % 5) {
        case 0:
        case 1:
            contents.roster[std::string(contact.str())] = text;
            storage.put_item("romeo", {contact, text});
            break;
        case 2:
            contents.roster.erase(std::string(contact.str()));
            storage.remove_item("romeo", contact);
            break;
        case 3:
            contents.messages.push_back(fmt::format("<message>{} {}</message>", number, text));
            storage.keep_offline("romeo", server::Time(), contents.messages.back());
            break;
        default:
            contents.vcard = text;
            storage.put_vcard("romeo", text);
    }
}

Contents look(const server::Storage& storage) {
    Contents found;
    for (const server::RosterItem& item : storage.roster("romeo").items)
        found.roster[std::string(item.jid.str())] = item.name;
    for (const auto& kept : storage.offline("romeo")) found.messages.push_back(kept.stanza);
    found.vcard = storage.vcard("romeo");
    return found;
}

bool is_sound(const std::string& path) {
    sqlite3* handle = nullptr;
    std::string said;
    if (sqlite3_open(path.c_str(), &handle) == SQLITE_OK)
        sqlite3_exec(
            handle, "PRAGMA integrity_check",
            [](void* to, int, char** columns, char**) {
                *static_cast<std::string*>(to) += columns[0];
                return 0;
            },
            &said, nullptr);
    sqlite3_close(handle);
    return said == "ok";
}

struct Tally {
    std::uint64_t losses = 0;  // of power
    std::uint64_t kept = 0;    // steps that were done, and are there
    std::uint64_t wrong = 0;   // losses of power after which the store was not as it had said
    std::string what = {};     // the last of these
};

// Several lives of a store on one disk, each ended by a loss of power.
void live(std::uint64_t seed, bool syncs_lie, Tally& tally) {
    const rondel::test::Folder folder;
    const std::string path = folder.path() + "/data.sqlite";
    Disk disk(seed);
    disk.syncs_lie = syncs_lie;
    std::mt19937_64 random(seed);
    Contents expected;
    std::uint64_t number = seed * 1'000'000;
    bool is_made = false;
    for (int life = 0; life < 5; ++life) {
        Contents attempted = expected;
        std::uint64_t done = 0;
        disk.fail_after(random() % (life == 0 ? 600 : 300));
        try {
            while (!disk.has_failed()) {  // opened and closed in between: the log goes into the file then
                Sqlite storage(path);
                if (!is_made) storage.put_account({"romeo", {}, false}), is_made = true;
                for (std::uint64_t left = random() % 40; left > 0; --left) {
                    step(storage, attempted, ++number);
                    expected = attempted;
                    ++done;
                }
            }
        } catch (const server::StorageError&) {
            // The machine is dead: what was under way may have been done or not.
        }
        disk.lose_power();
        ++tally.losses;
        try {
            Contents found;
            {
                Sqlite storage(path);
                if (!storage.account("romeo")) {
                    if (is_made) throw server::StorageError("The account is lost.");
                    storage.put_account({"romeo", {}, false});
                    is_made = true;
                }
                found = look(storage);
            }
            if (found != expected && found != attempted) throw server::StorageError("Something is lost.");
            expected = found;
            tally.kept += done;
            if (!is_sound(path)) throw server::StorageError("The file is damaged.");
        } catch (const server::StorageError& error) {
            ++tally.wrong;
            tally.what = error.what();
            return;
        }
    }
}

TEST(PowerLoss, F15_what_was_done_is_there_when_the_power_is_back) {
    const char* wanted = std::getenv("RONDEL_POWER_LOSSES");
    const std::uint64_t most = wanted == nullptr ? 200 : std::strtoull(wanted, nullptr, 10);
    Tally tally;
    for (std::uint64_t seed = 1; tally.losses < most; ++seed) {
        live(seed, false, tally);
        ASSERT_EQ(tally.wrong, 0u) << "seed " << seed << ": " << tally.what;
    }
    std::printf("FIGURE store-power-losses %llu\n", static_cast<unsigned long long>(tally.losses));
    std::printf("FIGURE store-power-losses-with-damage %llu\n", static_cast<unsigned long long>(tally.wrong));
    std::printf("%llu steps were done, and all are there\n", static_cast<unsigned long long>(tally.kept));
    EXPECT_GT(tally.kept, most);
}

// Or the test above would see nothing, whatever the store did.
TEST(PowerLoss, F15_a_disk_that_only_says_that_it_synced_is_found_out) {
    Tally tally;
    for (std::uint64_t seed = 1; tally.losses < 20; ++seed) live(seed, true, tally);
    EXPECT_GT(tally.wrong, 5u);
}

}  // namespace
}  // namespace rondel::store
