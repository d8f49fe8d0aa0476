// F03: every document of the corpus cut in two at every place, and the small ones in three at every pair of places:
// how many stanzas came later than with their last byte, or not as they come uncut.  splits [LARGEST [CORPUS]]
//
// LARGEST is the size in bytes of a document that is cut in three, 200 if it is not said.
#include "rondel/xml/reader.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/figure.hpp"
#include "tests/xml/examples.hpp"

namespace {

using rondel::xml::Limits;
using rondel::xml::Reader;

constexpr Limits limits{.stanza_bytes = 1 << 24, .depth = 1 << 16, .attributes = 1 << 16, .elements = 1 << 20};

// Where its stanzas end, and whether it is refused at last. Byte by byte: nothing can be withheld there, for what is
// asked is only what the last byte gave.
struct Course {
    std::vector<std::size_t> ends;
    bool failed = false;
};

Course course(std::string_view document) {
    Course found;
    Reader reader(limits);
    for (std::size_t i = 0; i < document.size() && !found.failed; ++i) {
        std::string_view byte = document.substr(i, 1);
        const Reader::Step step = reader.next(byte);
        if (step == Reader::Step::element) {
            reader.element();
            found.ends.push_back(i + 1);
        }
        found.failed = step == Reader::Step::failed;
    }
    return found;
}

// How many stanzas of the document had not come when all bytes up to the end of a piece that holds their last were
// read.
std::size_t withheld(std::string_view document, const Course& expected, std::size_t first, std::size_t second) {
    Reader reader(limits);
    std::size_t come = 0;
    std::size_t late = 0;
    std::size_t from = 0;
    for (const std::size_t to : {first, second, document.size()}) {
        std::string_view piece = document.substr(from, to - from);
        from = to;
        for (bool more = true; more;) switch (reader.next(piece)) {
                case Reader::Step::element:
                    reader.element();
                    ++come;
                    break;
                case Reader::Step::opened:
                    break;
                case Reader::Step::failed:
                    return late + (expected.failed ? 0 : 1);
                default:
                    more = false;
            }
        const auto due = static_cast<std::size_t>(std::upper_bound(expected.ends.begin(), expected.ends.end(), to) -
                                                  expected.ends.begin());
        late += due == come ? 0 : 1;
    }
    return late;
}

}  // namespace

int main(int argc, char** argv) {
    const std::size_t largest = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 200;
    std::size_t documents = 0, in_two = 0, in_three = 0, stanzas = 0, late = 0;
    for (const rondel::test::Example& example : rondel::test::examples()) {
        const std::string document = rondel::test::documents_of(example)[1];  // set into a stream
        const Course expected = course(document);
        // The header is the same in all, and is cut in two only; a pair of places lies behind it.
        const std::size_t header = document.find('>') + 1;
        const bool thrice = document.size() - header <= largest;
        ++documents;
        stanzas += expected.ends.size();
        for (std::size_t a = 1; a < document.size(); ++a) {
            late += withheld(document, expected, a, a);
            ++in_two;
            if (a < header || !thrice) continue;
            for (std::size_t b = a + 1; b < document.size(); ++b, ++in_three)
                late += withheld(document, expected, a, b);
        }
    }
    std::printf("%zu documents with %zu stanzas, cut in two in %zu ways and in three in %zu.\n", documents, stanzas,
                in_two, in_three);
    rondel::test::figure("stanzas-withheld", static_cast<double>(late),
                         "of " + std::to_string(in_two) + " 2-way and " + std::to_string(in_three) + " 3-way splits");
    return late == 0 ? 0 : 1;
}
