// The examples of the RFCs and XEPs, tests/data/xml_examples.txt.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rondel::test {

struct Example {
    std::string name;  // "xep-0060 12"
    std::string text;
};

const std::vector<Example>& examples();

// An example may be a whole document, the beginning of a stream, stanzas, or words around some. To be read it is set
// into these.
std::vector<std::string> documents_of(const Example& example);

}  // namespace rondel::test
