// A client's stream and its server's do not touch the heap for a stanza, in or out, though each is kept until it is
// acknowledged (XEP-0198).
#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>

#include "tests/support/client_streams.hpp"
#include "tests/support/heap.hpp"
#include <gtest/gtest.h>

namespace rondel::test {
namespace {

using namespace stream;

// The two, and a wire between them that takes at most so many bytes at a time.
class Pair {
  public:
    Pair() {
        ClientStreamOptions options;
        options.sasl.fewest_iterations = 1;
        client_ = client(juliet(), options, std::nullopt, usual_tls())();
        server_ = accepting_client(capulet(), capulet_options(), usual_tls())();
        client_->start(now_);
        server_->start(now_);
        flow(4096);
    }

    bool is_managed() const { return client_->is_managed() && server_->is_managed(); }
    std::uint64_t acknowledged() const { return client_->stanzas_acknowledged(); }

    void exchange(std::size_t stanzas, std::size_t most) {
        for (std::size_t i = 0; i < stanzas; ++i)
            if (client_->send(stanza_)) ++refused;
        flow(most);
    }

    std::size_t received_by_client = 0;
    std::size_t refused = 0;

  private:
    void flow(std::size_t most) {
        while (move(*client_, *server_, most) || move(*server_, *client_, most)) continue;
    }

    bool move(Stream& from, Stream& to, std::size_t most) {
        const std::size_t size = std::min({from.output().size(), most, buffer_.size()});
        if (size == 0) return false;
        from.output().copy(buffer_.data(), size);
        from.wrote(size);
        to.receive({buffer_.data(), size}, now_);
        while (std::optional<Event> event = to.next_event()) {
            const auto* received = std::get_if<Received>(&*event);
            if (received == nullptr) continue;
            if (&to == server_.get())  // sends it back
                refused += server_->send(received->stanza) ? 1 : 0;
            else
                ++received_by_client;
        }
        return true;
    }

    static Stanza make_stanza() {
        Element message("message", xml::stanza_ns);
        message.set("to", "romeo@montague.example").set("id", "12345678");
        message.append("body").text(std::string(200, 'x'));
        return Stanza(std::move(message));
    }

    Instant now_{std::chrono::hours(1)};
    std::shared_ptr<Stream> client_;
    std::shared_ptr<Stream> server_;
    Stanza stanza_ = make_stanza();
    std::array<char, 16384> buffer_{};
};

class ClientSteadyState : public ::testing::TestWithParam<std::size_t> {};

TEST_P(ClientSteadyState, a_stanza_that_is_acknowledged_does_not_touch_the_heap) {
    Pair pair;
    ASSERT_TRUE(pair.is_managed());
    for (int i = 0; i < 20; ++i) pair.exchange(30, GetParam());
    EXPECT_EQ(rondel::testing::allocations_of([&] {
                  for (int i = 0; i < 50; ++i) pair.exchange(30, GetParam());
              }),
              0u);
    EXPECT_EQ(pair.received_by_client, 70u * 30);
    EXPECT_EQ(pair.acknowledged(), 70u * 30);
    EXPECT_EQ(pair.refused, 0u);
}

INSTANTIATE_TEST_SUITE_P(BytesAtATime, ClientSteadyState, ::testing::Values(1, 7, 100, 1448, 16384));

}  // namespace
}  // namespace rondel::test
