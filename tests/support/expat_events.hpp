// One document as two parsers see it, expat and rondel's own, told in the same words: what was accepted, and each
// first-level element.
#pragma once

#include "rondel/xml/reader.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace rondel::test {

struct XmlEvents {
    bool opened = false;                // the root's start tag was read
    std::string header;                 // the root itself, without what is inside
    std::vector<std::string> elements;  // its children that are whole, each with all that is inside
    bool closed = false;                // the root's end tag was read
    bool failed = false;
    std::string why;         // of a failure
    xml::ReadError error{};  // of a failure of ours

    // What expat met that XMPP forbids, or that is no business of a parser.
    bool met_restricted = false;        // comment, processing instruction, document type
    bool met_text_between = false;      // at the first level, other than white space
    bool met_foreign_encoding = false;  // declared, or shown by a byte order mark
    bool met_foreign_version = false;
};

// How to cut: the sizes of the pieces to come, asked for one after the other; 0 stands for "all the rest".
using Cutter = std::function<std::size_t()>;
Cutter whole();
Cutter every(std::size_t size);

xml::Limits no_limits();

enum class ExpatMode { stream, document };  // of a document the root is the one element, and it must end well
XmlEvents expat_events(std::string_view document, ExpatMode mode = ExpatMode::stream);
XmlEvents rondel_events(std::string_view document, const Cutter& cut = whole(), xml::Limits limits = no_limits());
XmlEvents rondel_events(std::string_view document, const Cutter& cut, xml::Limits limits, const xml::Kernels& kernels);

// An element in the same words. Every length is told, so that no value can look like another one's end.
std::string told(xml::ElementView element);

// A byte order mark, or what expat takes for UTF-16 without one.
bool shows_other_encoding(std::string_view document);

// Empty when they agree; else the first difference. By design rondel refuses more: docs/xml.md has the list.
std::string difference(std::string_view document, const XmlEvents& ours, const XmlEvents& expats);

// The same for one document cut in two ways: nothing may differ but how much of an unfinished token was looked at.
std::string difference_of_cuts(const XmlEvents& one, const XmlEvents& other);

// The same for parse_document(), where the root is what is read.
std::string document_difference(std::string_view document);

}  // namespace rondel::test
