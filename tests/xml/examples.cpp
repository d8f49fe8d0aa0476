#include "tests/xml/examples.hpp"

#include <fstream>
#include <sstream>

namespace rondel::test {

namespace {

constexpr std::string_view root =
    "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' "
    "xmlns:db='jabber:server:dialback' "
    "xmlns:xs='http://www.w3.org/2001/XMLSchema' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'>";

}  // namespace

const std::vector<Example>& examples() {
    static const std::vector<Example> all = [] {
        std::ifstream file(RONDEL_TEST_DATA "/xml_examples.txt");
        std::vector<Example> read;
        for (std::string line; std::getline(file, line);) {
            if (line.starts_with("==== "))
                read.push_back({line.substr(5), {}});
            else
                read.back().text += (read.back().text.empty() ? "" : "\n") + line;
        }
        return read;
    }();
    return all;
}

std::vector<std::string> documents_of(const Example& example) {
    const std::string opened(root);
    return {example.text, opened + example.text + "</stream:stream>",
            opened + "<words>" + example.text + "</words></stream:stream>"};
}

}  // namespace rondel::test
