// One of our streams in a test, with its clock, and with what it has said and reported so far.
#pragma once

#include "rondel/base/time.hpp"

#include <deque>
#include <functional>
#include <string>
#include <string_view>

#include "tests/support/streams.hpp"

namespace rondel::test {

// Owns: the stream.   Threads: one.
class Actor {
  public:
    explicit Actor(const MakeStream& make);  // started

    // Each drains the stream's events and its output. Bytes are handed over in memory of exactly their size, which is
    // gone afterwards.
    void receive(std::string_view bytes);
    void lose_connection();
    void wait(Duration time);  // expires at every deadline on the way
    void act(const std::function<void(Stream&, Instant)>& anything);

    // What is wrong for every stream, whatever was done to it: something after Closed, Opened twice, a stanza before
    // Opened … Empty: nothing.
    const std::string& fault() const { return fault_; }

    Stream& stream() { return *stream_; }
    bool has_ended() const { return has_ended_; }
    bool has_opened() const { return has_opened_; }
    const stream::Closed& end() const { return end_; }

    std::string said = {};                  // taken from the output; a test takes from the front what it has seen
    std::deque<std::string> reported = {};  // by to_text; the same
    std::function<void(const Stanza&)> on_stanza = {};

  private:
    void drain();
    void check(const stream::Event& event);

    std::shared_ptr<Stream> stream_;
    Instant now_ = Instant(std::chrono::hours(1));
    bool has_connected_ = false;
    bool has_opened_ = false;
    bool has_ended_ = false;
    stream::Closed end_ = {};
    std::string fault_ = {};
};

}  // namespace rondel::test
