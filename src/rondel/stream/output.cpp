#include "rondel/stream/output.hpp"

#include <algorithm>
#include <new>
#include <stdexcept>

namespace rondel::stream {

namespace {

constexpr std::size_t worth_keeping = 1024 * 1024;  // an empty buffer of more than this is given back

}  // namespace

void Output::wrote(std::size_t count) {
    if (count > bytes_.size() - written_) throw std::logic_error("More bytes were written than output() had.");
    written_ += count;
    const std::uint64_t position = dropped_ + written_;
    while (first_ < pieces_.size() && pieces_[first_].end() <= position) {
        stanzas_written_ += pieces_[first_].counted();
        first_start_ = pieces_[first_++].end();
    }
    if (written_ == bytes_.size()) clear();
}

void Output::drop_written(std::size_t done) {
    bytes_.erase_front(done);
    written_ -= done;
    dropped_ += done;
    pieces_.erase(pieces_.begin(), pieces_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
}

void Output::clear() {
    dropped_ += bytes_.size();
    first_start_ = dropped_;
    written_ = 0;
    first_ = 0;
    if (bytes_.capacity() > worth_keeping) {
        bytes_.give_back();
        std::vector<Piece>().swap(pieces_);
    }
    bytes_.clear();
    last_ = 0;
    pieces_.clear();
}

// Where memory ends in the middle of something, nothing of it was said: half a stanza would be the end of the stream.

void Output::add(std::string_view text) {
    const std::size_t before = make_room().size();
    try {
        bytes_.append(text);
        if (framing_ == Framing::websocket) bytes_.push_back(message_end);
        end_piece(false);
    } catch (const std::bad_alloc&) {
        bytes_.resize(before);
        throw;
    }
}

void Output::add_stanza(std::string_view bytes, Framing framing, bool counted) {
    last_ = make_room().size();
    try {
        put(bytes, framing);
        end_piece(counted);
    } catch (const std::bad_alloc&) {
        bytes_.resize(last_);
        throw;
    }
}

void Output::add(const Unsent& unsent) {
    std::size_t at = 0;
    for (const std::size_t size : unsent.sizes) {
        add_stanza(std::string_view(unsent.bytes).substr(at, size), unsent.framing, true);
        at += size;
    }
}

// A session may go from one kind of connection to another: what was written for the one is made to fit the other.
void Output::put(std::string_view bytes, Framing framing) {
    if (framing == framing_ || bytes.empty()) {
        bytes_.append(bytes);
    } else if (framing_ == Framing::tcp) {
        bytes_.append(bytes.substr(0, bytes.size() - 1));
    } else {
        const std::size_t name = std::min(bytes.find_first_of(" />"), bytes.size());
        for (const std::string_view piece : {bytes.substr(0, name), std::string_view(" xmlns='"), xml::stanza_ns,
                                             std::string_view("'"), bytes.substr(name)})
            bytes_.append(piece);
        bytes_.push_back(message_end);
    }
}

void Output::take_back_to(std::uint64_t bytes_added) {
    for (; !pieces_.empty() && pieces_.back().end() > bytes_added; pieces_.pop_back())
        stanzas_added_ -= pieces_.back().counted();
    bytes_.resize(static_cast<std::size_t>(bytes_added - dropped_));
}

void Output::drop_stanzas() {
    const std::uint64_t position = dropped_ + written_;
    if (first_ == pieces_.size() || position == first_start_) return clear();
    Piece& begun = pieces_[first_];
    begun = Piece(begun.end(), false);
    bytes_.resize(static_cast<std::size_t>(begun.end() - dropped_));
    pieces_.erase(pieces_.begin() + static_cast<std::ptrdiff_t>(first_) + 1, pieces_.end());
}

Unsent Output::take_unsent() {
    Unsent unsent{.framing = framing_};
    std::uint64_t start = first_start_;
    for (std::size_t i = first_; i < pieces_.size(); start = pieces_[i++].end()) {
        if (!pieces_[i].counted()) continue;
        const std::size_t size = static_cast<std::size_t>(pieces_[i].end() - start);
        unsent.bytes.append(std::string_view(bytes_).substr(static_cast<std::size_t>(start - dropped_), size));
        unsent.sizes.push_back(size);
    }
    clear();
    return unsent;
}

}  // namespace rondel::stream
