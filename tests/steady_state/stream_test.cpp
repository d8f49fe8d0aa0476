// Streams do not touch the heap for a stanza, in or out, on either side, however the transport takes and gives the
// bytes.
#include "rondel/stream/accepting_stream.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "tests/support/heap.hpp"
#include <gtest/gtest.h>

namespace rondel::stream {
namespace {

constexpr std::string_view domain = "plays.shakespeare.lit";

struct Directory final : ComponentDirectory {
    Secret secret = "test";
    const Secret* secret_of(std::string_view) const override { return &secret; }
    bool is_taken(std::string_view) const override { return false; }
};

// The component and the server, and a wire that takes at most so many bytes at a time.
class Pair {
  public:
    Pair() : component_({Jid::parse(domain).value(), "test"}), server_(directory_, "3BF96D32") {
        component_.start(now_);
        server_.start(now_);
        flow(4096);
    }

    void flow(std::size_t most) {
        while (move(component_, server_, most) || move(server_, component_, most)) continue;
    }

    void exchange(std::size_t stanzas, std::size_t most) {
        for (std::size_t i = 0; i < stanzas; ++i)
            if (component_.send(stanza_)) ++refused;
        flow(most);
    }

    std::size_t received_by_component = 0;
    std::size_t refused = 0;

  private:
    bool move(Stream& from, Stream& to, std::size_t most) {
        const std::size_t size = std::min({from.output().size(), most, buffer_.size()});
        if (size == 0) return false;
        from.output().copy(buffer_.data(), size);
        from.wrote(size);
        to.receive({buffer_.data(), size}, now_);
        while (std::optional<Event> event = to.next_event()) {
            const auto* received = std::get_if<Received>(&*event);
            if (received == nullptr) continue;
            if (&to == &server_)  // sends it back: its addresses do for both ways
                refused += server_.send(received->stanza) ? 1 : 0;
            else
                ++received_by_component;
        }
        return true;
    }

    static Stanza make_stanza() {
        Element message("message", xml::stanza_ns);
        message.set("from", "plays.shakespeare.lit").set("to", "plays.shakespeare.lit").set("id", "12345678");
        message.append("body").text(std::string(200, 'x'));
        message.append("active", "http://jabber.org/protocol/chatstates");
        return Stanza(std::move(message));
    }

    Directory directory_;
    Instant now_{std::chrono::hours(1)};
    ComponentStream component_;
    AcceptingStream server_;
    Stanza stanza_ = make_stanza();
    std::array<char, 16384> buffer_{};
};

class StreamSteadyState : public ::testing::TestWithParam<std::size_t> {};

TEST_P(StreamSteadyState, a_stanza_does_not_touch_the_heap) {
    Pair pair;
    for (int i = 0; i < 20; ++i) pair.exchange(30, GetParam());
    EXPECT_EQ(rondel::testing::allocations_of([&] {
                  for (int i = 0; i < 50; ++i) pair.exchange(30, GetParam());
              }),
              0u);
    EXPECT_EQ(pair.received_by_component, 70u * 30);
    EXPECT_EQ(pair.refused, 0u);
}

INSTANTIATE_TEST_SUITE_P(BytesAtATime, StreamSteadyState, ::testing::Values(1, 7, 100, 1448, 16384));

}  // namespace
}  // namespace rondel::stream
