// Reads one element and everything in it, token by token, into a block: the inside of Reader, which cares for how the
// input is cut.
//
// Inside the floor. Every function takes one token at `p`, all of which must lie in [p, end), and moves `p` behind it.
// If the token does not end there the answer is `cut`, and nothing has changed. Any other answer but `good` is final.
#pragma once

#include "rondel/xml/characters.hpp"
#include "rondel/xml/namespaces.hpp"
#include "rondel/xml/scan.hpp"
#include "rondel/xml/tape.hpp"

#include <string>
#include <vector>

namespace rondel::xml {

// Owns: the block that is being filled, and the bindings of the header.   Threads: one at a time.
class Tree {
  public:
    explicit Tree(const Kernels& kernels) : kernels_(&kernels) {}

    enum class Kind { header, element };
    void begin(Kind kind, Limits limits);  // its start tag is next
    void end();                            // forgets it
    bool begun() const { return block_ != nullptr; }
    bool whole() const { return open_.empty(); }  // asked after a start or end tag
    bool in_cdata() const { return in_cdata_; }
    BlockPtr take();  // once it is whole

    void source(const char* input) { tape_.source(input); }  // where the next token stands
    void flush(const char* p) { tape_.flush(p); }            // the input before `p` may go

    Verdict start_tag(const char*& p, const char* end);
    Verdict end_tag(const char*& p, const char* end);
    Verdict open_cdata(const char*& p, const char* end);
    Verdict cdata(const char*& p, const char* end);  // takes as much as there is
    Verdict text(const char*& p, const char* end);   // the same; `cut` with `p` before half a character or reference

    // The header around all that follows: a start tag whose bindings stay until the next one. Stanzas are what is in
    // `content_ns`, or in the header's default namespace if that is empty.
    struct Header {
        BlockPtr block;
        std::string name;  // as written
        std::string default_ns;
        bool closed;  // it was <stream:stream/>
    };
    Header take_header(std::string_view content_ns);
    void forget_header();

  private:
    struct Open {
        Index node;
        Span name;                 // as written, with its prefix
        std::uint32_t bindings;    // how many there were around it
        std::uint32_t default_ns;  // the binding in force inside it, or none
        bool stanza;               // in the stream's own namespace, and everything around it too
        bool mixed;                // text stands among elements
    };
    struct Prefixed {
        Index attribute;
        std::string_view prefix;  // in the input
    };
    struct Tag {  // what its attributes came to
        Index first_attribute;
        std::uint32_t bindings;    // how many there were before
        Span name;                 // as written
        std::uint32_t default_ns;  // the binding in force
        bool has_default = false;  // it is this tag's own
        bool empty = false;        // <a/>
    };

    Verdict attributes(const char*& p, const char* end, Tag& tag);
    Verdict attribute(const char*& p, const char* end, Tag& tag);
    Verdict declare(std::string_view prefix, Span uri, Tag& tag);
    Verdict value(const char*& p, const char* end, Span& value);
    Verdict value_edit(const char*& p, const char* end);
    Verdict resolve_prefixes(const char* p);
    bool has_twins(Index first) const;
    Verdict make_element(const char* p, const Name& name, const Tag& tag);
    void close();
    std::uint32_t block_ns(std::uint32_t binding, const char* p);
    bool is_content(std::string_view ns) const;

    Verdict reference(const char*& p, const char* end);
    Verdict plain(const char*& p, const char* stop, const char* end, bool high) const;
    void line_end(const char*& p, const char* end);
    void release_brackets(const char*& p, const char* end);
    void add_piece(Span piece);

    const Kernels* kernels_;
    Tape tape_;
    Limits limits_;
    BlockPtr block_;
    std::vector<Open> open_;
    std::vector<Prefixed> prefixed_;     // of the tag being read
    mutable std::vector<Index> sorted_;  // of an element with many attributes
    Namespaces names_;
    std::uint32_t elements_ = 0;
    Kind kind_ = Kind::element;
    bool header_closed_ = false;

    std::vector<std::string> outer_;       // the namespaces of the header
    std::vector<std::uint32_t> outer_ns_;  // their indices in this block, or none yet
    std::uint32_t outer_default_ = Namespaces::none;
    std::string content_ns_;

    bool in_cdata_ = false;
    bool after_cr_ = false;      // a LF that comes next belongs to the CR before it
    std::uint8_t brackets_ = 0;  // how many of `]]>` were read at the end of the last piece, up to 2
};

// "</", white space after the name or none, ">": the end of an element whose start tag said `name`.
Verdict read_end_tag(const char*& p, const char* end, std::string_view name);

}  // namespace rondel::xml
