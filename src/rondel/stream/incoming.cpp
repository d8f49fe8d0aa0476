#include "rondel/stream/incoming.hpp"

#include <utility>

namespace rondel::stream {

void Incoming::limits(xml::Limits limits) {
    limits_ = limits;
    reader_.limits(limits);
}

void Incoming::restart() {
    reader_.restart();
    header_ = {};
}

std::size_t Incoming::pending_bytes() const {
    return framing_ == Framing::tcp ? reader_.pending_bytes() : message_.size();
}

// A message is read when it is whole: the transport has cut it already, and its limit bounds what is kept.
Incoming::Step Incoming::next_message(std::string_view& bytes) {
    if (error_) return Step::failed;
    if (closing_) return Step::closed;
    const std::size_t end = bytes.find(message_end);
    const std::string_view piece = bytes.substr(0, end);
    if (message_.size() + piece.size() > limits_.stanza_bytes) return fail(xml::ReadError::stanza_too_large);
    if (end == std::string_view::npos) {
        message_.append(piece);
        bytes = {};
        return Step::more;
    }
    bytes.remove_prefix(end + 1);
    if (message_.empty()) return take_message(piece);
    message_.append(piece);
    const Step step = take_message(message_);
    message_.clear();
    return step;
}

Incoming::Step Incoming::take_message(std::string_view message) {
    if (!message.starts_with('<')) return fail(xml::ReadError::text_between_stanzas);  // RFC 7395 §3.3.3
    Result<xml::Element> read = xml::parse_document(message, limits_);
    if (!read) {
        error_ = read.error();
        return Step::failed;
    }
    if (read->is("close", framing_ns)) {
        closing_ = std::move(*read);
        return Step::closed;
    }
    if (!header_) {
        header_ = std::move(*read);
        return Step::opened;
    }
    element_ = std::move(*read);
    return Step::element;
}

Incoming::Step Incoming::fail(xml::ReadError why) {
    error_ = make_error_code(why);
    return Step::failed;
}

}  // namespace rondel::stream
