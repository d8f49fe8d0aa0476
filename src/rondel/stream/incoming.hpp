// What comes in, taken apart: one XML document on TCP (RFC 6120), one element per message on a WebSocket (RFC 7395).
// Not for other floors.
#pragma once

#include "rondel/stream/framing.hpp"
#include "rondel/xml/reader.hpp"

#include <string>
#include <string_view>
#include <system_error>

namespace rondel::stream {

// Owns: its readers, and the message that is not whole yet.   Threads: one at a time.
class Incoming {
  public:
    using Step = xml::Reader::Step;

    Incoming(Framing framing, xml::Limits limits, std::string_view content_ns)
        : framing_(framing), limits_(limits), reader_(limits, content_ns) {}

    // As xml::Reader has it. `opened`: the header, or <open/>; `closed`: the end tag, or <close/>.
    Step next(std::string_view& bytes) { return framing_ == Framing::tcp ? reader_.next(bytes) : next_message(bytes); }
    xml::Element element() { return framing_ == Framing::tcp ? reader_.element() : std::move(element_); }

    xml::ElementView header() const { return framing_ == Framing::tcp ? reader_.header() : header_.view(); }
    xml::ElementView closing() const { return closing_; }  // <close/>, which may say where to go instead (§3.6.1)
    std::error_code error() const { return framing_ == Framing::tcp ? reader_.error() : error_; }
    const xml::Reader& reader() const { return reader_; }  // of TCP
    Framing framing() const { return framing_; }

    void limits(xml::Limits limits);  // from the next element on
    void restart();                   // nothing of what was read is remembered (RFC 6120 §4.3.3, R006)
    std::size_t pending_bytes() const;

  private:
    Step next_message(std::string_view& bytes);
    Step take_message(std::string_view message);
    Step fail(xml::ReadError why);

    const Framing framing_;
    xml::Limits limits_;
    xml::Reader reader_;

    std::string message_ = {};  // of which the end has not come
    xml::Element header_ = {};
    xml::Element element_ = {};
    xml::Element closing_ = {};
    std::error_code error_ = {};
};

}  // namespace rondel::stream
