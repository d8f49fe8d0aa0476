// What a stream has to say and the transport has not taken yet, with the places where stanzas begin and end in it.
//
// Bytes are appended behind and consumed in front; a stanza costs O(1) beside its bytes, and in the steady state
// nothing is allocated. The bytes of a stanza that is partly written are kept until it is written whole, so that it can
// be sent again on another stream: its peer cannot have acted on a part (RFC 6120 §8).
#pragma once

#include "rondel/stream/framing.hpp"
#include "rondel/xml/write_known.hpp"
#include "rondel/xml/writer.hpp"

#include <cstdint>
#include <new>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace rondel::stream {

// Accepted but unsent stanzas of a stream that ended: whole ones, in the stream's own bytes.
struct Unsent {
    std::string bytes = {};
    std::vector<std::size_t> sizes = {};  // of each stanza, in order; their sum is bytes.size()
    Framing framing = Framing::tcp;       // of that stream

    std::size_t stanzas() const { return sizes.size(); }
};

// Owns: the bytes.   Threads: one at a time.
class Output {
  public:
    explicit Output(Framing framing = Framing::tcp) : framing_(framing) {}

    std::string_view bytes() const { return std::string_view(bytes_).substr(written_); }
    void wrote(std::size_t count);  // so many were taken, from the front; throws std::logic_error if there were fewer

    void add(std::string_view text);  // no stanza: a header, an end tag, a space. A message of its own on a WebSocket

    // A stanza. Counted ones are the caller's, and come back by take_unsent(); others are the stream's own (a ping).
    // Refused ones leave nothing behind.
    std::error_code add_stanza(xml::ElementView stanza, std::string_view content_ns, const xml::WriteLimits& limits,
                               bool counted);
    void add(const Unsent& unsent);
    void add_stanza(std::string_view bytes, Framing framing, bool counted);  // of a stream of that framing
    std::string_view last_stanza() const { return std::string_view(bytes_).substr(last_); }  // the one just added

    std::uint64_t bytes_added() const { return dropped_ + bytes_.size(); }
    // What was added since bytes_added() was so much is not said after all. Precondition: wrote() and take_unsent()
    // were not called since. Needs no memory.
    void take_back_to(std::uint64_t bytes_added);
    std::uint64_t stanzas_added() const { return stanzas_added_; }      // counted ones
    std::uint64_t stanzas_written() const { return stanzas_written_; }  // of those, to their last byte

    // What was not begun is not said any more; a stanza in the middle is, for its beginning is out. It does not come
    // back.
    void drop_stanzas();
    Unsent take_unsent();  // the counted stanzas that are not wholly written; nothing is left to write then

  private:
    // One word, not two fields of bits, which the processor would put together and take apart in memory.
    class Piece {
      public:
        Piece(std::uint64_t end, bool counted) : word_(end << 1 | std::uint64_t{counted}) {}
        std::uint64_t end() const { return word_ >> 1; }  // counted from the first byte of the stream
        bool counted() const { return (word_ & 1) != 0; }

      private:
        std::uint64_t word_;
    };

    static constexpr std::size_t worth_moving = 64 * 1024;  // fewer written bytes stay in front of the others

    // What is written is dropped when it outweighs what is not, so each byte is moved at most about once.
    xml::Bytes& make_room() {
        const std::size_t done = static_cast<std::size_t>(first_start_ - dropped_);
        if (done >= worth_moving && done >= bytes_.size() / 2) drop_written(done);
        return bytes_;
    }
    [[gnu::cold]] void drop_written(std::size_t done);
    void put(std::string_view bytes, Framing framing);
    [[gnu::always_inline]] void end_piece(bool counted) {
        pieces_.emplace_back(bytes_added(), counted);
        stanzas_added_ += counted;
    }
    void clear();

    const Framing framing_;
    xml::Bytes bytes_;
    std::size_t last_ = 0;       // where in bytes_ the last stanza begins
    std::size_t written_ = 0;    // bytes of bytes_ that the transport has taken
    std::uint64_t dropped_ = 0;  // bytes that stood before bytes_[0]

    std::vector<Piece> pieces_;      // of bytes_, in order
    std::size_t first_ = 0;          // the first of them that is not wholly written
    std::uint64_t first_start_ = 0;  // where it starts

    std::uint64_t stanzas_added_ = 0;
    std::uint64_t stanzas_written_ = 0;
};

// In line, as it is part of what sends each stanza. Where memory ends in the middle of it, nothing of it was said.
[[gnu::always_inline]] inline std::error_code Output::add_stanza(xml::ElementView stanza, std::string_view content_ns,
                                                                 const xml::WriteLimits& limits, bool counted) {
    xml::Bytes& out = make_room();
    last_ = out.size();
    // A message stands for itself: nothing around it declares its namespace (RFC 7395 §3.3.3).
    const std::string_view around = framing_ == Framing::tcp ? content_ns : std::string_view();
    try {
        if (!xml::write_known(stanza, out, around, limits))
            if (const std::error_code refused = xml::write(stanza, out, around, limits)) return refused;
        if (framing_ == Framing::websocket) out.push_back(message_end);
        end_piece(counted);
    } catch (const std::bad_alloc&) {
        bytes_.resize(last_);
        throw;
    }
    return no_error;
}

}  // namespace rondel::stream
