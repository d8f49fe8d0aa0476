#include "rondel/server/unsent_stanzas.hpp"

#include "rondel/server/storage.hpp"
#include "rondel/xml/writer.hpp"

#include "tests/support/stanza_text.hpp"
#include <gtest/gtest.h>

namespace rondel::server {
namespace {

Stanza stanza(std::string_view text) { return Stanza(test::stanza_of(text)); }

const char* const texts[] = {
    "<message to='a@b.example' type='chat'><body>&lt;x&gt;</body><x xmlns='urn:x'><message/></x></message>",
    "<iq type='result' id='1'/>",
    "<presence xml:lang='de'><show>away</show></presence>",
};

TEST(UnsentStanzas, are_read_back_as_their_stream_would_have_written_them) {
    for (const auto framing : {stream::Framing::tcp, stream::Framing::websocket})
        for (const char* ns : {"jabber:client", "jabber:component:accept"}) {
            stream::Unsent unsent{.framing = framing};
            stream::Output output(framing);
            for (const char* text : texts) {
                EXPECT_TRUE(append_unsent(unsent, stanza(text), ns));
                output.add_stanza(stanza(text).element(), ns, {}, true);
            }
            const stream::Unsent theirs = output.take_unsent();
            EXPECT_EQ(unsent.bytes, theirs.bytes);
            EXPECT_EQ(unsent.sizes, theirs.sizes);
            if (framing == stream::Framing::websocket && std::string_view(ns) != "jabber:client") continue;
            const std::vector<Stanza> read = read_unsent(theirs, ns);
            ASSERT_EQ(read.size(), 3u);
            for (std::size_t i = 0; i < 3; ++i)
                EXPECT_EQ(xml::to_string(read[i].element()), xml::to_string(stanza(texts[i]).element()));
        }
}

TEST(UnsentStanzas, what_cannot_be_written_changes_nothing) {
    stream::Unsent unsent;
    Stanza bad = stanza("<message/>");
    bad.element().append("body").text("\x01");
    EXPECT_FALSE(append_unsent(unsent, bad, "jabber:client"));
    EXPECT_EQ(unsent.bytes, "");
    EXPECT_TRUE(unsent.sizes.empty());
    EXPECT_THROW(stanza_to_text(bad), StorageError);
}

TEST(UnsentStanzas, are_kept_as_text_that_stands_for_itself) {
    for (const char* text : texts) {
        const std::string kept = stanza_to_text(stanza(text));
        EXPECT_NE(kept.find("xmlns='jabber:client'"), std::string::npos);
        EXPECT_EQ(stanza_to_text(stanza_of_text(kept)), kept);
    }
    for (const char* text : {"", "<message", "<message/>", "<x xmlns='jabber:client'/>", "<iq xmlns='jabber:client'/>",
                             "<message xmlns='jabber:client' to='@@'/>"})
        EXPECT_THROW(stanza_of_text(text), StorageError) << text;
}

// Longer than what a peer may send: what is kept has ids and delays that were added.
TEST(UnsentStanzas, may_be_long) {
    Stanza long_one = stanza("<message/>");
    long_one.element().append("body").text(std::string(400'000, 'x'));
    EXPECT_EQ(stanza_to_text(stanza_of_text(stanza_to_text(long_one))).size(), stanza_to_text(long_one).size());
}

}  // namespace
}  // namespace rondel::server
