// The judge of the echo bench must see every fault that a contestant can have, in whatever style it writes.
#include "bench/echo/checker.hpp"

#include <cstdint>
#include <functional>
#include <string>

#include <gtest/gtest.h>

namespace echo_bench {
namespace {

using Style = std::function<std::string(const Expected&)>;

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) out += c == '&' ? "&amp;" : c == '<' ? "&lt;" : std::string(1, c);
    return out;
}

std::string plain(const Expected& e) {
    if (e.kind == "iq") return "<iq from='" + e.from + "' to='" + e.to + "' type='result' id='" + e.id + "'/>";
    return "<message from='" + e.from + "' to='" + e.to + "'" + (e.type.empty() ? "" : " type='chat'") + " id='" +
           e.id + "'><body>" + escaped(e.body) + "</body></message>";
}

// Says so many units, and gives their answers, in a style, to a checker in pieces of some size.
class Bench {
  public:
    explicit Bench(const std::string& what, std::size_t units = 24, std::size_t senders = 4)
        : script({what, units, senders, "echo.localhost"}), checker(script) {}

    std::string answer(std::uint64_t unit, const Style& style = plain) const {
        return style(script.expected(unit % script.units()));
    }
    std::string answers(std::uint64_t first, std::uint64_t last, const Style& style = plain) const {
        std::string text;
        for (; first < last; ++first) text += answer(first, style);
        return text;
    }
    void hear(const std::string& text, std::size_t piece = std::string::npos) {
        for (std::size_t at = 0; at < text.size(); at += std::min(piece, text.size()))
            checker.take(std::string_view(text).substr(at, piece));
    }

    Script script;
    Checker checker;
};

struct Named {
    const char* name;
    Style style;
};

const Named styles[] = {
    {"plain", plain},
    {"double_quotes_other_order",
     [](const Expected& e) {
         if (e.kind == "iq")
             return "<iq id=\"" + e.id + "\" to=\"" + e.to + "\" xml:lang=\"en\" from=\"" + e.from +
                    "\" type=\"result\"></iq>\n";
         return "<message xmlns=\"jabber:component:accept\" id=\"" + e.id + "\" type=\"" +
                (e.type.empty() ? "normal" : "chat") + "\" to=\"" + e.to + "\" from=\"" + e.from +
                "\"><active xmlns=\"http://jabber.org/protocol/chatstates\"/><body>" + escaped(e.body) +
                "</body></message> ";
     }},
    {"numeric_entities",
     [](const Expected& e) {
         if (e.kind == "iq") return plain(e);
         std::string body;
         for (const char c : e.body)
             body += c == '&' ? "&#38;" : c == '<' ? "&#x3c;" : c == '\'' ? "&apos;" : std::string(1, c);
         return "<message from='" + e.from + "' to='" + e.to + "' type='" + std::string(e.type) + "' id='" + e.id +
                "'><body>" + body + "</body></message>";
     }},
    {"cdata",
     [](const Expected& e) {
         if (e.kind == "iq") return plain(e);
         return "<message from='" + e.from + "' to='" + e.to + "' type='" + std::string(e.type) + "' id='" + e.id +
                "'><body><![CDATA[" + e.body + "]]></body></message>";
     }},
    {"with_words_of_its_own", [](const Expected& e) {
         return "<presence from='echo.localhost' to='" + e.to + "'/><iq type='get' id='x' from='echo.localhost' " +
                "to='localhost'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>" + plain(e);
     }}};

TEST(Checker, takes_every_style_in_pieces_of_any_size_for_several_rounds) {
    for (const char* what : {"16", "chat", "text", "ping", "mixed"})
        for (const Named& named : styles)
            for (const std::size_t piece : {1, 7, 200, 100000}) {
                SCOPED_TRACE(std::string(what) + " " + named.name + " " + std::to_string(piece));
                Bench bench(what);
                for (std::uint64_t said = 0; said < 24 * 3; said += 6) {
                    bench.checker.sent(said + 6);
                    bench.hear(bench.answers(said, said + 6, named.style), piece);
                }
                EXPECT_EQ(bench.checker.verdict(), Verdict::ok) << bench.checker.why();
                EXPECT_EQ(bench.checker.answered(), 72u);
                EXPECT_FALSE(bench.checker.order_broken());
                EXPECT_TRUE(bench.checker.knows_all());
            }
}

TEST(Checker, parses_an_answer_once) {
    Bench bench("mixed");
    bench.checker.sent(12);
    bench.hear(bench.answers(0, 12), 50);
    bench.checker.sent(24);
    bench.hear(bench.answers(12, 24), 50);
    EXPECT_EQ(bench.checker.parsed(), 24u);
    for (std::uint64_t said = 24; said < 24 * 50; said += 12) {
        bench.checker.sent(said + 12);
        bench.hear(bench.answers(said, said + 12), 50);
    }
    EXPECT_EQ(bench.checker.answered(), 24u * 50);
    EXPECT_EQ(bench.checker.parsed(), 24u);
}

// Each fault in the first round, where all is parsed, and in the third, where it is compared.
class CheckerFaults : public ::testing::TestWithParam<std::uint64_t> {
  protected:
    void SetUp() override {
        for (std::uint64_t said = 0; said < first; said += 12) {
            bench.checker.sent(said + 12);
            bench.hear(bench.answers(said, said + 12));
        }
        bench.checker.sent(first + 12);
        ASSERT_EQ(bench.checker.answered(), first);
    }
    // Good ones, then this, then the rest, whole and in pieces.
    Verdict with(const std::string& text, std::uint64_t next, std::size_t piece = 13) {
        bench.hear(bench.answers(first, first + 3) + text + bench.answers(first + next, first + 12), piece);
        return bench.checker.verdict();
    }
    std::string changed(const std::string& from, const std::string& to) {
        std::string text = bench.answer(first + 3);
        const std::size_t at = text.find(from);
        EXPECT_NE(at, std::string::npos);
        return text.replace(at, from.size(), to);
    }

    const std::uint64_t first = GetParam();
    Bench bench{"16"};
};

TEST_P(CheckerFaults, one_that_is_lost) {
    EXPECT_EQ(with("", 4), Verdict::ok);  // the session waits for it in vain
    EXPECT_EQ(bench.checker.answered(), first + 11);
    EXPECT_EQ(bench.checker.floor(), first + 3);
    EXPECT_TRUE(bench.checker.order_broken());  // which tells the session to say no more
}
TEST_P(CheckerFaults, the_last_one_that_is_lost) {
    bench.hear(bench.answers(first, first + 11));
    EXPECT_EQ(bench.checker.verdict(), Verdict::ok);
    EXPECT_EQ(bench.checker.answered(), first + 11);
}
TEST_P(CheckerFaults, one_that_comes_twice) { EXPECT_EQ(with(bench.answer(first + 2), 3), Verdict::duplicated); }
TEST_P(CheckerFaults, the_last_one_that_comes_twice) {
    bench.hear(bench.answers(first, first + 12) + bench.answer(first + 11));
    EXPECT_EQ(bench.checker.verdict(), Verdict::duplicated);
}
TEST_P(CheckerFaults, two_of_one_sender_that_change_places) {
    bench.hear(bench.answers(first, first + 3) + bench.answer(first + 7) + bench.answers(first + 4, first + 7) +
               bench.answer(first + 3) + bench.answers(first + 8, first + 12));
    EXPECT_EQ(bench.checker.verdict(), Verdict::ok);
    EXPECT_EQ(bench.checker.answered(), first + 12);
    EXPECT_TRUE(bench.checker.order_broken());
}
TEST_P(CheckerFaults, none_if_those_of_two_senders_change_places) {
    EXPECT_EQ(with(bench.answer(first + 4) + bench.answer(first + 3), 5), Verdict::ok);
    EXPECT_EQ(bench.checker.answered(), first + 12);
    EXPECT_FALSE(bench.checker.order_broken());
}
TEST_P(CheckerFaults, another_text) { EXPECT_EQ(with(changed("hi.", "Hi."), 4), Verdict::corrupt); }
TEST_P(CheckerFaults, more_text) { EXPECT_EQ(with(changed("</body>", " </body>"), 4), Verdict::corrupt); }
TEST_P(CheckerFaults, less_text) { EXPECT_EQ(with(changed(".</body>", "</body>"), 4), Verdict::corrupt); }
TEST_P(CheckerFaults, a_text_of_two_bodies) {
    EXPECT_EQ(with(changed("</body>", "</body><body>x</body>"), 4), Verdict::corrupt);
}
TEST_P(CheckerFaults, another_sender) { EXPECT_EQ(with(changed("echo.", "ecco."), 4), Verdict::corrupt); }
TEST_P(CheckerFaults, another_addressee) { EXPECT_EQ(with(changed("to='u", "to='v"), 4), Verdict::corrupt); }
TEST_P(CheckerFaults, a_missing_addressee) { EXPECT_EQ(with(changed(" to='", " tx='"), 4), Verdict::corrupt); }
TEST_P(CheckerFaults, another_type) { EXPECT_EQ(with(changed("'chat'", "'error'"), 4), Verdict::corrupt); }
TEST_P(CheckerFaults, another_id) { EXPECT_EQ(with(changed(" id='i", " id='j"), 4), Verdict::corrupt); }
TEST_P(CheckerFaults, an_id_that_was_not_said) { EXPECT_EQ(with(changed(" id='i", " id='i9"), 4), Verdict::corrupt); }
TEST_P(CheckerFaults, no_xml) { EXPECT_EQ(with("nonsense", 3), Verdict::corrupt); }
TEST_P(CheckerFaults, the_end_of_the_stream) {
    EXPECT_EQ(with("</stream:stream>", 12), Verdict::ok);
    EXPECT_TRUE(bench.checker.end_of_stream());
}

INSTANTIATE_TEST_SUITE_P(Rounds, CheckerFaults, ::testing::Values(0, 48, 60));

}  // namespace
}  // namespace echo_bench
