// Reads one element and everything in it, token by token, into a block: the inside of Reader, which cares for how the
// input is cut.
//
// Inside the floor. Every function takes tokens at `p`, which must lie in [p, end), and moves `p` behind them. If a
// token does not end there the answer is `cut`, and `p` stands before it. Any other answer but `good` is final.
#pragma once

#include "rondel/base/jid_look.hpp"
#include "rondel/xml/characters.hpp"
#include "rondel/xml/growing.hpp"
#include "rondel/xml/namespaces.hpp"
#include "rondel/xml/pending.hpp"
#include "rondel/xml/scan.hpp"
#include "rondel/xml/shapes.hpp"
#include "rondel/xml/tape.hpp"
#include "rondel/xml/wide_look.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rondel::xml {

// Owns: the block that is being filled, and the bindings of the header.   Threads: one at a time.
class Tree {
  public:
    explicit Tree(const Kernels& kernels) : kernels_(&kernels) {}

    enum class Kind { header, element };
    void begin(Kind kind, Limits limits, const char* input);  // its start tag is next
    void end();                                               // forgets it
    bool begun() const { return block_ != nullptr; }
    bool whole() const { return open_.empty(); }   // asked after a start tag or content
    BlockPtr take() { return std::move(block_); }  // once it is whole

    // Once begun: where the next token stands, and before which place the input may go.
    void source(const char* input) { tape_.source(input); }
    void flush(const char* p) { tape_.flush(p); }

    // Instead of begin() and all that follows: a whole stanza, if it is like one before. False, and nothing has
    // happened, if it is like none, or not all there.
    bool recognize(const char*& p, const char* end, const Limits& limits) {
        if (shapes_ == nullptr || shapes_->empty()) return false;
#if defined(__x86_64__)
        if (kernels_->avx2) return recognize_by_avx2(p, end, limits);
#endif
        return recognize_portably(p, end, limits);
    }
    // Before flush(), as mostly they are at hand as they came: to look at what was just copied takes longer than to
    // look at it (docs/decisions/0016-loaded-as-stored.md).
    void look_at_addresses() {
        for (const Common which : {Common::to, Common::from}) {
            Attribute& address = block_->attributes[block_->common[static_cast<std::size_t>(which)]];
            if (address.sound_value == 0 && address.value.size != 0)
                address.sound_value = address_look_(tape_.view(address.value));
        }
    }
    void was_recognized(std::string_view stanza, const Block& block) {  // from its first byte
        if (shapes_->uses() % Shapes::looked_at == 0) look(stanza, block);
    }
    void remember(std::string_view stanza, const Block& block);  // what was read otherwise, from its first byte
    std::uint64_t recognized() const { return shapes_ == nullptr ? 0 : shapes_->uses(); }

    Verdict start_tag(const char*& p, const char* end);
    Verdict content(const char*& p, const char* end);  // behind the start tag: as much as there is, up to the end tag
    // A text that goes on in the next piece of input. expect_more(), at the end of a piece, makes ready for it, if it
    // is a text that can go on so: at most `most` bytes of input may come, and what is `pending` is taken along. From
    // then on the tree must be asked for nothing else before pause(), which gives `pending` back.
    bool expect_more(Pending& pending, std::size_t most);
    std::size_t taken() const { return growing_.taken(); }  // bytes of input, since then
    void pause(Pending& pending);
    // All of a piece, if it is nothing but more of that text. False, and nothing has happened, if it is anything else.
    bool more_text(std::string_view piece);
    // The same for the most usual of them, by the quickest look there is: plain ASCII, of 32 to 64 bytes, when nothing
    // was cut.
#if defined(__x86_64__)
    [[gnu::always_inline]] RONDEL_AVX2 bool more_plain_text(std::string_view piece) {
        const std::size_t last = piece.size() - wide_glance;  // where the last 32 bytes begin: they may overlap others
        if (last > wide_glance || piece.size() > growing_.room()) return false;
        char* const to = growing_.to;
        if (!Avx2Look::copy_plain(piece.data(), piece.data() + last, to, to + last)) return false;
        growing_.to = to + piece.size();
        return true;
    }
#endif
    bool by_avx2() const { return kernels_->avx2; }

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
        Span name;               // as written, with its prefix
        std::uint32_t bindings;  // how many there were around it
        BoundNs default_ns;      // in force inside it
        bool stanza;             // in the stream's own namespace, and everything around it too
        bool mixed;              // text stands among elements
    };
    struct Prefixed {
        Index attribute;
        std::string_view prefix;  // in the input
    };
    struct Tag {  // what its attributes came to
        Index first_attribute;
        std::size_t namespaces;    // how many there were before
        std::uint32_t bindings;    // the same
        BoundNs default_ns;        // in force
        std::uint64_t names = 0;   // a bit for each attribute's name, by a poor hash
        std::uint64_t twins = 0;   // those that two had
        bool has_default = false;  // the default namespace is this tag's own
        bool empty = false;        // <a/>
    };
    // How far a stanza has been compared with a shape.
    struct Walk {
        Walk(const Shape& with, const char* from, const char* until) : first(from), end(until) { begin(with); }
        void begin(const Shape& with) {
            shape = &with;
            step = 0;
            p = first;
        }
        const char* const first;
        const char* const end;  // of the input
        const Shape* shape;
        std::size_t step;  // the literal that comes next,
        const char* p;     // and where it must stand
        // What is noted of its literals (Shape), each as a word that is to be added to a span. Not made in advance.
        std::array<std::uint64_t, Shape::number_of_literal(Shapes::most_values + 1)> noted;
    };
    enum class Came { on, to_the_end, nowhere };
    struct Text {
        Span span;
        std::uint32_t written = 0;  // see Node
    };
    // Where a function has come to, and how.
    struct [[nodiscard]] At {
        const char* p;
        Verdict verdict;
    };

    // start_tag.cpp
    At attributes(const char* p, const char* end, Tag& tag);
    At attribute(const char* p, const char* end, Tag& tag);
    const char* usual_attribute(const char* p, const char* end, Tag& tag);
    const char* plain_attribute(const char* p, const char* end, Tag& tag);
    At value(const char* p, const char* end, Span& value);
    At value_edit(const char* p, const char* end);
    void note_common(Common common);
    void add_attribute(std::uint64_t bit, Span local, Span value, std::uint32_t ns, bool plain, Tag& tag);
    Verdict declare_default(Span uri, Tag& tag);
    Verdict declare(std::string_view prefix, Span uri, const Tag& tag);
    BoundNs bound(std::string_view ns, Span uri);
    bool is_content(std::string_view ns) const;  // `ns` is not empty
    Verdict resolve_prefixes(const char* p);
    bool has_twins(Index first);

    // recognize.cpp
    void look(std::string_view stanza, const Block& block);
    [[gnu::hot]] bool recognize_by_avx2(const char*& p, const char* end, const Limits& limits);
    bool recognize_portably(const char*& p, const char* end, const Limits& limits);
    template <class Look>
    bool recognize_by(const char*& p, const char* end, const Limits& limits);
    template <class Look>
    Came go(Walk& walk);
    template <class Look>
    Came go_over_plain_ones(Walk& walk) const;
#if defined(__x86_64__)
    Came go_over_one(Avx2Look, Walk& walk);
#endif
    Came go_over_one(PortableLook, Walk& walk);
    template <class Look>
    Came go_over_one_by(Walk& walk);
    bool odd_text(const char*& p, const char* end, Text& value);
    bool try_wider(Walk& walk);
    bool not_recognized();
    void build(const Walk& walk);

    // tree.cpp
    Verdict make_element(const char* p, const Name& name, Span written, const Tag& tag);
    std::uint32_t block_ns(BoundNs ns, const char* p);
    Verdict end_tag(const char*& p, const char* end);

    // more_text.cpp
    bool more_edited_text(std::string_view piece);

    // content.cpp
    Verdict markup(const char*& p, const char* end);
    Verdict text(const char*& p, const char* end);
    Verdict open_cdata(const char*& p, const char* end);
    Verdict cdata(const char*& p, const char* end);
    Verdict edited_text(const char*& p, const char* end, Text& piece);
    std::uint32_t keep_written(std::string_view written, Span text);
    Verdict check_characters(const char* begin, char*& to, const char*& p, const char* end, Verdict v) const;
    Verdict plain(const char*& p, const char* stop, const char* end, bool high) const;
    void line_end(const char*& p, const char* end);
    void release_brackets(const char*& p, const char* end);
    void add_piece(Text piece);

    const Kernels* kernels_;
    const jid_parts::Look address_look_ = jid_parts::fastest_look();
    Tape tape_;
    Limits limits_;
    BlockPtr block_;
    Array<Open> open_;
    Array<Prefixed> prefixed_;   // of the tag being read
    std::vector<Index> sorted_;  // of an element with many attributes
    Namespaces names_;
    std::uint32_t elements_ = 0;
    Kind kind_ = Kind::element;
    bool header_closed_ = false;

    struct Outer {
        std::string ns;
        std::uint32_t index;  // in this block, or none yet
    };
    std::vector<Outer> outer_;          // the namespaces of the header
    std::uint32_t outer_bindings_ = 0;  // how many prefixes it bound
    BoundNs outer_default_;
    std::string content_ns_;

    // What the end of the input left over.
    struct Carried {
        bool in_cdata = false;
        bool after_cr = false;      // a LF that comes next belongs to the CR before it
        std::uint8_t brackets = 0;  // how many of `]]>` were read at the end of the last piece, up to 2
    };
    Carried carried_;
    Growing growing_;
    std::uint8_t pass_ = 0;    // so many pieces shall pass before more of a text is expected again
    std::uint8_t passed_ = 0;  // so many did

    std::unique_ptr<Shapes> shapes_;  // null until there is something to learn
    std::uint32_t unknown_ = 0;       // stanzas that were of no known shape
};

// "</", the name, white space or none, ">": the end of an element whose start tag said `name`.
Verdict read_end_tag(const char*& p, const char* end, std::string_view name);

// How many brackets, up to two, stand directly before `p`: in [run, p), and `carried` ones before `run`.
inline std::uint8_t brackets_before(const char* run, const char* p, std::uint8_t carried) {
    std::uint8_t count = 0;
    for (; count < 2 && p != run && p[-1] == ']'; --p) ++count;
    return p == run ? static_cast<std::uint8_t>(std::min(2, count + carried)) : count;
}

}  // namespace rondel::xml
