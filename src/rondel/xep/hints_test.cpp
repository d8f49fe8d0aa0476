#include "rondel/xep/hints.hpp"

#include "tests/support/hand_driven.hpp"
#include <gtest/gtest.h>

namespace rondel::hints {
namespace {

TEST(Hints, are_found_on_a_message_by_their_type) {
    const Message message(
        testing::stanza("<message><no-copy xmlns='urn:xmpp:hints'/><store xmlns='urn:xmpp:hints'/>"
                        "<no-store xmlns='urn:example:other'/></message>"));
    EXPECT_TRUE(has<NoCopy>(message));
    EXPECT_TRUE(has<Store>(message));
    EXPECT_FALSE(has<NoStore>(message));
    EXPECT_FALSE(has<NoPermanentStore>(message));
}

TEST(Hints, are_put_on_a_message) {
    const Message message = Message("romeo@montague.lit"_jid, "Psst").with(xml::encode(NoPermanentStore()));
    EXPECT_TRUE(has<NoPermanentStore>(message));
    EXPECT_EQ(testing::text(message),
              "<message to='romeo@montague.lit' type='chat'><body>Psst</body>"
              "<no-permanent-store xmlns='urn:xmpp:hints'/></message>");
}

}  // namespace
}  // namespace rondel::hints
