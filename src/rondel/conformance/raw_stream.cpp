#include "rondel/conformance/raw_stream.hpp"

#include "rondel/base/utf8.hpp"
#include "rondel/conformance/pattern.hpp"
#include "rondel/conformance/verdict.hpp"
#include "rondel/xml/reader.hpp"
#include "rondel/xml/writer.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace rondel::conformance {

namespace {

constexpr xml::Limits wide = {.stanza_bytes = 4U << 20, .depth = 128, .attributes = 256, .elements = 100'000};

}  // namespace

std::string header(std::string_view to, std::string_view content_ns, std::string_view more) {
    return fmt::format("<?xml version='1.0'?><stream:stream xmlns='{}' xmlns:stream='{}' to='{}' {}>", content_ns,
                       stream_ns, to, more);
}

RawStream::RawStream(Wire wire, Duration limit) : wire_(std::move(wire)), limit_(limit) { restart(); }
RawStream::RawStream(RawStream&&) noexcept = default;
RawStream& RawStream::operator=(RawStream&&) noexcept = default;
RawStream::~RawStream() = default;

void RawStream::send(std::string_view bytes) { wire_.send(bytes, limit_); }

void RawStream::restart() {
    reader_ = std::make_unique<xml::Reader>(wide);
    heard_.clear();
    read_ = 0;
}

RawStream::Came RawStream::next(Instant until) {
    for (;;) {
        std::string_view left = std::string_view(heard_).substr(read_);
        const xml::Reader::Step step = reader_->next(left);
        read_ = heard_.size() - left.size();
        switch (step) {
            case xml::Reader::Step::opened:
                return Came::header;
            case xml::Reader::Step::element:
                return Came::element;
            case xml::Reader::Step::closed:
                return Came::end_tag;
            case xml::Reader::Step::failed:
                throw Unmet(
                    fmt::format("What came is no XML of a stream ({}): {}", reader_->error().message(), tail()));
            case xml::Reader::Step::more:
                break;
        }
        switch (wire_.receive(heard_, until)) {
            case Wire::Got::bytes:
                continue;
            case Wire::Got::nothing:
                return Came::nothing;
            case Wire::Got::end:
                return Came::end;
        }
    }
}

xml::Element RawStream::take() { return reader_->element(); }

void RawStream::expect_header() {
    switch (next(deadline())) {
        case Came::header:
            return;
        case Came::nothing:
            throw Unmet("No stream header came. " + tail());
        default:
            throw Unmet("The connection ended before a stream header came. " + tail());
    }
}

xml::Element RawStream::expect_element() {
    switch (next(deadline())) {
        case Came::element:
            return take();
        case Came::header:
            return expect_element();
        case Came::end_tag:
        case Came::end:
            throw Unmet("The stream ended instead. " + tail());
        case Came::nothing:
            break;
    }
    throw Unmet("Nothing came. " + tail());
}

xml::Element RawStream::expect(std::string_view pattern) {
    xml::Element came = expect_element();
    if (const std::string why = why_not(pattern, came); !why.empty())
        throw Unmet(fmt::format("Wanted {}, but what came is {} ({}).", pattern, for_a_person(came), why));
    return came;
}

xml::Element RawStream::expect_features() {
    xml::Element came = expect_element();
    if (!came.is("features", stream_ns)) throw Unmet("Instead of stream features came " + for_a_person(came) + ".");
    return came;
}

RawStream::Ending RawStream::read_to_end() {
    Ending ending;
    ending.header = static_cast<bool>(header());
    const Instant until = deadline();
    for (;;) {
        // Behind the end tag only the end of the connection is left to read.
        const Came came = ending.end_tag ? Came::end : next(until);
        switch (came) {
            case Came::header:
                ending.header = true;
                break;
            case Came::element: {
                xml::Element element = take();
                if (!element.is("error", stream_ns)) {
                    ending.rest.push_back(std::move(element));
                    break;
                }
                for (const xml::ElementView child : element.children())
                    if (child.ns() == stream_error_ns && child.name() != "text") ending.condition = child.name();
                break;
            }
            case Came::end_tag:
                ending.end_tag = true;
                send("</stream:stream>");
                break;
            case Came::nothing:
                return ending;
            case Came::end: {
                Wire::Got got = Wire::Got::bytes;
                while (ending.end_tag && got == Wire::Got::bytes) got = wire_.receive(heard_, until);
                ending.closed = got != Wire::Got::nothing;
                return ending;
            }
        }
    }
}

RawStream::Ending RawStream::expect_error(std::initializer_list<std::string_view> conditions) {
    Ending ending = read_to_end();
    const auto wanted = [&] { return fmt::format("Wanted the stream error {}", fmt::join(conditions, " or ")); };
    if (ending.condition.empty())
        throw Unmet(fmt::format("{}, but {}. {}", wanted(),
                                ending.closed ? "the connection ended without one" : "the stream stayed open", tail()));
    if (std::find(conditions.begin(), conditions.end(), ending.condition) == conditions.end())
        throw Unmet(fmt::format("{}, but the error is {}.", wanted(), ending.condition));
    return ending;
}

RawStream::Ending RawStream::expect_end() {
    Ending ending = read_to_end();
    if (!ending.closed) throw Unmet("The connection was not closed. " + tail());
    return ending;
}

xml::ElementView RawStream::header() const { return reader_->header(); }

std::string RawStream::header_attribute(std::string_view name) const {
    return std::string(header().attribute_or(name, {}));
}

std::string RawStream::tail() const {
    if (heard_.empty()) return "(It said nothing.)";
    constexpr std::size_t most = 400;
    const std::string_view end = std::string_view(heard_).substr(heard_.size() > most ? heard_.size() - most : 0);
    return "It said: " + sanitize_for_log(end);
}

}  // namespace rondel::conformance
