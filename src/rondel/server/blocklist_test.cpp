#include "rondel/server/blocklist.hpp"

#include "rondel/server/memory_storage.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rondel::server {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Blocklist, matches_full_bare_domain_with_resource_and_domain) {
    const struct {
        const char* blocked;
        const char* who;
        bool holds;
    } rows[] = {
        {"a@b.example/c", "a@b.example/c", true}, {"a@b.example/c", "a@b.example/d", false},
        {"a@b.example/c", "a@b.example", false},  {"a@b.example", "a@b.example/c", true},
        {"a@b.example", "a@b.example", true},     {"a@b.example", "aa@b.example", false},
        {"a@b.example", "b.example", false},      {"b.example/c", "b.example/c", true},
        {"b.example/c", "a@b.example/c", false},  {"b.example/c", "a@b.example/d", false},
        {"b.example", "b.example", true},         {"b.example", "a@b.example/c", true},
        {"b.example", "a@x.b.example", false},    {"x.b.example", "b.example", false},
    };
    for (const auto& row : rows) {
        MemoryStorage storage;
        storage.put_blocked("u", {*Jid::parse(row.blocked)});
        EXPECT_EQ(Blocklist(storage, "u").holds(*Jid::parse(row.who)), row.holds) << row.blocked << " " << row.who;
        EXPECT_FALSE(Blocklist(storage, "v").holds(*Jid::parse(row.who)));
    }
}

TEST(Blocklist, is_kept_and_tells_what_changed) {
    MemoryStorage storage;
    Blocklist list(storage, "u");
    EXPECT_TRUE(list.empty());
    EXPECT_FALSE(list.holds(JidView()));
    EXPECT_THAT(list.add({"a@b.example"_jid, "c.example"_jid, "a@b.example"_jid}),
                ElementsAre("a@b.example"_jid, "c.example"_jid));
    EXPECT_THAT(list.add({"a@b.example"_jid}), IsEmpty());
    EXPECT_THAT(storage.blocked("u"), ElementsAre("a@b.example"_jid, "c.example"_jid));
    EXPECT_THAT(list.remove({"x@b.example"_jid, "c.example"_jid}), ElementsAre("c.example"_jid));
    EXPECT_FALSE(list.holds("c.example"_jid));
    EXPECT_THAT(Blocklist(storage, "u").all(), ElementsAre("a@b.example"_jid));
}

}  // namespace
}  // namespace rondel::server
