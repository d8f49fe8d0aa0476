// Reads the restricted XML of RFC 6120 §11, whatever way its bytes are cut, and hands out each stanza at its last byte.
//
// Restricted: no DTD, no comments, no processing instructions, no entities but the five predefined ones. Everything
// else is checked as expat would: names, UTF-8, characters, attributes, prefixes, nesting. The cost is linear in the
// bytes, however they are cut.
//
//   Reader reader(limits);
//   for (;;) switch (reader.next(bytes)) {
//       case Reader::Step::more: return;                                  // `bytes` is used up
//       case Reader::Step::opened: greet(reader.header()); break;         // <stream:stream …>
//       case Reader::Step::element: take(reader.element()); break;        // a first-level child, whole
//       case Reader::Step::closed: …                                      // </stream:stream>; nothing is read after it
//       case Reader::Step::failed: close(reader.error()); return;         // nor after this
//   }
#pragma once

#include "rondel/base/result.hpp"
#include "rondel/xml/element.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>

namespace rondel::xml {

enum class ReadError {
    not_well_formed = 1,   // or not namespace-well-formed (RFC 6120 §11.3)
    bad_utf8,              // a case of not-well-formed on the wire
    restricted_xml,        // comment, PI, DTD, other entity (§11.1)
    unsupported_encoding,  // the XML declaration names another than UTF-8 (§11.6)
    unsupported_version,   // the XML declaration says other than 1.x
    text_between_stanzas,  // anything but white space at the first level: bad-format (§4.9.3.1)
    stanza_too_large,      // the limits below: policy-violation (§13.12)
    too_deep,
    too_many_attributes,
    too_many_elements,
    ends_early,  // parse_document only: the text ends inside the document
};
std::error_code make_error_code(ReadError);

// What one stanza, or the stream header, may cost. White space between stanzas costs nothing.
struct Limits {
    std::uint32_t stanza_bytes = 256 * 1024;  // on the wire, tags included; 1 GiB at most
    std::uint32_t depth = 64;                 // elements open at once, the stream's own not counted
    std::uint32_t attributes = 64;            // of one element, namespace declarations included
    std::uint32_t elements = 8192;            // in one stanza

    static Limits before_authentication();  // 8 KiB, 8, 16, 32
};

struct Kernels;

// Owns: the stanza that is being read.   Threads: one at a time.
class Reader {
  public:
    enum class Step { more, opened, element, closed, failed };

    // `content_ns` is the stream's own namespace for stanzas, e.g. jabber:component:accept. First-level elements in it,
    // and their children in it, are handed out in xml::stanza_ns; what stands inside foreign elements keeps its own.
    // Empty: taken from the header that is read.
    explicit Reader(Limits limits, std::string_view content_ns = {});
    Reader(Limits limits, std::string_view content_ns,
           const Kernels& kernels);  // the vector code to use (scan.hpp), for tests
    ~Reader();
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    // Takes bytes from the front of `bytes` up to the end of the next thing to report.
    Step next(std::string_view& bytes);

    // From `opened` on, until restart(): the header as an element without children, empty before; its prefix, and its
    // default namespace (RFC 6120 §4.8.2). Which other namespaces it declares is not told.
    ElementView header() const;
    std::string_view header_prefix() const;  // "stream" usually
    std::string_view content_ns() const;
    Element element();              // after `element`, once
    std::error_code error() const;  // after `failed`

    void limits(Limits limits);  // from the next stanza on
    void restart();  // a new stream on the same connection (RFC 6120 §4.3.3): forgets everything but limits

    // How many stanzas were compared with one before them instead of being read, since restart(). It costs less; else it
    // makes no difference.
    std::uint64_t recognized() const;

    std::size_t pending_bytes() const;  // of the stanza begun and not yet whole, on the wire; never more than the limit

  private:
    friend Result<Element> parse_document(std::string_view text, Limits limits);
    struct State;
    std::unique_ptr<State> state_;
};

// One whole document, as tests, configuration and WebSocket frames have it (RFC 7395 §3.3.3), with white space around
// it or none. Namespaces stay as written.
Result<Element> parse_document(std::string_view text, Limits limits = {});

}  // namespace rondel::xml

template <>
struct std::is_error_code_enum<rondel::xml::ReadError> : std::true_type {};
