// A stream whose bytes the case writes itself: says anything, and reads what comes as XML, strictly.
#pragma once

#include "rondel/conformance/wire.hpp"
#include "rondel/xml/element.hpp"

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rondel::xml {
class Reader;
}

namespace rondel::conformance {

inline constexpr std::string_view client_ns = "jabber:client";
inline constexpr std::string_view component_ns = "jabber:component:accept";
inline constexpr std::string_view stream_ns = "http://etherx.jabber.org/streams";
inline constexpr std::string_view stream_error_ns = "urn:ietf:params:xml:ns:xmpp-streams";

// `<stream:stream …>` as most cases want it; `more`: attributes.
std::string header(std::string_view to, std::string_view content_ns = client_ns,
                   std::string_view more = "version='1.0'");

// Owns: its wire.   Threads: one at a time.
class RawStream {
  public:
    enum class Came { header, element, end_tag, end, nothing };

    // How a stream ended.
    struct Ending {
        std::string condition = {};  // of the stream error; empty: none
        bool header = false;         // the peer's own came before
        bool end_tag = false;
        bool closed = false;                  // the connection, in time
        std::vector<xml::Element> rest = {};  // what came besides
    };

    RawStream(Wire wire, Duration limit);
    RawStream(RawStream&&) noexcept;
    RawStream& operator=(RawStream&&) noexcept;
    ~RawStream();

    void send(std::string_view bytes);
    // From here on another stream comes (RFC 6120 §4.3.3).
    void restart();

    // What comes next; Unmet where it is no XML.
    Came next(Instant until);
    xml::Element take();  // after `element`
    Instant deadline() const { return Clock::now() + limit_; }
    Duration limit() const { return limit_; }

    // These throw Unmet where something else comes, or nothing in time.
    void expect_header();
    xml::Element expect_element();
    xml::Element expect(std::string_view pattern);  // the very next element is as `pattern` says
    // Stream features, behind a header.
    xml::Element expect_features();
    // Reads until the connection ends, and answers an end tag with ours.
    Ending read_to_end();
    // The stream ends with one of these errors. Nothing but features and such comes before.
    Ending expect_error(std::initializer_list<std::string_view> conditions);
    // The connection is closed, whatever is said before.
    Ending expect_end();

    xml::ElementView header() const;  // the peer's; empty before
    std::string header_attribute(std::string_view name) const;
    const std::string& bytes() const { return heard_; }  // all that came since the last restart
    std::string tail() const;                            // of it, for a person
    Wire& wire() { return wire_; }

  private:
    Wire wire_;
    Duration limit_;
    std::unique_ptr<xml::Reader> reader_;
    std::string heard_;
    std::size_t read_ = 0;
};

}  // namespace rondel::conformance
