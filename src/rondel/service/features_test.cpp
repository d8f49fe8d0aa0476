#include "rondel/service/features.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rondel {
namespace {

using ::testing::ElementsAre;

TEST(Features, are_sorted_and_there_once) {
    Features features;
    features.add("urn:xmpp:ping").add("jabber:iq:version").add("urn:xmpp:ping");
    EXPECT_THAT(features.list(), ElementsAre("jabber:iq:version", "urn:xmpp:ping"));
    EXPECT_TRUE(features.has("urn:xmpp:ping"));
    EXPECT_FALSE(features.has("urn:xmpp:time"));
    features.remove("urn:xmpp:ping").remove("urn:xmpp:ping");
    EXPECT_FALSE(features.has("urn:xmpp:ping"));
}

TEST(Features, keep_identities_by_category_type_and_language) {
    Features features;
    features.add(Identity{"client", "pc", "B"}).add(Identity{"client", "bot", "A"}).add(Identity{"client", "pc", "B"});
    ASSERT_EQ(features.identities().size(), 2u);
    EXPECT_EQ(features.identities()[0].type, "bot");
}

TEST(Features, of_several_are_joined) {
    Features one;
    one.add("a").add(Identity{"client", "bot"});
    Features other;
    other.add("b").add("a");
    other.add(one);
    EXPECT_THAT(other.list(), ElementsAre("a", "b"));
    EXPECT_EQ(other.identities().size(), 1u);
    EXPECT_EQ(other, Features(one).add(other));
}

}  // namespace
}  // namespace rondel
