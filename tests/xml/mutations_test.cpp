// V01, T-DIFF: the examples with faults put in at random, always the same ones: expat must find the same in them.
#include "rondel/xml/scan.hpp"

#include <random>

#include "tests/support/expat_events.hpp"
#include "tests/xml/examples.hpp"
#include <gtest/gtest.h>

namespace rondel::test {
namespace {

constexpr int mutations = 20000;

constexpr std::string_view pieces[] = {"<",
                                       ">",
                                       "/>",
                                       "</",
                                       "&",
                                       ";",
                                       "'",
                                       "\"",
                                       "=",
                                       ":",
                                       "]]>",
                                       "]]",
                                       "<![CDATA[",
                                       "<a>",
                                       "</a>",
                                       "<p:a/>",
                                       " xmlns=''",
                                       " a='1'",
                                       " a:b='c' xmlns:a='d'",
                                       "&lt;",
                                       "&#10;",
                                       "&#0;",
                                       "&#xD800;",
                                       "&#x1F600;",
                                       "&e;",
                                       "<!--x-->",
                                       "<?x y?>",
                                       "<!DOCTYPE a>",
                                       "\r\n",
                                       "\r",
                                       "\t",
                                       "\x01",
                                       "\x7F",
                                       "\xC3\xA9",
                                       "\xC3",
                                       "\xEF\xBF\xBF",
                                       "\xED\xA0\x80",
                                       "\xF0\x9F\x98\x80",
                                       "\xF4\x90\x80\x80",
                                       "\xC0\xBC",
                                       "\xE0\x80\xAF",
                                       "\xEF\xBB\xBF",
                                       "xmlns:xml='x'",
                                       " xml:lang='en'",
                                       "\xFE"};

class Mutations {
  public:
    std::string next() {
        const Example& example = examples()[below(examples().size())];
        std::string document = documents_of(example)[1 + below(2)];
        for (std::size_t left = 1 + below(3); left > 0; --left) mutate(document);
        return document;
    }

  private:
    std::size_t below(std::size_t end) { return random_() % end; }

    void mutate(std::string& document) {
        const std::size_t place = below(document.size());
        switch (below(5)) {
            case 0:
                document[place] = static_cast<char>(below(256));
                break;
            case 1:
                document.erase(place, 1 + below(4));
                break;
            case 2:
                document.insert(place, document.substr(below(document.size()), 1 + below(40)));
                break;
            default:
                document.insert(place, pieces[below(std::size(pieces))]);
                break;
        }
        if (document.empty()) document = "<";
    }

    std::mt19937 random_{20120};
};

TEST(Mutations, V01_T_DIFF_expat_sees_the_same) {
    Mutations all;
    std::size_t refused = 0;
    for (int i = 0; i < mutations; ++i) {
        const std::string document = all.next();
        const XmlEvents ours = rondel_events(document);
        ASSERT_EQ(difference(document, ours, expat_events(document)), "") << document;
        ASSERT_EQ(difference_of_cuts(ours, rondel_events(document, every(7), no_limits(), xml::portable_kernels)), "")
            << document;
        refused += ours.failed ? 1 : 0;
    }
    EXPECT_GT(refused, mutations / 3U);
    EXPECT_LT(refused, mutations);
}

}  // namespace
}  // namespace rondel::test
