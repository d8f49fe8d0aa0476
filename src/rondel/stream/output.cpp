#include "rondel/stream/output.hpp"

#include <stdexcept>

namespace rondel::stream {

namespace {

constexpr std::size_t worth_moving = 64 * 1024;     // fewer written bytes than this stay in front of the others
constexpr std::size_t worth_keeping = 1024 * 1024;  // an empty buffer of more than this is given back

}  // namespace

void Output::wrote(std::size_t count) {
    if (count > bytes_.size() - written_) throw std::logic_error("More bytes were written than output() had.");
    written_ += count;
    const std::uint64_t position = dropped_ + written_;
    while (first_ < pieces_.size() && pieces_[first_].end <= position) {
        stanzas_written_ += pieces_[first_].counted;
        first_start_ = pieces_[first_++].end;
    }
    if (written_ == bytes_.size()) clear();
}

// What is written is dropped when it outweighs what is not, so each byte is moved at most about once.
std::string& Output::make_room() {
    const std::size_t done = static_cast<std::size_t>(first_start_ - dropped_);
    if (done >= worth_moving && done >= bytes_.size() / 2) {
        bytes_.erase(0, done);
        written_ -= done;
        dropped_ += done;
        pieces_.erase(pieces_.begin(), pieces_.begin() + static_cast<std::ptrdiff_t>(first_));
        first_ = 0;
    }
    return bytes_;
}

void Output::end_piece(bool counted) {
    pieces_.push_back({bytes_added(), counted});
    stanzas_added_ += counted;
}

void Output::clear() {
    dropped_ += bytes_.size();
    first_start_ = dropped_;
    written_ = 0;
    first_ = 0;
    if (bytes_.capacity() > worth_keeping) {
        std::string().swap(bytes_);
        std::vector<Piece>().swap(pieces_);
    }
    bytes_.clear();
    pieces_.clear();
}

void Output::add(std::string_view text) {
    make_room().append(text);
    end_piece(false);
}

std::error_code Output::add_stanza(xml::ElementView stanza, std::string_view content_ns, xml::WriteLimits limits,
                                   bool counted) {
    if (const std::error_code refused = xml::write(stanza, make_room(), content_ns, limits)) return refused;
    end_piece(counted);
    return {};
}

void Output::add(const Unsent& unsent) {
    std::size_t at = 0;
    for (const std::size_t size : unsent.sizes) {
        make_room().append(unsent.bytes, at, size);
        end_piece(true);
        at += size;
    }
}

Unsent Output::take_unsent() {
    Unsent unsent;
    std::uint64_t start = first_start_;
    for (; first_ < pieces_.size(); start = pieces_[first_++].end) {
        if (!pieces_[first_].counted) continue;
        const std::size_t size = static_cast<std::size_t>(pieces_[first_].end - start);
        unsent.bytes.append(bytes_, static_cast<std::size_t>(start - dropped_), size);
        unsent.sizes.push_back(size);
    }
    clear();
    return unsent;
}

}  // namespace rondel::stream
