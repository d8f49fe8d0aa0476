#include "rondel/xml/reader.hpp"

#include "rondel/xml/declaration.hpp"
#include "rondel/xml/pending.hpp"
#include "rondel/xml/tree.hpp"

#include <algorithm>
#include <cassert>

namespace rondel::xml {

Limits Limits::before_authentication() { return {8 * 1024, 8, 16, 32}; }

namespace {

constexpr std::uint32_t most_stanza_bytes = 1U << 30;  // positions in a block have 32 bits

Limits within_our_own(Limits limits) {
    limits.stanza_bytes = std::min(limits.stanza_bytes, most_stanza_bytes);
    return limits;
}

}  // namespace

struct Reader::State {
    enum class Place {
        start,    // nothing read: an XML declaration may come
        prolog,   // before the header, or the root of a document
        between,  // between stanzas
        inside,   // of a stanza
        in_text,  // inside, and more of a text is expected
        closed,
        failed,
    };
    enum class Form { stream, document };

    State(Limits first_limits, std::string_view content, const Kernels& kernels, Form read)
        : next_limits(within_our_own(first_limits)), content_ns(content), tree(kernels), form(read) {}

    [[gnu::hot]] Step next(std::string_view& bytes);
    Step next_of_text(std::string_view& bytes);
    void restart();

    Limits next_limits;
    Limits limits;  // in force for what is being read
    const std::string content_ns;
    Tree tree;
    Pending pending;
    const Form form;
    Place place = Place::start;
    Step step = Step::more;  // what the last token came to
    std::size_t used = 0;    // bytes of what is being read
    Tree::Header header;
    BlockPtr done;
    std::error_code error;

  private:
    bool is_like_another(std::string_view& bytes);
    Step next_of_text_by_avx2(std::string_view& bytes);
    Step next_of_odd_text(std::string_view& bytes);
    Step advance(const char*& p, const char* end);
    bool begin(const char*& p, const char* end);
    bool idle() const { return place != Place::inside && pending.empty(); }
    Verdict token(const char*& p, const char* end);
    Verdict resume(const char*& p, const char* end);
    Verdict markup(const char*& p, const char* end);
    Verdict start_tag(const char*& p, const char* end);
    Verdict stray_text(const char* p, const char* end) const;
    void finish(const char* p);
    Step fail(Verdict verdict);
};

Reader::Step Reader::State::next(std::string_view& bytes) {
    assert(place != Place::in_text);
    if (place == Place::between && used == 0 && is_like_another(bytes)) return Step::element;
    if (place >= Place::closed) return place == Place::closed ? Step::closed : Step::failed;
    const char* p = bytes.data();
    const char* const end = p + bytes.size();
    Step result = Step::more;
    while (result == Step::more && p != end) result = advance(p, end);
    bytes.remove_prefix(static_cast<std::size_t>(p - bytes.data()));
    return result;
}

// A whole stanza, white space before it or not: recognized, and not read.
[[gnu::always_inline]] inline bool Reader::State::is_like_another(std::string_view& bytes) {
    const char* p = bytes.data();
    const char* const end = p + bytes.size();
    while (p != end && is_space(*p)) ++p;
    if (p == end) return false;
    const char* const first = p;
    const std::size_t most = next_limits.stanza_bytes;
    const char* const window = static_cast<std::size_t>(end - p) > most ? p + most : end;
    if (!tree.recognize(p, window, next_limits)) return false;
    tree.look_at_addresses();
    tree.flush(p);
    done = tree.take();
    tree.was_recognized({first, p}, *done);
    bytes.remove_prefix(static_cast<std::size_t>(p - bytes.data()));
    return true;
}

// In the middle of a text: more of it, or whatever ends it. What is plain comes first, as for a small piece of it
// already all the rest is much.
inline Reader::Step Reader::State::next_of_text(std::string_view& bytes) {
#if defined(__x86_64__)
    if (tree.by_avx2()) return next_of_text_by_avx2(bytes);
#endif
    return next_of_odd_text(bytes);
}

#if defined(__x86_64__)
RONDEL_AVX2 Reader::Step Reader::State::next_of_text_by_avx2(std::string_view& bytes) {
    if (!tree.more_plain_text(bytes)) return next_of_odd_text(bytes);
    bytes = {bytes.data(), 0};
    return Step::more;
}
#endif

Reader::Step Reader::State::next_of_odd_text(std::string_view& bytes) {
    if (tree.more_text(bytes)) {
        bytes.remove_prefix(bytes.size());
        return Step::more;
    }
    used += tree.taken();
    tree.pause(pending);
    place = Place::inside;
    return next(bytes);
}

// Goes over white space between stanzas. False when the input holds nothing else.
bool Reader::State::begin(const char*& p, const char* end) {
    const char* const first = p;
    while (p != end && is_space(*p)) ++p;
    if (p != first && place == Place::start) place = Place::prolog;
    if (p == end) return false;
    limits = next_limits;
    return true;
}

// Reads on to the end of the input, of a stanza, or of something else at its level.
Reader::Step Reader::State::advance(const char*& p, const char* const end) {
    if (used == 0 && !begin(p, end)) return Step::more;
    // Nothing behind the limit is looked at, so that a stanza that is too large gives the same answer however its bytes
    // are cut.
    const std::size_t left = limits.stanza_bytes - used;
    const char* const begin = p;
    const char* const window = static_cast<std::size_t>(end - p) > left ? p + left : end;
    step = Step::more;
    const bool from_its_first_byte = used == 0 && place == Place::between;
    if (tree.begun()) tree.source(p);
    while (p != window) {
        const Verdict verdict = pending.empty() ? token(p, window) : resume(p, window);
        if (verdict == Verdict::cut) {
            if (tree.begun()) tree.flush(p);
            pending.start({p, static_cast<std::size_t>(window - p)});
            p = window;
        } else if (verdict != Verdict::good) {
            return fail(verdict);
        } else if (idle()) {
            used = 0;
            if (from_its_first_byte && step == Step::element) tree.remember({begin, p}, *done);
            return step;
        }
    }
    used += static_cast<std::size_t>(p - begin);
    if (p != end) {
        Verdict verdict = Verdict::cut;
        if (!pending.empty()) {  // its end was looked for, not yet whether it is sound so far
            const char* q = pending.begin();
            if (tree.begun()) tree.source(q);
            verdict = token(q, pending.end());
        }
        return fail(verdict == Verdict::cut ? Verdict::stanza_too_large : verdict);
    }
    if (pending.empty()) tree.flush(p);  // inside a stanza: else this was idle
    if (place == Place::inside && tree.expect_more(pending, limits.stanza_bytes - used)) place = Place::in_text;
    return Step::more;
}

// A token that the end of an earlier input cut: once it is whole it is read from the copy that was collected.
Verdict Reader::State::resume(const char*& p, const char* end) {
    while (pending.take(p, end)) {
        const char* q = pending.begin();
        if (tree.begun()) tree.source(q);
        const Verdict verdict = token(q, pending.end());
        if (verdict == Verdict::cut) continue;
        if (verdict != Verdict::good) return verdict;
        if (tree.begun()) {
            tree.flush(q);
            tree.source(p);
        }
        pending.clear();
        return Verdict::good;
    }
    return Verdict::good;
}

Verdict Reader::State::token(const char*& p, const char* end) {
    if (place == Place::inside) {
        const Verdict verdict = tree.content(p, end);
        if (verdict == Verdict::good && tree.whole()) finish(p);
        return verdict;
    }
    if (*p != '<') return stray_text(p, end);
    return end - p == 1 ? Verdict::cut : markup(p, end);
}

// Between stanzas, or before the header.
Verdict Reader::State::markup(const char*& p, const char* end) {
    switch (p[1]) {
        case '/':
            if (place != Place::between) return Verdict::not_well_formed;
            if (const Verdict verdict = read_end_tag(p, end, header.name); verdict != Verdict::good) return verdict;
            place = Place::closed;
            step = Step::closed;
            return Verdict::good;
        case '?':
            if (place != Place::start) return Verdict::restricted_xml;
            if (const Verdict verdict = read_declaration(p, end); verdict != Verdict::good) return verdict;
            place = Place::prolog;
            return Verdict::good;
        case '!':
            if (end - p == 2) return Verdict::cut;
            if (p[2] == '-' || p[2] == 'D') return Verdict::restricted_xml;  // a comment, a document type declaration
            return p[2] == '[' && place == Place::between ? Verdict::text_between_stanzas : Verdict::not_well_formed;
        default:
            return start_tag(p, end);
    }
}

Verdict Reader::State::start_tag(const char*& p, const char* end) {
    const bool is_header = form == Form::stream && (place == Place::start || place == Place::prolog);
    if (!tree.begun()) tree.begin(is_header ? Tree::Kind::header : Tree::Kind::element, limits, p);
    if (const Verdict verdict = tree.start_tag(p, end); verdict != Verdict::good) return verdict;
    if (is_header) {
        tree.flush(p);
        header = tree.take_header(content_ns);
        place = header.closed ? Place::closed : Place::between;  // if closed, that is told next
        step = Step::opened;
    } else {
        place = Place::inside;
        if (tree.whole()) finish(p);
    }
    return Verdict::good;
}

void Reader::State::finish(const char* p) {
    tree.look_at_addresses();
    tree.flush(p);
    done = tree.take();
    place = Place::between;
    step = Step::element;
}

Verdict Reader::State::stray_text(const char* p, const char* end) const {
    if (place != Place::between) return Verdict::not_well_formed;
    char32_t c = 0;
    const Verdict verdict = read_character(p, end, c);
    return verdict == Verdict::good ? Verdict::text_between_stanzas : verdict;
}

Reader::Step Reader::State::fail(Verdict verdict) {
    place = Place::failed;
    error = static_cast<ReadError>(verdict);
    tree.end();
    pending.clear();
    used = 0;
    return Step::failed;
}

void Reader::State::restart() {
    tree.forget_header();
    pending.clear();
    place = Place::start;
    used = 0;
    header = {};
    done.reset();
    error.clear();
}

Reader::Reader(Limits limits, std::string_view content_ns) : Reader(limits, content_ns, fastest_kernels()) {}
Reader::Reader(Limits limits, std::string_view content_ns, const Kernels& kernels)
    : state_(std::make_unique<State>(limits, content_ns, kernels, State::Form::stream)) {}
Reader::~Reader() = default;

[[gnu::hot]] Reader::Step Reader::next(std::string_view& bytes) {
    State& state = *state_;
    return state.place == State::Place::in_text ? state.next_of_text(bytes) : state.next(bytes);
}

ElementView Reader::header() const {
    return state_->header.block ? ElementView(*state_->header.block, Block::root) : ElementView();
}
std::string_view Reader::header_prefix() const {
    const std::string_view name = state_->header.name;
    const std::size_t colon = name.find(':');
    return colon == std::string_view::npos ? std::string_view() : name.substr(0, colon);
}
std::string_view Reader::content_ns() const { return state_->header.default_ns; }
[[gnu::hot]] Element Reader::element() { return Element(std::move(state_->done)); }
std::error_code Reader::error() const { return state_->error; }
void Reader::limits(Limits limits) { state_->next_limits = within_our_own(limits); }
void Reader::restart() { state_->restart(); }
std::uint64_t Reader::recognized() const { return state_->tree.recognized(); }
std::size_t Reader::pending_bytes() const { return state_->used + state_->tree.taken(); }

Result<Element> parse_document(std::string_view text, Limits limits) {
    Reader::State state(limits, {}, fastest_kernels(), Reader::State::Form::document);
    const Reader::Step step = state.next(text);
    if (step == Reader::Step::failed) return state.error;
    if (step == Reader::Step::more) return make_error_code(ReadError::ends_early);
    if (!std::all_of(text.begin(), text.end(), is_space)) return make_error_code(ReadError::not_well_formed);
    return Element(std::move(state.done));
}

}  // namespace rondel::xml
