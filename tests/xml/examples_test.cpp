// V01, T-DIFF, and F03, T-SPLIT: every example of the RFCs and XEPs, as expat sees it, however it is cut.
#include "tests/xml/examples.hpp"

#include "rondel/xml/scan.hpp"
#include "rondel/xml/writer.hpp"

#include "tests/support/expat_events.hpp"
#include "tests/support/figure.hpp"
#include <gtest/gtest.h>

namespace rondel::test {
namespace {

constexpr std::size_t small = 300;  // bytes of a document that is cut at every place

Cutter at(std::size_t place) {
    return [place, first = true]() mutable { return std::exchange(first, false) ? place : std::size_t{0}; };
}

Cutter odd() {
    return [size = std::size_t{0}]() mutable { return size = size % 29 + 3; };
}

TEST(Examples, are_there) { EXPECT_GT(examples().size(), 1800U); }

TEST(Examples, V01_T_DIFF_expat_sees_the_same) {
    std::size_t stanzas = 0;
    std::size_t refused = 0;
    std::size_t documents = 0;
    std::size_t differences = 0;
    for (const Example& example : examples())
        for (const std::string& document : documents_of(example)) {
            ++documents;
            const XmlEvents ours = rondel_events(document);
            const std::string here = difference(document, ours, expat_events(document));
            const std::string as_document = document_difference(document);
            EXPECT_EQ(here, "") << example.name;
            EXPECT_EQ(as_document, "") << example.name;
            differences += here.empty() && as_document.empty() ? 0 : 1;
            stanzas += ours.elements.size();
            refused += ours.failed ? 1 : 0;
        }
    EXPECT_GT(stanzas, 3500U);  // the corpus is no heap of errors
    EXPECT_GT(refused, 100U);   // but has some
    figure("expat-differences", static_cast<double>(differences), "of " + std::to_string(documents) + " documents");
}

TEST(Examples, F03_T_SPLIT_cuts_do_not_show) {
    for (const Example& example : examples())
        for (const std::string& document : documents_of(example)) {
            const XmlEvents uncut = rondel_events(document);
            ASSERT_EQ(difference_of_cuts(uncut, rondel_events(document, every(1))), "") << example.name;
            ASSERT_EQ(difference_of_cuts(uncut, rondel_events(document, odd(), no_limits(), xml::portable_kernels)), "")
                << example.name;
        }
}

TEST(Examples, R074_T_SPLIT_every_cut_in_two) {
    std::size_t cut = 0;
    for (const Example& example : examples()) {
        const std::string document = documents_of(example)[1];
        if (document.size() > small) continue;
        const XmlEvents uncut = rondel_events(document);
        for (std::size_t place = 1; place < document.size(); ++place, ++cut)
            ASSERT_EQ(difference_of_cuts(uncut, rondel_events(document, at(place))), "")
                << example.name << " at " << place;
    }
    EXPECT_GT(cut, 5000U);
}

// Not one byte more is needed than the stanza has (expat with its default setting waits for more).
TEST(Examples, F03_every_stanza_comes_at_its_last_byte) {
    for (const Example& example : examples()) {
        const std::string document = documents_of(example)[1];
        const XmlEvents uncut = rondel_events(document);
        xml::Reader reader(no_limits());
        std::size_t found = 0;
        std::size_t ended = 0;
        for (std::size_t i = 0; i < document.size(); ++i) {
            std::string_view byte(&document[i], 1);
            const auto step = reader.next(byte);
            if (step == xml::Reader::Step::failed) break;
            if (step != xml::Reader::Step::element) continue;
            ASSERT_EQ(document[i], '>') << example.name;
            ASSERT_EQ(told(reader.element()), uncut.elements[found++]) << example.name;
            ended = i;
        }
        ASSERT_EQ(found, uncut.elements.size()) << example.name << " after " << ended;
    }
}

TEST(Examples, V01_T_RESER_writing_and_reading_again_changes_nothing) {
    for (const Example& example : examples()) {
        xml::Reader reader(no_limits());
        const std::string document = documents_of(example)[1];
        std::string_view bytes = document;
        for (auto step = reader.next(bytes); step == xml::Reader::Step::opened || step == xml::Reader::Step::element;
             step = reader.next(bytes)) {
            if (step == xml::Reader::Step::opened) continue;
            const xml::Element element = reader.element();
            const std::string written = xml::to_string(element);
            const auto again = xml::parse_document(written, no_limits());
            ASSERT_TRUE(again) << written;
            ASSERT_TRUE(xml::same(*again, element)) << written;
            ASSERT_EQ(xml::to_string(*again), written);
            ASSERT_TRUE(xml::same(element.view().copy(), element));
            ASSERT_EQ(difference(written, rondel_events(written), expat_events(written)), "");
        }
    }
}

}  // namespace
}  // namespace rondel::test
