// Stanzas alike are compared instead of read: that must show nowhere but in what it costs.
#include "rondel/xml/reader.hpp"
#include "rondel/xml/writer.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace rondel::xml {
namespace {

constexpr int until_learned = 16;  // stanzas of a reader that knows none

constexpr std::string_view header =
    "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' id='3BF96D32'>";

struct Read {
    std::vector<std::string> elements;
    std::error_code error;
    bool closed = false;
    bool operator==(const Read&) const = default;
};

// The text lies in memory of its own, so that who looks beside it is found out.
Read read_on(Reader& reader, std::string_view given) {
    const auto alone = std::make_unique<char[]>(given.size());
    std::copy(given.begin(), given.end(), alone.get());
    std::string_view text(alone.get(), given.size());
    Read read;
    for (;;) switch (reader.next(text)) {
            case Reader::Step::more:
                return read;
            case Reader::Step::opened:
                break;
            case Reader::Step::element:
                read.elements.push_back(to_string(reader.element()));
                break;
            case Reader::Step::closed:
                read.closed = true;
                return read;
            case Reader::Step::failed:
                read.error = reader.error();
                return read;
        }
}

// A reader that has been shown each of these so often that it knows them.
std::unique_ptr<Reader> one_who_knows(const std::vector<std::string>& stanzas, Limits limits = {}) {
    auto reader = std::make_unique<Reader>(limits);
    read_on(*reader, header);
    for (const std::string& stanza : stanzas)
        for (int i = 0; i < until_learned; ++i) read_on(*reader, stanza);
    return reader;
}

Read read_by_one_who_knows_none(std::string_view text, Limits limits = {}) {
    Reader reader(limits);
    read_on(reader, header);
    return read_on(reader, text);
}

const std::vector<std::string> stanzas = {
    "<message from='a@example.org/x' to='b.example.org' id='1'><body>Hello.</body></message>",
    "<message from='a@example.org/x' to='b.example.org' type='chat' id='1'><body>Hello.</body>"
    "<active xmlns='http://jabber.org/protocol/chatstates'/><request xmlns='urn:xmpp:receipts'/>"
    "<origin-id xmlns='urn:xmpp:sid:0' id='1a2f3c58-7c9e-4b0d-9d2e-1b21abcde'/></message>",
    "<message from='a@example.org/x' to='b.example.org'><composing xmlns='http://jabber.org/protocol/chatstates'/>"
    "</message>",
    "<presence from=\"a@example.org/x\" to=\"b.example.org\"><show>away</show><priority>5</priority>"
    "<c xmlns='http://jabber.org/protocol/caps' hash='sha-1' ver='QgayPKawpkPSDYmwT/WM94uAlu0='/></presence>",
    "<presence from='a@example.org/x' to='b.example.org' type='unavailable'/>",
    "<iq from='a@example.org/x' to='b.example.org' type='get' id='2' xml:lang='en'><ping xmlns='urn:xmpp:ping'/></iq>",
    "<iq from='a@example.org/x' to='b.example.org' type='result' id='3'><query xmlns='jabber:iq:version'>"
    "<name>x</name><version>1 &amp; 2</version></query></iq>",
    "<iq from='a@example.org/x' to='b.example.org' type='set' id='4'><x xmlns='jabber:x:data' type='submit'>"
    "<field var='FORM_TYPE'><value>urn:x</value></field><field var='n'><value/></field></x></iq>",
};

TEST(Shapes, a_stanza_like_one_before_is_recognized) {
    for (const std::string& stanza : stanzas) {
        const auto reader = one_who_knows({stanza});
        EXPECT_EQ(reader->recognized(), 0U) << stanza;
        EXPECT_EQ(read_on(*reader, stanza), read_by_one_who_knows_none(stanza));
        EXPECT_EQ(reader->recognized(), 1U) << stanza;
    }
}

TEST(Shapes, addresses_ids_and_texts_may_differ) {
    const auto reader = one_who_knows(stanzas);
    const std::vector<std::string> others = {
        "<message from='somebody.else@example.com/a-longer-resource' to='' id='12345678901234567890'>"
        "<body>Gr\xC3\xBC\xC3\x9F"
        "e &amp; K&#xFC;sse &lt;3\r\n]] </body></message>",
        "<message from='' to='b' id='" + std::string(200, 'i') + "'><body></body></message>",
        "<presence from=\"a\" to=\"b>\"><show>x</show><priority>y</priority>"
        "<c xmlns='http://jabber.org/protocol/caps' hash='' ver='/>'/></presence>",
        "<iq from='a' to='b' type='result' id='3'><query xmlns='jabber:iq:version'><name>" + std::string(4000, 'n') +
            "</name><version>]]</version></query></iq>",
    };
    for (const std::string& other : others) {
        const std::uint64_t before = reader->recognized();
        EXPECT_EQ(read_on(*reader, other), read_by_one_who_knows_none(other));
        EXPECT_EQ(reader->recognized(), before + 1) << other;
    }
}

// Every byte of every stanza replaced, left out, and doubled: what is not the same any more is read as by a reader who
// has never seen any.
TEST(Shapes, any_other_stanza_is_read_as_ever) {
    const std::string others = std::string("<>&'\"/= x:\x80") + '\0';
    for (const std::string& stanza : stanzas) {
        auto reader = one_who_knows({stanza});
        const auto compare = [&](const std::string& text) {
            const Read read = read_on(*reader, text);
            ASSERT_EQ(read, read_by_one_who_knows_none(text)) << text;
            if (read.error || read.closed || reader->pending_bytes() != 0) reader = one_who_knows({stanza});
        };
        for (std::size_t i = 0; i < stanza.size(); ++i) {
            for (const char other : others) compare(std::string(stanza).replace(i, 1, 1, other));
            compare(std::string(stanza).erase(i, 1));
            compare(std::string(stanza).insert(i, 1, stanza[i]));
        }
    }
}

// Smaller than what one look takes in, alone and with more of them behind.
TEST(Shapes, small_ones_are_read_as_ever) {
    for (const std::string stanza :
         {"<iq/>", "<iq id='1'/>", "<iq><x/></iq>", "<iq><x>y</x></iq>", "<a xmlns='u' h='5'/>",
          "<message><body>z</body></message>", "<message><body>zz</body></message>"}) {
        const auto reader = one_who_knows({stanza});
        for (const std::string& text : {stanza, stanza + ' ' + stanza, stanza + stanza + stanza + stanza + stanza})
            EXPECT_EQ(read_on(*reader, text), read_by_one_who_knows_none(text)) << text;
        EXPECT_GT(reader->recognized(), 0U) << stanza;
    }
}

TEST(Shapes, what_a_shape_cannot_say_is_read_each_time) {
    for (const char* stanza : {
             "<message from='a'><body>x<![CDATA[y]]></body></message>",
             "<message from='a'><body><![CDATA[y]]></body></message>",
             "<message from='a'>x<body/></message>",
             "<message from='a'><body/>x</message>",
             "<message from='a'><body></body>x</message>",
             "<message from='a'> <body>x</body></message>",
             "<message from='a' x:y='1' xmlns:x='urn:x'><body>x</body></message>",
             "<message from='a'><x:y xmlns:x='urn:x'/></message>",
             "<message from='a'><stream:x/></message>",
             "<message from='a'><y xmlns='urn:a&amp;b'/></message>",
             "<message from='a'><y xmlns='urn:\t'/></message>",
             "<message from='a'><y xmlns='urn:\xC3\xBC'/></message>",
             "<message from='a'><y xmlns=''/></message>",
             "<message from='a'><y xmlns=''/><z xmlns='urn:z'/></message>",
             "<message from='a' id=' '><y xmlns='urn:y' id='\n'/></message>",
             "<message from='a'><body xmlns='jabber:client'>x</body></message>",
             "<message from = 'a'><body>x</body></message>",
         }) {
        const auto reader = one_who_knows({stanza});
        EXPECT_EQ(read_on(*reader, stanza), read_by_one_who_knows_none(stanza));
        EXPECT_EQ(reader->recognized(), 0U) << stanza;
    }
}

// A shape is of the stream's namespaces: the same bytes mean something else on another stream.
TEST(Shapes, are_forgotten_with_the_stream) {
    const std::string stanza = "<message from='a'><x xmlns='jabber:component:accept'/><y xmlns='urn:y'/></message>";
    const auto reader = one_who_knows({stanza});
    EXPECT_EQ(read_on(*reader, stanza), read_by_one_who_knows_none(stanza));
    EXPECT_EQ(reader->recognized(), 1U);
    reader->restart();
    EXPECT_EQ(reader->recognized(), 0U);
    read_on(*reader, "<stream:stream xmlns='urn:other' xmlns:stream='http://etherx.jabber.org/streams'>");
    for (int i = 0; i < 2 * until_learned; ++i) {
        const Read read = read_on(*reader, stanza);
        ASSERT_EQ(read.elements.size(), 1U);
        EXPECT_NE(read.elements[0].find("<x xmlns='jabber:component:accept'"), std::string::npos) << read.elements[0];
    }
}

TEST(Shapes, V06_limits_hold_for_what_was_learned_under_others) {
    const std::string& stanza = stanzas.back();
    const Limits enough{static_cast<std::uint32_t>(stanza.size()), 4, 4, 6};
    const auto with = [&](Limits limits) {
        const auto reader = one_who_knows({stanza});
        reader->limits(limits);
        const Read read = read_on(*reader, stanza);
        EXPECT_EQ(read, read_by_one_who_knows_none(stanza, limits));
        EXPECT_EQ(reader->recognized(), read.error ? 0U : 1U);
        return read.error;
    };
    EXPECT_EQ(with(enough), std::error_code());
    const auto less = [&](std::uint32_t Limits::*what) {
        Limits limits = enough;
        --(limits.*what);
        return with(limits);
    };
    EXPECT_EQ(less(&Limits::stanza_bytes), ReadError::stanza_too_large);
    EXPECT_EQ(less(&Limits::depth), ReadError::too_deep);
    EXPECT_EQ(less(&Limits::attributes), ReadError::too_many_attributes);
    EXPECT_EQ(less(&Limits::elements), ReadError::too_many_elements);
}

TEST(Shapes, T_SPLIT_a_known_stanza_that_is_cut_comes_at_its_last_byte) {
    const auto reader = one_who_knows(stanzas);
    for (const std::string& stanza : stanzas) {
        const Read whole = read_by_one_who_knows_none(stanza);
        for (std::size_t cut = 1; cut < stanza.size(); ++cut) {
            EXPECT_EQ(read_on(*reader, std::string_view(stanza).substr(0, cut)), Read());
            EXPECT_EQ(read_on(*reader, std::string_view(stanza).substr(cut)), whole) << stanza << " cut at " << cut;
        }
    }
}

// It is learned from only once, however often it must be read.
TEST(Shapes, a_known_one_is_known_once) {
    const auto reader = one_who_knows({stanzas[0]});
    std::string other = stanzas[0];
    other.replace(other.find("id='1'"), 6, "id='&lt;'");
    for (int i = 0; i < 20 * until_learned; ++i) read_on(*reader, other);
    EXPECT_EQ(reader->recognized(), 0U);
    EXPECT_EQ(read_on(*reader, stanzas[0]), read_by_one_who_knows_none(stanzas[0]));
    EXPECT_EQ(reader->recognized(), 1U);
}

// What has no namespace of its own is in that of the header, which each stanza would have to name.
TEST(Shapes, are_of_the_streams_own_namespace) {
    Reader reader({}, "jabber:client");
    read_on(reader, "<s xmlns='urn:other' xmlns:c='jabber:client'>");
    for (int i = 0; i < 3 * until_learned; ++i) {
        const Read read = read_on(reader, "<message from='a'/>");
        ASSERT_EQ(read.elements, std::vector<std::string>{"<message xmlns='urn:other' from='a'/>"});
    }
    EXPECT_EQ(reader.recognized(), 0U);
}

// There is room for sixteen. The one that was longest not seen goes.
TEST(Shapes, new_ones_take_the_place_of_those_not_seen_any_more) {
    const auto reader = one_who_knows(stanzas);
    const auto with_payload = [](int number) {
        return "<message from='a'><p" + std::to_string(number) + " xmlns='urn:example'/></message>";
    };
    const auto knows = [&](const std::string& stanza) {
        const std::uint64_t before = reader->recognized();
        EXPECT_EQ(read_on(*reader, stanza), read_by_one_who_knows_none(stanza));
        return reader->recognized() != before;
    };
    for (int number = 0; number < 100; ++number) {
        for (int i = 0; i < until_learned; ++i) knows(with_payload(number));
        EXPECT_TRUE(knows(with_payload(number)));
        EXPECT_TRUE(knows(stanzas[0])) << "which comes all the time";
    }
    EXPECT_FALSE(knows(stanzas[1]));
    EXPECT_FALSE(knows(with_payload(80)));
    EXPECT_TRUE(knows(with_payload(99)));
}

std::string many(std::string_view one, int count) {
    std::string all;
    for (int i = 0; i < count; ++i) all += one;
    return all;
}

// What is learned takes memory, of which a stranger can have only so much.
TEST(Shapes, V08_large_stanzas_are_not_learned) {
    for (const std::string& stanza : {
             "<message from='a'><" + std::string(1100, 'n') + "/></message>",
             "<message from='a'>" + many("<x id=''/>", 30) + "</message>",
             "<message from='a'>" + many("<x>y</x>", 25) + "</message>",
             "<message from='a'>" + many("<x/>", 40) + "</message>",
             "<message from='a' id='" + many("i", 300) + "'/>",
         }) {
        const auto reader = one_who_knows({stanza});
        EXPECT_EQ(read_on(*reader, stanza), read_by_one_who_knows_none(stanza));
        EXPECT_EQ(reader->recognized(), 0U);
    }
}

}  // namespace
}  // namespace rondel::xml
