// A text that was read is written again as it stood (docs/decisions/0012-text-as-it-was-written.md): where that is so,
// and that it is never so of another text than the one that is there.
#include "rondel/xml/reader.hpp"
#include "rondel/xml/scan.hpp"
#include "rondel/xml/writer.hpp"

#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "tests/support/kernels.hpp"
#include <gtest/gtest.h>

namespace rondel::xml {
namespace {

// A stream on which stanzas come one by one.
class Stream {
  public:
    explicit Stream(const Kernels& kernels = fastest_kernels()) : reader_({}, {}, kernels) {
        std::string_view header = "<s:stream xmlns='jabber:client' xmlns:s='http://etherx.jabber.org/streams'>";
        EXPECT_EQ(reader_.next(header), Reader::Step::opened);
    }

    // From memory of its own for each piece, so that a look behind its end is seen.
    bool feed(std::string_view piece) {
        const std::string own(piece);
        std::string_view bytes = own;
        step_ = reader_.next(bytes);
        return step_ != Reader::Step::failed;
    }
    Element element() {
        EXPECT_EQ(step_, Reader::Step::element) << reader_.error().message();
        return step_ == Reader::Step::element ? reader_.element() : Element();
    }
    Element read(std::string_view stanza) { return feed(stanza), element(); }
    std::error_code error() const { return reader_.error(); }
    std::uint64_t recognized() const { return reader_.recognized(); }

  private:
    Reader reader_;
    Reader::Step step_ = Reader::Step::more;
};

std::string written(ElementView element) {
    std::string out;
    EXPECT_FALSE(write(element, out, stanza_ns));
    return out;
}

// The thread comes behind, so that it is seen when a text leaves the reader in the wrong place.
std::string stanza_with(std::string_view body) {
    return "<message from='a@example.org/x'><body>" + std::string(body) + "</body><thread>a&amp;b</thread></message>";
}

ElementRef body_of(Element& message) {
    return {message.ref().mutable_block(), message.child("body", stanza_ns).index()};
}

std::string repeated(std::string_view piece, int times) {
    std::string all;
    while (times-- > 0) all += piece;
    return all;
}

constexpr int often = 40;  // the first sixteen are read, and those behind them are known

TEST(WrittenText, is_as_it_stood) {
    for (const Kernels* kernels : all_kernels())
        for (const std::string& body : {
                 std::string("&lt;"),
                 std::string("&gt;"),
                 std::string("&amp;"),
                 std::string("&apos;"),
                 std::string("&quot;"),
                 std::string("a &lt;b&gt; &amp;&amp; &quot;c&quot; &apos;d&apos;"),
                 std::string("'\"&quot;&apos;"),
                 std::string("]]&gt;]"),
                 std::string("&amp;amp;&amp;#65;"),
                 std::string("\t \n&quot;\n"),
                 std::string("plain"),
                 std::string(15, 'x'),
                 std::string(16, 'x'),
                 std::string(64, 'x'),
                 std::string(65, 'x'),
                 std::string(300, 'x') + "&apos;",
                 repeated("&quot;x", 200),
                 repeated("&quot;", 63) + repeated("0123456789abcdef", 9) + "&apos;",
                 std::string("Gr\xC3\xBC\xC3\x9F"
                             "e \xE2\x82\xAC \xF4\x8F\xBF\xBF"),
                 std::string("\xC3\xBC&quot;\xF4\x8F\xBF\xBF&apos;\xEF\xBF\xBD"),
                 repeated("\xF0\x9F\x98\x80&amp;", 100),
             }) {
            Stream stream(*kernels);
            for (int i = 0; i < often; ++i) ASSERT_EQ(written(stream.read(stanza_with(body))), stanza_with(body));
            EXPECT_GT(stream.recognized(), 0U) << body;
        }
}

// Whatever another parser might read in another way, and whatever is no one piece.
TEST(WrittenText, is_escaped_as_ever_where_it_stood_in_other_ways) {
    for (const Kernels* kernels : all_kernels())
        for (const auto& [stood, expected] : std::vector<std::pair<std::string, std::string>>{
                 {"&#65;&quot;", "A\""},
                 {"&quot;&#65;", "\"A"},
                 {"&quot;&#x26;&apos;", "\"&amp;'"},
                 {repeated("&quot;", 40) + "&#60;" + repeated("&quot;", 40),
                  repeated("\"", 40) + "&lt;" + repeated("\"", 40)},
                 {"&#13;&quot;", "&#13;\""},
                 {"&quot;\r", "\"\n"},
                 {"&quot;\r\n&quot;", "\"\n\""},
                 {"a>b", "a&gt;b"},
                 {"&quot;>&quot;", "\"&gt;\""},
                 {repeated("&quot;", 40) + ">" + repeated("&quot;", 40),
                  repeated("\"", 40) + "&gt;" + repeated("\"", 40)},
                 {"<![CDATA[<&quot;>]]>", "&lt;&amp;quot;&gt;"},
                 {"<![CDATA[x]]>&quot;", "x\""},
                 {"&quot;<![CDATA[x]]>", "\"x"},
                 {"&quot;<![CDATA[]]>", "\""},
                 {"&quot;<![CDATA[x]]>&quot;", "\"x\""},
                 {"<![CDATA[x]]>&quot;<![CDATA[y]]>", "x\"y"},
                 {"plain<![CDATA[]]>&quot;", "plain\""},
                 {"plain<![CDATA[<]]>plain", "plain&lt;plain"},
             }) {
            Stream stream(*kernels);
            for (int i = 0; i < often; ++i)
                ASSERT_EQ(written(stream.read(stanza_with(stood))), stanza_with(expected)) << stood;
        }
}

TEST(WrittenText, T_RESER_among_elements_is_the_same_text) {
    for (const char* inside : {
             "x&quot;<b/>",
             "<b/>x&quot;",
             "&quot;<b/>&apos;",
             "&quot;<b>&apos;</b>&gt;<c/>&lt;&quot;<![CDATA[&quot;]]>",
             "&quot;<![CDATA[<]]><b/>&quot;<![CDATA[<]]>&quot;",
             "&amp;<b>&quot;<c>&apos;</c>&quot;</b>&amp;",
         }) {
        Stream stream;
        const std::string stanza = "<message>" + std::string(inside) + "<x xmlns='urn:x'>" + inside + "</x></message>";
        const Element element = stream.read(stanza);
        const std::string once = written(element);
        const Element again = stream.read(once);
        EXPECT_TRUE(same(again, element)) << stanza << '\n' << once;
        EXPECT_EQ(written(again), once);
    }
}

// However its bytes come: the tree is the same, and what is written of it is read as the same.
TEST(WrittenText, V01_T_SPLIT_cut_anywhere_it_is_the_same_text) {
    for (const Kernels* kernels : all_kernels()) {
        Stream whole(*kernels);
        Stream pieces(*kernels);
        Stream back(*kernels);
        for (const char* body : {
                 "&amp;b&amp;c&amp;",
                 "a&amp;b&quot;cdefgh&lt;",
                 "]]&gt;]]&quot;",
                 "&quot;\r\n&#38;>&quot;",
                 "&quot;<![CDATA[]<&quot;]]>&quot;",
                 "\xC3\xBC&quot;\xF4\x8F\xBF\xBF&apos;",
                 "&quot;<b>&quot;</b>&quot;",
             }) {
            const std::string stanza =
                "<message><body>" + std::string(body) + "</body><thread>t&quot;u</thread></message>";
            const Element expected = whole.read(stanza);
            const std::string_view bytes = stanza;
            for (std::size_t one = 1; one < bytes.size(); ++one)
                for (std::size_t two = one; two < bytes.size(); ++two) {
                    ASSERT_TRUE(pieces.feed(bytes.substr(0, one)));
                    ASSERT_TRUE(two == one || pieces.feed(bytes.substr(one, two - one)));
                    const Element element = pieces.read(bytes.substr(two));
                    ASSERT_TRUE(same(element, expected)) << stanza << " cut at " << one << ", " << two;
                    const std::string text = written(element);
                    const Element again = back.read(text);
                    ASSERT_TRUE(same(again, expected)) << text << " cut at " << one << ", " << two;
                    ASSERT_EQ(written(again), text);
                }
        }
    }
}

// As above in very small pieces, of which most go the short way of a text that goes on.
TEST(WrittenText, T_SPLIT_a_text_that_goes_on_in_small_pieces_is_all_there) {
    for (const std::string_view begun : {"&amp;b", "a&amp;b&am", "a&amp;b&quot;c&", "&amp;\xC3", "a\xC3\xBC\xE2\x82"})
        for (std::size_t size = 1; size < 6; ++size) {
            const std::string rest = begun.ends_with("&am")    ? "p;"
                                     : begun.ends_with('&')    ? "quot;"
                                     : begun.ends_with("\xC3") ? "\xBC"
                                     : begun.ends_with("\x82") ? "\xAC"
                                                               : "";
            const std::string on = rest + repeated("0123456789", 30) + "&quot;" + repeated("x", 40);
            Stream stream;
            ASSERT_TRUE(stream.feed("<message><body>" + std::string(begun)));
            ASSERT_TRUE(rest.empty() || stream.feed(rest));
            for (std::size_t at = rest.size(); at < on.size(); at += size)
                ASSERT_TRUE(stream.feed(std::string_view(on).substr(at, size)));
            const Element element = stream.read("</body><thread>t</thread></message>");
            Stream other;
            const std::string stanza =
                "<message><body>" + std::string(begun) + on + "</body><thread>t</thread></message>";
            const Element expected = other.read(stanza);
            EXPECT_TRUE(same(element, expected)) << begun << " by " << size;
            EXPECT_TRUE(same(other.read(written(element)), expected)) << written(element);
        }
}

// Every way to change what was read; of a text that is kept as it was written, and of one that is that itself.
TEST(WrittenText, is_not_that_of_before_once_it_was_changed) {
    for (const bool recognized : {false, true})
        for (const auto& [stood, escaped] : {std::pair<std::string, std::string>{"a&quot;b", "a\"b"}, {"ab", "ab"}}) {
            Stream stream;
            for (int i = 0; recognized && i < often; ++i) stream.read(stanza_with(stood));
            const auto changed = [&](auto change) {
                Element element = stream.read(stanza_with(stood));
                const ElementView before = element.child("body", stanza_ns);
                change(element, ElementRef(element.ref().mutable_block(), before.index()));
                const std::string all = written(element);
                EXPECT_TRUE(same(stream.read(all), element)) << all;
                return all;
            };
            EXPECT_EQ(changed([](Element&, ElementRef body) { body.text(""); }), stanza_with(stood));
            EXPECT_EQ(changed([](Element&, ElementRef body) { body.text("<&\""); }),
                      stanza_with(escaped + "&lt;&amp;\""));
            EXPECT_EQ(changed([](Element&, ElementRef body) { body.text(body.text()); }),
                      stanza_with(escaped + escaped));
            EXPECT_EQ(changed([](Element&, ElementRef body) { body.clear_content(); }),
                      "<message from='a@example.org/x'><body/><thread>a&amp;b</thread></message>");
            EXPECT_EQ(changed([](Element&, ElementRef body) { body.clear_content().text("<"); }), stanza_with("&lt;"));
            EXPECT_EQ(changed([](Element&, ElementRef body) { body.append("i"); }), stanza_with(stood + "<i/>"));
            EXPECT_EQ(changed([](Element&, ElementRef body) { body.append("i"), body.text(">"); }),
                      stanza_with(stood + "<i/>&gt;"));
            EXPECT_EQ(changed([](Element&, ElementRef body) { body.append("i"), body.remove("i", stanza_ns); }),
                      stanza_with(escaped));
            EXPECT_EQ(changed([](Element&, ElementRef body) {
                          body.append("i"), body.text("<"), body.remove("i", stanza_ns);
                      }),
                      stanza_with(escaped + "&lt;"));
            EXPECT_EQ(changed([](Element& element, ElementRef) { element.set("from", "a@example.org/x"); }),
                      stanza_with(stood));
        }
}

TEST(WrittenText, V44_T_ESC_what_is_appended_to_it_is_looked_at) {
    for (const char* stood : {"a&quot;b", "ab"})
        for (const std::string_view bad : {"\x01", "\xC3", "\xEF\xBF\xBE"}) {
            Stream stream;
            Element element = stream.read(stanza_with(stood));
            body_of(element).text(bad);
            std::string out = "before";
            EXPECT_EQ(write(element, out), WriteError::bad_character);
            EXPECT_EQ(out, "before");
        }
}

TEST(WrittenText, of_a_copy_is_as_it_stood_too) {
    for (const std::string& stood : {std::string("a&quot;b"), std::string("ab"), std::string()}) {
        Stream stream;
        const Element element = stream.read(stanza_with(stood));
        const ElementView body = element.child("body", stanza_ns);
        const std::string alone = stood.empty() ? "<body/>" : "<body>" + stood + "</body>";
        EXPECT_EQ(written(element.copy()), written(element));
        EXPECT_EQ(written(body.copy()), alone);
        Element around("message", stanza_ns);
        around.append(element.view());
        around.append(body);
        EXPECT_EQ(written(around), "<message>" + written(element) + alone + "</message>");
        Element own = element.copy();
        own.append(own.view());  // of itself
        ElementRef(body_of(own)).text("<");
        EXPECT_NE(written(own).find(alone), std::string::npos) << "the copy is not changed with it";
        EXPECT_TRUE(same(stream.read(written(own)), own));
    }
}

// What takes twice the memory to keep is escaped again; a text that is the same either way is not kept twice.
TEST(WrittenText, V08_T_AMPL_is_kept_up_to_16_KiB) {
    constexpr std::size_t most = 16 * 1024;
    const auto read = [](const std::string& body) {
        return Stream().read("<message><body>" + body + "</body></message>");
    };
    const auto size_of = [](const Element& element) { return element.block()->text.size(); };
    for (const std::size_t size : {most - 1, most}) {
        const std::string body = "&quot;" + std::string(size - 6, 'x');
        const Element element = read(body);
        EXPECT_EQ(written(element), "<message><body>" + body + "</body></message>");
    }
    const std::string body = "&quot;" + std::string(most + 1 - 6, 'x');
    const Element larger = read(body);
    EXPECT_EQ(written(larger), "<message><body>\"" + body.substr(6) + "</body></message>");
    EXPECT_LT(size_of(larger), most + 200);
    const std::string plain(5 * most, 'x');
    const Element large = read(plain);
    EXPECT_EQ(written(large), "<message><body>" + plain + "</body></message>");
    EXPECT_LT(size_of(large), 5 * most + 200);
    EXPECT_LT(size_of(read("a&amp;<![CDATA[x]]>")), size_of(read("")) + 50);
}

TEST(WrittenText, is_within_the_limits_of_what_is_written) {
    for (const std::string& stood : {std::string("a&quot;b"), std::string("ab"), repeated("&quot;x", 1000)}) {
        const std::string stanza = stanza_with(stood);
        const Element element = Stream().read(stanza);
        std::string out = "before";
        EXPECT_FALSE(write(element, out, stanza_ns, {stanza.size(), 3}));
        EXPECT_EQ(out, "before" + stanza);
        out = "before";
        for (const std::size_t bytes : {stanza.size() - 1, stanza.size() - 60, std::size_t{45}, std::size_t{38}}) {
            EXPECT_EQ(write(element, out, stanza_ns, {bytes, 3}), WriteError::too_large) << bytes;
            EXPECT_EQ(out, "before");
        }
    }
}

TEST(WrittenText, V02_what_is_not_utf8_is_refused_around_references_too) {
    for (const Kernels* kernels : all_kernels())
        for (const auto& [text, why] : {std::pair<std::string, ReadError>{"\xC3&amp;\xBC", ReadError::bad_utf8},
                                        {"&amp;\xBC", ReadError::bad_utf8},
                                        {"&amp;\xF4\x90\x80\x80", ReadError::bad_utf8},
                                        {"&amp;\xED\xA0\x80&amp;", ReadError::bad_utf8},
                                        {"&amp;\xEF\xBF\xBE", ReadError::not_well_formed},
                                        {"&amp;\x01", ReadError::not_well_formed},
                                        {"&amp;]]>", ReadError::not_well_formed},
                                        {"&amp;&nbsp;", ReadError::restricted_xml}})
            for (const bool recognized : {false, true}) {
                Stream stream(*kernels);
                for (int i = 0; recognized && i < often; ++i) stream.read(stanza_with("x&amp;"));
                EXPECT_FALSE(stream.feed(stanza_with(text))) << text;
                EXPECT_EQ(stream.error(), why) << text;
            }
}

// Stanzas made of what is in the way, cut and changed at random: what is written of them is read as the same, and
// written as the same.
class Dice {
  public:
    explicit Dice(unsigned seed) : random_(seed) {}

    std::size_t below(std::size_t end) { return random_() % end; }

    std::string content(int depth) {
        static const std::string_view pieces[] = {"&lt;",
                                                  "&gt;",
                                                  "&amp;",
                                                  "&apos;",
                                                  "&quot;",
                                                  "&#65;",
                                                  "&#x26;",
                                                  "&#13;",
                                                  "\r",
                                                  "\r\n",
                                                  "\n",
                                                  ">",
                                                  "]",
                                                  "]]",
                                                  "<![CDATA[<]]>",
                                                  "<![CDATA[]]>",
                                                  "x",
                                                  "'\"",
                                                  "\xC3\xBC",
                                                  " ",
                                                  "\xF4\x8F\xBF\xBF",
                                                  "<![CDATA[]&quot;]]>",
                                                  "0123456789012345678901234567890123456789"};
        std::string out;
        for (std::size_t left = below(7); left > 0; --left) {
            if (depth < 3 && below(4) == 0) {
                out += "<e>" + content(depth + 1) + "</e>";
                continue;
            }
            const std::string_view piece = pieces[below(std::size(pieces))];
            out += piece == ">" && out.ends_with(']') ? "&gt;" : piece;
        }
        return out;
    }

    ElementRef any_of(Element& root) {
        ElementRef at = root.ref();
        for (ElementView child = at; child; child = child.first_child())
            if (at = ElementRef(root.ref().mutable_block(), child.index()); below(2) == 0) break;
        return at;
    }

    void change(Element& root) {
        const ElementRef at = any_of(root);
        switch (below(6)) {
            case 0:
                ElementRef(at).text(below(2) == 0 ? "<\"" : at.text());
                break;
            case 1:
                ElementRef(at).clear_content();
                break;
            case 2:
                ElementRef(at).remove("e", stanza_ns);
                break;
            case 3:
                ElementRef(at).append(any_of(root));
                break;
            case 4: {
                const Element copied = any_of(root).copy();
                ElementRef(at).append(copied.view());
                break;
            }
            default:
                root = root.copy();
        }
    }

  private:
    std::mt19937 random_;
};

TEST(WrittenText, T_RESER_of_any_stanza_is_the_same_once_more) {
    Dice dice(12);
    for (const Kernels* kernels : all_kernels()) {
        Stream stream(*kernels);
        Stream back(*kernels);
        for (int i = 0; i < 3'000; ++i) {
            const std::string stanza = "<message><e>" + dice.content(0) + "</e>" + dice.content(1) + "</message>";
            std::string_view left = stanza;
            while (left.size() > 1 && dice.below(3) != 0) {
                const std::size_t size = 1 + dice.below(left.size() - 1);
                ASSERT_TRUE(stream.feed(left.substr(0, size))) << stanza << ": " << stream.error().message();
                left.remove_prefix(size);
            }
            Element element = stream.read(left);
            for (std::size_t changes = 0;; ++changes) {
                ASSERT_TRUE(element) << stanza;
                const std::string once = written(element);
                const Element again = back.read(once);
                ASSERT_TRUE(same(again, element)) << stanza << " as " << once << " after " << changes;
                ASSERT_EQ(written(again), once);
                if (changes == 4) break;
                dice.change(element);
            }
        }
    }
}

}  // namespace
}  // namespace rondel::xml
