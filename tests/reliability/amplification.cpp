// V08, T-AMPL: what a document takes on the heap while it is read, for each of its bytes: every example of the corpus
// and every input of the XML fuzzers, whole and in pieces, and repeated until it has 64 KiB, because what a reader
// takes before it has read anything is no amplification.  amplification [FOLDER…]
#include "rondel/xml/reader.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include "tests/support/figure.hpp"
#include "tests/xml/examples.hpp"
#include "tests/xml/heap.hpp"

namespace {

using rondel::test::Heap;
using rondel::xml::Reader;

constexpr std::string_view header =
    "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='x'>";
constexpr std::size_t least = 64 * 1024;

// Within one element, so that all of it is kept at once; the limits are those by default.
double ratio(const std::string& unit, std::size_t piece) {
    if (unit.empty()) return 0;
    std::string text = "<message>";
    while (text.size() < least) text += unit;
    const std::size_t before = Heap::now().bytes;
    Heap::forget_most();
    std::size_t read = 0;
    {
        Reader reader({});
        std::string_view opening = header;
        reader.next(opening);
        for (bool over = false; read < text.size() && !over; read += piece) {
            std::string_view bytes = std::string_view(text).substr(read, piece);
            for (auto step = reader.next(bytes); step != Reader::Step::more; step = reader.next(bytes)) {
                if (step == Reader::Step::element) reader.element();
                over = step == Reader::Step::failed || step == Reader::Step::closed;
                if (over) break;
            }
        }
    }
    return static_cast<double>(Heap::now().most - before) /
           static_cast<double>(std::max(std::min(read, text.size()), least));
}

struct Worst {
    double ratio = 0;
    std::string name;
    std::size_t files = 0;

    void look(const std::string& unit, const std::string& what) {
        ++files;
        for (const std::size_t piece : {std::size_t{1} << 20, std::size_t{4096}, std::size_t{64}}) {
            const double here = ::ratio(unit, piece);
            if (here > ratio) ratio = here, name = what;
        }
    }
};

}  // namespace

int main(int argc, char** argv) {
    Worst worst;
    for (const rondel::test::Example& example : rondel::test::examples()) worst.look(example.text, example.name);
    for (int i = 1; i < argc; ++i)
        for (const auto& entry : std::filesystem::recursive_directory_iterator(argv[i])) {
            if (!entry.is_regular_file()) continue;
            std::ostringstream text;
            text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
            worst.look(text.str(), entry.path().filename().string());
        }
    for (const char* bomb : {"<a/>", "<a b=''/>", "<a xmlns='n'/>", "<a><b/></a>", "&lt;", "<![CDATA[]]>", "x<a/>"})
        worst.look(bomb, bomb);
    std::printf("%zu documents; the worst is %s.\n", worst.files, worst.name.c_str());
    rondel::test::figure("memory-amplification", worst.ratio, "of " + std::to_string(worst.files) + " documents");
    return worst.ratio <= 20 ? 0 : 1;
}
