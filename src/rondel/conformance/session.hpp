// One client that is bound, or one component that has shaken hands. What comes to it is kept until the case asks for
// it, in any order: only what a case names is compared.
#pragma once

#include "rondel/conformance/raw_stream.hpp"
#include "rondel/conformance/surroundings.hpp"

#include <deque>
#include <functional>
#include <string>
#include <string_view>

namespace rondel::conformance {

// Owns: its stream. Borrows: its surroundings, which own it.   Threads: one at a time.
//
// In all texts {romeo} stands for the address of the account that plays romeo, {romeo/orchard} for that of his session
// there, {domain} for the server's, {echo} and {peer} for those of the components.
class Session {
  public:
    Session(Surroundings& around, RawStream stream, std::string own)
        : around_(around), stream_(std::move(stream)), own_(std::move(own)) {}
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    const std::string& own() const { return own_; }  // full JID, or the component's domain
    RawStream& stream() { return stream_; }

    void send(std::string_view text);
    // Waits until such an element has come, and takes it out. Unmet: it did not come, or the stream ended.
    xml::Element gets(std::string_view pattern);
    // The same where the order is the point: it is the first of those kept that has this name.
    xml::Element gets_next(std::string_view pattern);
    // No such element has come, although all that was said until now has been handled.
    void gets_no(std::string_view pattern);
    // Sends an IQ and returns its answer, of whatever type: by its id.
    xml::Element ask(std::string_view iq);
    xml::Element asks(std::string_view iq, std::string_view pattern);  // and the answer is as `pattern` says

    void forget() { inbox_.clear(); }  // what has come so far
    std::deque<xml::Element>& inbox() { return inbox_; }
    void round_trip();  // all that was said here before has been handled
    bool ended() const { return ended_; }
    void leave();  // ends the stream in order

  private:
    bool read_one(Instant until);  // into the inbox; false: nothing came
    xml::Element wait_for(const std::function<bool(xml::ElementView)>& is_it, const std::string& what);

    Surroundings& around_;
    RawStream stream_;
    std::string own_;
    std::deque<xml::Element> inbox_;
    bool ended_ = false;
    int pings_ = 0;
};

}  // namespace rondel::conformance
