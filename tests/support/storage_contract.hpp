// What every server::Storage must do. Include it in one test file of a program, and name the storages there:
//
//   INSTANTIATE_TEST_SUITE_P(Memory, StorageContract, testing::Values([] { return std::make_unique<MemoryStorage>();
//   }));
#pragma once

#include "rondel/server/storage.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rondel::server {

using MakeStorage = std::function<std::unique_ptr<Storage>()>;

class StorageContract : public testing::TestWithParam<MakeStorage> {
  protected:
    StorageContract() : storage(GetParam()()) {
        for (const char* name : {"juliet", "romeo"}) add(name);
    }

    void add(const std::string& name) {
        sasl::ScramKeys keys;
        keys.salt = std::string("s\0lt", 4);
        keys.iterations = 4096;
        keys.stored_key = std::string(32, '\xff');
        keys.server_key = std::string(32, '\0');
        storage->put_account({name, {keys}, false});
    }

    static Time at(int seconds) { return Time(std::chrono::seconds(1'700'000'000 + seconds)); }

    void archive(const std::string& id, int seconds, const std::string& with = "romeo@example.net/orchard") {
        storage->archive("juliet", {id, at(seconds), *Jid::parse(with), "<message id='" + id + "'/>"});
    }

    std::vector<std::string> page(const ArchiveStorage::Filter& filter, const std::string& after = "",
                                  const std::string& before = "", bool last = false, std::size_t most = 100) {
        page_ = storage->page("juliet", filter, after, before, last, most);
        std::vector<std::string> ids;
        if (!page_) return {"nothing"};
        for (const auto& entry : page_->entries) ids.push_back(entry.id);
        return ids;
    }

    std::unique_ptr<Storage> storage;
    std::optional<ArchiveStorage::Page> page_;
};

using testing::ElementsAre;
using testing::IsEmpty;

// Accounts

TEST_P(StorageContract, an_account_is_found_as_it_was_put) {
    sasl::ScramKeys sha1;
    sha1.hash = sasl::Hash::sha1;
    sha1.salt = std::string(16, '\0');
    sha1.iterations = 10'000;
    sha1.stored_key = "stored'; DROP TABLE accounts; --";
    sha1.server_key = "\xc3\x28";
    sasl::ScramKeys sha256 = sha1;
    sha256.hash = sasl::Hash::sha256;
    storage->put_account({"mercutio", {sha1, sha256}, true});
    const std::optional<Account> found = storage->account("mercutio");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->username, "mercutio");
    EXPECT_TRUE(found->disabled);
    ASSERT_EQ(found->keys.size(), 2u);
    EXPECT_EQ(found->keys[0].hash, sasl::Hash::sha1);
    EXPECT_EQ(found->keys[1].hash, sasl::Hash::sha256);
    EXPECT_EQ(found->keys[0].salt, sha1.salt);
    EXPECT_EQ(found->keys[0].iterations, 10'000u);
    EXPECT_EQ(found->keys[0].stored_key, sha1.stored_key);
    EXPECT_EQ(found->keys[0].server_key, sha1.server_key);
}

TEST_P(StorageContract, nobody_has_no_account) {
    EXPECT_FALSE(storage->account("nobody"));
    EXPECT_FALSE(storage->account(""));
    EXPECT_FALSE(storage->account("Juliet"));  // names are compared as they are
    EXPECT_FALSE(storage->account("julie_"));
    EXPECT_FALSE(storage->account("juliet%"));
}

TEST_P(StorageContract, an_account_takes_the_place_of_the_old_one_and_keeps_what_was_its) {
    storage->put_vcard("juliet", "<vCard/>");
    storage->put_account({"juliet", {}, true});
    EXPECT_TRUE(storage->account("juliet")->keys.empty());
    EXPECT_EQ(storage->vcard("juliet"), "<vCard/>");
}

TEST_P(StorageContract, usernames_are_all_there_in_order) {
    add("ärger");
    add("abraham");
    EXPECT_THAT(storage->usernames(), ElementsAre("abraham", "juliet", "romeo", "ärger"));
}

TEST_P(StorageContract, an_account_is_removed_with_everything_of_its) {
    storage->put_token("juliet", {"phone", {"HT-SHA-256-NONE", "t"}, at(0)});
    storage->put_item("juliet", {.jid = "romeo@example.net"_jid});
    storage->keep_offline("juliet", at(0), "<message/>");
    archive("a", 0);
    storage->put_preferences("juliet", {"never", {}, {}});
    storage->put_vcard("juliet", "<vCard/>");
    storage->put_blocked("juliet", {"tybalt@example.net"_jid});
    storage->put_last_seen("juliet", {at(0), "gone"});
    storage->put_vcard("romeo", "<vCard/>");

    EXPECT_TRUE(storage->remove_account("juliet"));
    EXPECT_FALSE(storage->remove_account("juliet"));
    EXPECT_FALSE(storage->account("juliet"));
    add("juliet");  // another one, of that name
    EXPECT_THAT(storage->tokens("juliet"), IsEmpty());
    EXPECT_THAT(storage->roster("juliet").items, IsEmpty());
    EXPECT_THAT(storage->offline("juliet"), IsEmpty());
    EXPECT_THAT(page({}), IsEmpty());
    EXPECT_EQ(storage->preferences("juliet").standard, "always");
    EXPECT_EQ(storage->vcard("juliet"), "");
    EXPECT_THAT(storage->blocked("juliet"), IsEmpty());
    EXPECT_FALSE(storage->last_seen("juliet"));
    EXPECT_EQ(storage->vcard("romeo"), "<vCard/>");
}

TEST_P(StorageContract, who_has_no_account_has_nothing) {
    EXPECT_THAT(storage->tokens("nobody"), IsEmpty());
    EXPECT_THAT(storage->roster("nobody").items, IsEmpty());
    EXPECT_THAT(storage->offline("nobody"), IsEmpty());
    EXPECT_EQ(storage->offline_count("nobody"), 0u);
    EXPECT_EQ(storage->vcard("nobody"), "");
    EXPECT_THAT(storage->blocked("nobody"), IsEmpty());
    EXPECT_FALSE(storage->last_seen("nobody"));
    EXPECT_EQ(storage->preferences("nobody").standard, "always");
}

// Tokens

TEST_P(StorageContract, tokens_are_of_an_account_and_go_by_client) {
    storage->put_token("juliet", {"phone", {"HT-SHA-256-EXPR", "one", "2026-01-01T00:00:00Z"}, at(1)});
    storage->put_token("juliet", {"phone", {"HT-SHA-256-NONE", "two"}, at(2)});
    storage->put_token("juliet", {"desk", {"HT-SHA-256-NONE", "three"}, at(3)});
    storage->put_token("romeo", {"phone", {"HT-SHA-256-NONE", "four"}, at(4)});
    std::vector<StoredToken> tokens = storage->tokens("juliet");
    ASSERT_EQ(tokens.size(), 3u);  // in the order of their coming
    EXPECT_EQ(tokens[0].client_id, "phone");
    EXPECT_EQ(tokens[0].token.mechanism, "HT-SHA-256-EXPR");
    EXPECT_EQ(tokens[0].token.secret.reveal(), "one");
    EXPECT_EQ(tokens[0].token.expiry, "2026-01-01T00:00:00Z");
    EXPECT_EQ(tokens[0].expires, at(1));
    EXPECT_EQ(tokens[2].client_id, "desk");
    storage->remove_tokens("juliet", "phone");
    tokens = storage->tokens("juliet");
    ASSERT_EQ(tokens.size(), 1u);
    EXPECT_EQ(tokens[0].token.secret.reveal(), "three");
    EXPECT_EQ(storage->tokens("romeo").size(), 1u);
    storage->remove_tokens("juliet", "no such client");
    EXPECT_EQ(storage->tokens("juliet").size(), 1u);
}

// Rosters

TEST_P(StorageContract, a_roster_item_is_found_as_it_was_put) {
    const RosterItem item{
        .jid = "romeo@example.net"_jid,
        .name = "Romeo, „wherefore“",
        .to = true,
        .from = false,
        .ask = true,
        .pending_in = true,
        .approved = true,
        .listed = false,
        .groups = {"Montague", "a, b", "Friends & foes"},
        .request = "<presence xmlns='jabber:client' type='subscribe'><status>it's me</status></presence>"};
    storage->put_item("juliet", item);
    EXPECT_THAT(storage->roster("juliet").items, ElementsAre(item));
    EXPECT_THAT(storage->roster("romeo").items, IsEmpty());
    const RosterItem plain{.jid = "nurse@example.net"_jid};
    storage->put_item("romeo", plain);
    EXPECT_THAT(storage->roster("romeo").items, ElementsAre(plain));
}

TEST_P(StorageContract, a_roster_item_takes_the_place_of_the_old_one) {
    storage->put_item("juliet", {.jid = "romeo@example.net"_jid, .name = "R", .groups = {"one", "two"}});
    storage->put_item("juliet", {.jid = "romeo@example.net"_jid, .to = true, .groups = {"two"}});
    const auto items = storage->roster("juliet").items;
    ASSERT_EQ(items.size(), 1u);
    EXPECT_EQ(items[0].name, "");
    EXPECT_TRUE(items[0].to);
    EXPECT_THAT(items[0].groups, ElementsAre("two"));
    storage->remove_item("juliet", "romeo@example.net"_jid);
    EXPECT_THAT(storage->roster("juliet").items, IsEmpty());
}

TEST_P(StorageContract, R105_each_change_has_a_version_and_versions_grow) {
    std::uint64_t last = storage->roster("juliet").version;
    const auto next = [&](std::uint64_t version) {
        EXPECT_GT(version, last);
        EXPECT_EQ(storage->roster("juliet").version, version);
        last = version;
    };
    next(storage->put_item("juliet", {.jid = "a@example.net"_jid}));
    next(storage->put_item("juliet", {.jid = "b@example.net"_jid}));
    next(storage->put_item("juliet", {.jid = "a@example.net"_jid, .name = "A"}));
    next(storage->remove_item("juliet", "b@example.net"_jid));
    next(storage->remove_item("juliet", "never-there@example.net"_jid));
}

TEST_P(StorageContract, R105_changes_since_a_version_are_told_in_order_and_only_the_last_of_each) {
    const std::uint64_t start = storage->roster("juliet").version;
    storage->put_item("juliet", {.jid = "a@example.net"_jid});
    const std::uint64_t middle = storage->put_item("juliet", {.jid = "b@example.net"_jid});
    storage->put_item("juliet", {.jid = "c@example.net"_jid});
    storage->remove_item("juliet", "b@example.net"_jid);
    const std::uint64_t end = storage->put_item("juliet", {.jid = "a@example.net"_jid, .name = "A"});

    auto changes = storage->changes_since("juliet", middle);
    ASSERT_TRUE(changes);
    ASSERT_EQ(changes->size(), 3u);
    EXPECT_EQ((*changes)[0].jid, "c@example.net"_jid);
    EXPECT_EQ((*changes)[1].jid, "b@example.net"_jid);
    EXPECT_FALSE((*changes)[1].item);
    EXPECT_EQ((*changes)[2].jid, "a@example.net"_jid);
    EXPECT_EQ((*changes)[2].item->name, "A");
    EXPECT_EQ((*changes)[2].version, end);
    EXPECT_LT((*changes)[0].version, (*changes)[1].version);
    EXPECT_LT((*changes)[1].version, (*changes)[2].version);
    EXPECT_EQ(storage->changes_since("juliet", start)->size(), 3u);
    EXPECT_THAT(*storage->changes_since("juliet", end), IsEmpty());
}

TEST_P(StorageContract, R105_a_version_that_never_was_is_not_known) {
    const std::uint64_t now = storage->put_item("juliet", {.jid = "a@example.net"_jid});
    EXPECT_FALSE(storage->changes_since("juliet", now + 1));
    EXPECT_FALSE(storage->changes_since("juliet", ~std::uint64_t{0}));
}

// A client remembers versions; a roster of the same name, made anew, must not be taken for the one it knew.
TEST_P(StorageContract, R105_a_version_of_another_roster_is_not_known) {
    std::uint64_t old = 0;
    for (int i = 0; i < 20; ++i) old = storage->put_item("juliet", {.jid = "a@example.net"_jid});
    storage->remove_account("juliet");
    add("juliet");
    for (int i = 0; i < 20; ++i) storage->put_item("juliet", {.jid = "b@example.net"_jid});
    EXPECT_FALSE(storage->changes_since("juliet", old));
}

// Offline messages

TEST_P(StorageContract, offline_messages_are_kept_in_order_and_dropped_up_to_a_number) {
    for (int i = 0; i < 5; ++i)
        storage->keep_offline("juliet", at(i), "<message id='" + std::to_string(i) + "'>'\"\\%\n</message>");
    storage->keep_offline("romeo", at(0), "<message/>");
    EXPECT_EQ(storage->offline_count("juliet"), 5u);
    std::vector<OfflineStorage::Kept> kept = storage->offline("juliet");
    ASSERT_EQ(kept.size(), 5u);
    for (int i = 0; i < 5; ++i) {
        const OfflineStorage::Kept& one = kept[static_cast<std::size_t>(i)];
        EXPECT_EQ(one.stanza, "<message id='" + std::to_string(i) + "'>'\"\\%\n</message>");
        EXPECT_EQ(one.stamp, at(i));
    }
    storage->drop_offline("juliet", kept[2].number);
    kept = storage->offline("juliet");
    ASSERT_EQ(kept.size(), 2u);
    EXPECT_EQ(kept[0].stamp, at(3));
    storage->keep_offline("juliet", at(9), "<message/>");
    EXPECT_GT(storage->offline("juliet").back().number, kept.back().number);
    storage->drop_offline("juliet", ~std::uint64_t{0} >> 1);
    EXPECT_EQ(storage->offline_count("juliet"), 0u);
    EXPECT_EQ(storage->offline_count("romeo"), 1u);
}

TEST_P(StorageContract, a_number_of_an_offline_message_is_not_used_again) {
    storage->keep_offline("juliet", at(0), "<message/>");
    const std::uint64_t first = storage->offline("juliet")[0].number;
    storage->drop_offline("juliet", first);
    storage->keep_offline("juliet", at(1), "<message/>");
    EXPECT_GT(storage->offline("juliet")[0].number, first);
}

// Archives

TEST_P(StorageContract, an_entry_of_the_archive_is_found_as_it_was_put) {
    const Time stamp = at(0) + std::chrono::microseconds(123'456);
    storage->archive("juliet", {"id", stamp, "romeo@example.net/a b"_jid, "<message>ü</message>"});
    ASSERT_THAT(page({}), ElementsAre("id"));
    EXPECT_EQ(page_->entries[0].stamp, stamp);
    EXPECT_EQ(page_->entries[0].with, "romeo@example.net/a b"_jid);
    EXPECT_EQ(page_->entries[0].stanza, "<message>ü</message>");
    EXPECT_EQ(page_->count, 1u);
    EXPECT_EQ(page_->first_index, 0u);
    EXPECT_TRUE(page_->complete);
    EXPECT_THAT(storage->page("romeo", {}, "", "", false, 10)->entries, IsEmpty());
}

TEST_P(StorageContract, pages_go_forwards) {
    for (int i = 0; i < 5; ++i) archive(std::string(1, static_cast<char>('a' + i)), i);
    EXPECT_THAT(page({}, "", "", false, 2), ElementsAre("a", "b"));
    EXPECT_FALSE(page_->complete);
    EXPECT_EQ(page_->count, 5u);
    EXPECT_EQ(page_->first_index, 0u);
    EXPECT_THAT(page({}, "b", "", false, 2), ElementsAre("c", "d"));
    EXPECT_FALSE(page_->complete);
    EXPECT_EQ(page_->first_index, 2u);
    EXPECT_THAT(page({}, "d", "", false, 2), ElementsAre("e"));
    EXPECT_TRUE(page_->complete);
    EXPECT_EQ(page_->first_index, 4u);
    EXPECT_THAT(page({}, "e", "", false, 2), IsEmpty());
    EXPECT_TRUE(page_->complete);
    EXPECT_EQ(page_->count, 5u);
    EXPECT_THAT(page({}, "", "", false, 5), ElementsAre("a", "b", "c", "d", "e"));
    EXPECT_TRUE(page_->complete);
}

TEST_P(StorageContract, pages_go_backwards_and_each_is_oldest_first) {
    for (int i = 0; i < 5; ++i) archive(std::string(1, static_cast<char>('a' + i)), i);
    EXPECT_THAT(page({}, "", "", true, 2), ElementsAre("d", "e"));
    EXPECT_FALSE(page_->complete);
    EXPECT_EQ(page_->first_index, 3u);
    EXPECT_THAT(page({}, "", "d", true, 2), ElementsAre("b", "c"));
    EXPECT_EQ(page_->first_index, 1u);
    EXPECT_FALSE(page_->complete);
    EXPECT_THAT(page({}, "", "b", true, 2), ElementsAre("a"));
    EXPECT_TRUE(page_->complete);
    EXPECT_THAT(page({}, "", "a", true, 2), IsEmpty());
    EXPECT_TRUE(page_->complete);
}

TEST_P(StorageContract, a_page_between_two_entries) {
    for (int i = 0; i < 5; ++i) archive(std::string(1, static_cast<char>('a' + i)), i);
    EXPECT_THAT(page({}, "a", "e", false, 2), ElementsAre("b", "c"));
    EXPECT_FALSE(page_->complete);
    EXPECT_THAT(page({}, "a", "e", true, 2), ElementsAre("c", "d"));
    EXPECT_THAT(page({}, "a", "e", false, 3), ElementsAre("b", "c", "d"));
    EXPECT_TRUE(page_->complete);
    EXPECT_THAT(page({}, "d", "b"), IsEmpty());
}

TEST_P(StorageContract, a_page_of_none_counts) {
    for (int i = 0; i < 3; ++i) archive(std::string(1, static_cast<char>('a' + i)), i);
    EXPECT_THAT(page({}, "", "", false, 0), IsEmpty());
    EXPECT_EQ(page_->count, 3u);
    EXPECT_FALSE(page_->complete);
}

TEST_P(StorageContract, places_that_are_not_in_the_archive_are_an_error) {
    archive("a", 0);
    EXPECT_THAT(page({}, "x"), ElementsAre("nothing"));
    EXPECT_THAT(page({}, "", "x"), ElementsAre("nothing"));
    EXPECT_THAT(page({}, "A"), ElementsAre("nothing"));
    EXPECT_THAT(page({.ids = {"a", "x"}}), ElementsAre("nothing"));
}

TEST_P(StorageContract, the_archive_is_filtered_by_whom_it_was_with) {
    archive("a", 0, "romeo@example.net/orchard");
    archive("b", 1, "romeo@example.net/tomb");
    archive("c", 2, "romeo@example.net");
    archive("d", 3, "romeo@example.net.evil/orchard");
    archive("e", 4, "example.net");
    archive("f", 5, "example.net/x");
    EXPECT_THAT(page({.with = "romeo@example.net"_jid}), ElementsAre("a", "b", "c"));
    EXPECT_THAT(page({.with = "romeo@example.net/tomb"_jid}), ElementsAre("b"));
    EXPECT_THAT(page({.with = "example.net"_jid}), ElementsAre("e", "f"));
    EXPECT_THAT(page({.with = "nurse@example.net"_jid}), IsEmpty());
    EXPECT_EQ(page_->count, 0u);
    EXPECT_TRUE(page_->complete);
}

TEST_P(StorageContract, the_archive_is_filtered_by_time_both_ends_included) {
    for (int i = 0; i < 5; ++i) archive(std::string(1, static_cast<char>('a' + i)), i);
    EXPECT_THAT(page({.start = at(3)}), ElementsAre("d", "e"));
    EXPECT_THAT(page({.end = at(1)}), ElementsAre("a", "b"));
    EXPECT_THAT(page({.start = at(1), .end = at(3)}), ElementsAre("b", "c", "d"));
    EXPECT_THAT(page({.start = at(3), .end = at(1)}), IsEmpty());
    EXPECT_THAT(page({.start = at(2) + std::chrono::microseconds(1)}), ElementsAre("d", "e"));
}

TEST_P(StorageContract, filters_and_pages_go_together) {
    for (int i = 0; i < 10; ++i)
        archive(std::string(1, static_cast<char>('a' + i)), i, i % 2 ? "romeo@example.net/x" : "nurse@example.net/y");
    EXPECT_THAT(page({.with = "romeo@example.net"_jid}, "d", "", false, 2), ElementsAre("f", "h"));
    EXPECT_EQ(page_->count, 5u);
    EXPECT_EQ(page_->first_index, 2u);
    EXPECT_FALSE(page_->complete);
    EXPECT_THAT(page({.with = "romeo@example.net"_jid}, "e", "", false, 2), ElementsAre("f", "h"));  // of another's
    EXPECT_THAT(page({.with = "romeo@example.net"_jid, .start = at(4)}, "", "", true, 2), ElementsAre("h", "j"));
    EXPECT_EQ(page_->count, 3u);
    EXPECT_EQ(page_->first_index, 1u);
}

TEST_P(StorageContract, entries_of_the_archive_are_found_by_id) {
    for (int i = 0; i < 4; ++i) archive(std::string(1, static_cast<char>('a' + i)), i);
    EXPECT_THAT(page({.ids = {"c", "a"}}), ElementsAre("a", "c"));
    EXPECT_EQ(page_->count, 2u);
}

TEST_P(StorageContract, entries_of_one_moment_stay_in_order) {
    for (const char* id : {"z", "m", "a"}) archive(id, 0);
    EXPECT_THAT(page({}), ElementsAre("z", "m", "a"));
    EXPECT_THAT(page({}, "m"), ElementsAre("a"));
}

TEST_P(StorageContract, preferences_of_the_archive_are_kept) {
    EXPECT_EQ(storage->preferences("juliet").standard, "always");
    storage->put_preferences("juliet", {"roster", {"romeo@example.net"_jid}, {"nurse@example.net"_jid, "x"_jid}});
    ArchiveStorage::Preferences found = storage->preferences("juliet");
    EXPECT_EQ(found.standard, "roster");
    EXPECT_THAT(found.always, ElementsAre("romeo@example.net"_jid));
    EXPECT_THAT(found.never, ElementsAre("nurse@example.net"_jid, "x"_jid));
    storage->put_preferences("juliet", {"never", {}, {}});
    found = storage->preferences("juliet");
    EXPECT_EQ(found.standard, "never");
    EXPECT_THAT(found.always, IsEmpty());
    EXPECT_EQ(storage->preferences("romeo").standard, "always");
}

// The rest

TEST_P(StorageContract, a_vcard_is_kept_and_can_be_emptied) {
    EXPECT_EQ(storage->vcard("juliet"), "");
    storage->put_vcard("juliet", "<vCard xmlns='vcard-temp'><FN>Juliet'</FN></vCard>");
    EXPECT_EQ(storage->vcard("juliet"), "<vCard xmlns='vcard-temp'><FN>Juliet'</FN></vCard>");
    EXPECT_EQ(storage->vcard("romeo"), "");
    storage->put_vcard("juliet", "");
    EXPECT_EQ(storage->vcard("juliet"), "");
}

TEST_P(StorageContract, the_blocked_are_kept_in_order) {
    storage->put_blocked("juliet", {"tybalt@example.net"_jid, "example.org"_jid, "a@example.net/b"_jid});
    EXPECT_THAT(storage->blocked("juliet"),
                ElementsAre("tybalt@example.net"_jid, "example.org"_jid, "a@example.net/b"_jid));
    EXPECT_THAT(storage->blocked("romeo"), IsEmpty());
    storage->put_blocked("juliet", {});
    EXPECT_THAT(storage->blocked("juliet"), IsEmpty());
}

TEST_P(StorageContract, when_they_were_here_last_is_kept) {
    EXPECT_FALSE(storage->last_seen("juliet"));
    storage->put_last_seen("juliet", {at(1), ""});
    storage->put_last_seen("juliet", {at(2), "good night"});
    ASSERT_TRUE(storage->last_seen("juliet"));
    EXPECT_EQ(storage->last_seen("juliet")->when, at(2));
    EXPECT_EQ(storage->last_seen("juliet")->status, "good night");
    EXPECT_FALSE(storage->last_seen("romeo"));
}

}  // namespace rondel::server
