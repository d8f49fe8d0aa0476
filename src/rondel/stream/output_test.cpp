#include "rondel/stream/output.hpp"

#include <deque>
#include <random>
#include <stdexcept>

#include <gtest/gtest.h>

namespace rondel::stream {
namespace {

constexpr std::string_view ns = "jabber:component:accept";

xml::Element message(std::string_view text) {
    xml::Element message("message", xml::stanza_ns);
    message.append("body").text(text);
    return message;
}

std::string bytes_of(std::string_view text) { return "<message><body>" + std::string(text) + "</body></message>"; }

void add(Output& output, std::string_view text) { ASSERT_FALSE(output.add_stanza(message(text), ns, {}, true)); }

TEST(Output, is_what_was_added_and_not_yet_written) {
    Output output;
    EXPECT_EQ(output.bytes(), "");
    output.add("<header>");
    add(output, "a");
    EXPECT_EQ(output.bytes(), "<header>" + bytes_of("a"));
    output.wrote(3);
    EXPECT_EQ(output.bytes(), "ader>" + bytes_of("a"));
    output.wrote(output.bytes().size());
    EXPECT_EQ(output.bytes(), "");
    EXPECT_EQ(output.bytes_added(), 8 + bytes_of("a").size());
    EXPECT_THROW(output.wrote(1), std::logic_error);
}

TEST(Output, counts_a_stanza_as_written_at_its_last_byte) {
    Output output;
    add(output, "a");
    output.add(" ");
    add(output, "b");
    EXPECT_EQ(output.stanzas_added(), 2u);
    output.wrote(bytes_of("a").size() - 1);
    EXPECT_EQ(output.stanzas_written(), 0u);
    output.wrote(1);
    EXPECT_EQ(output.stanzas_written(), 1u);
    output.wrote(1);
    EXPECT_EQ(output.stanzas_written(), 1u);
    output.wrote(bytes_of("b").size());
    EXPECT_EQ(output.stanzas_written(), 2u);
}

TEST(Output, a_refused_stanza_leaves_nothing_behind) {
    Output output;
    add(output, "a");
    EXPECT_EQ(output.add_stanza(message("\x01"), ns, {}, true), xml::WriteError::bad_character);
    EXPECT_EQ(output.add_stanza(message("long"), ns, {.bytes = 5, .depth = 9}, true), xml::WriteError::too_large);
    EXPECT_EQ(output.bytes(), bytes_of("a"));
    EXPECT_EQ(output.stanzas_added(), 1u);
    add(output, "b");
    output.wrote(output.bytes().size());
    EXPECT_EQ(output.stanzas_written(), 2u);
}

TEST(Output, gives_back_whole_stanzas_from_the_first_that_is_not_wholly_written) {
    Output output;
    output.add("<header>");
    add(output, "written");
    add(output, "in part");
    ASSERT_FALSE(output.add_stanza(message("a ping of our own"), ns, {}, false));
    add(output, "not at all");
    output.add("</stream:stream>");
    output.wrote(8 + bytes_of("written").size() + 5);

    const Unsent unsent = output.take_unsent();
    EXPECT_EQ(unsent.bytes, bytes_of("in part") + bytes_of("not at all"));
    EXPECT_EQ(unsent.sizes, (std::vector{bytes_of("in part").size(), bytes_of("not at all").size()}));
    EXPECT_EQ(unsent.stanzas(), 2u);
    EXPECT_EQ(output.stanzas_written(), 1u);
    EXPECT_EQ(output.bytes(), "");
    EXPECT_EQ(output.take_unsent().stanzas(), 0u);
}

TEST(Output, takes_over_what_another_could_not_send) {
    Output first;
    add(first, "a");
    add(first, "b");
    Output second;
    second.add("<handshake/>");
    second.add(first.take_unsent());
    add(second, "c");
    EXPECT_EQ(second.bytes(), "<handshake/>" + bytes_of("a") + bytes_of("b") + bytes_of("c"));
    EXPECT_EQ(second.stanzas_added(), 3u);
    second.wrote(12 + bytes_of("a").size());
    EXPECT_EQ(second.stanzas_written(), 1u);
    EXPECT_EQ(second.take_unsent().stanzas(), 2u);
}

// A slow transport must not make each write cost what is still to be written: 20 000 stanzas of 1 KiB, taken in small
// pieces while more is added, would move 200 GB if it did, and would not end.
TEST(Output, V15_is_linear_when_the_transport_is_slow) {
    Output output;
    const xml::Element stanza = message(std::string(1000, 'x'));
    for (int i = 0; i < 20'000; ++i) EXPECT_FALSE(output.add_stanza(stanza, ns, {}, true));
    std::size_t taken = 0;
    while (!output.bytes().empty()) {
        output.wrote(std::min<std::size_t>(100, output.bytes().size()));
        if (++taken % 32 == 0 && taken < 100'000) {
            EXPECT_FALSE(output.add_stanza(stanza, ns, {}, true));
        }
    }
    EXPECT_EQ(output.stanzas_written(), output.stanzas_added());
}

// Against a simple model, whatever the order: bytes, counts, and what is given back.
TEST(Output, F19_agrees_with_a_model_under_random_writes) {
    struct Piece {
        std::string bytes;
        bool stanza;
    };
    for (unsigned seed = 0; seed < 40; ++seed) {
        std::mt19937 random(seed);
        Output output;
        std::deque<Piece> pieces;
        std::size_t written_of_first = 0;
        std::uint64_t written = 0;
        for (int step = 0; step < 400; ++step) {
            const unsigned what = random() % 8;
            if (what < 3) {
                const std::string text(1 + random() % (seed % 2 == 0 ? 20'000 : 60), 'x');
                add(output, text);
                pieces.push_back({bytes_of(text), true});
            } else if (what == 3) {
                output.add(" ");
                pieces.push_back({" ", false});
            } else {
                std::size_t count = output.bytes().empty() ? 0 : random() % (output.bytes().size() + 1);
                output.wrote(count);
                while (!pieces.empty() && count > 0) {
                    const std::size_t rest = pieces.front().bytes.size() - written_of_first;
                    if (count < rest) {
                        written_of_first += count;
                        break;
                    }
                    count -= rest;
                    written += pieces.front().stanza;
                    pieces.pop_front();
                    written_of_first = 0;
                }
            }
            ASSERT_EQ(output.stanzas_written(), written) << "seed " << seed << " step " << step;
        }
        std::string unsent;
        std::size_t stanzas = 0;
        for (const Piece& piece : pieces) {
            if (!piece.stanza) continue;
            unsent += piece.bytes;
            ++stanzas;
        }
        const Unsent taken = output.take_unsent();
        EXPECT_EQ(taken.bytes, unsent) << "seed " << seed;
        EXPECT_EQ(taken.stanzas(), stanzas);
    }
}

}  // namespace
}  // namespace rondel::stream
