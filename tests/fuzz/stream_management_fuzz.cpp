// R127, R128: a client of ours and a server of ours under stream management (XEP-0198), over a wire that takes and
// gives bytes as the input wants and is cut wherever it wants, in the middle of resuming, too: every message of either
// side arrives, once, and in order; nobody acknowledges what has not arrived; and what waits is what was not
// acknowledged.
//
// The first byte chooses framing and SASL; each further byte is something that happens, some with a size behind it.
#include "rondel/stream/accepting_client_stream.hpp"
#include "rondel/stream/client_stream.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <string>

#include "tests/fuzz/input.hpp"
#include "tests/fuzz/require.hpp"
#include "tests/support/client_streams.hpp"
#include "tests/support/clients.hpp"

using namespace rondel;
using namespace rondel::test;
using namespace rondel::stream;

namespace {

struct Side {
    Stream* stream = nullptr;
    std::string under_way;  // to the other side
    std::uint64_t sent = 0, arrived = 0;
    std::uint64_t acknowledged = 0;  // by the other side, of this stream's
    bool opened = false, resumed = false, closed = false;
};

Stanza numbered(std::uint64_t number, bool of_client) {
    Element message("message", xml::stanza_ns);
    message.set("to", of_client ? "romeo@montague.example" : "juliet@capulet.example");
    if (!of_client) message.set("from", "romeo@montague.example/orchard");
    message.set("id", std::to_string(number));
    message.append("body").text(std::string(number % 90, 'x'));
    return Stanza(std::move(message));
}

class Voyage {
  public:
    explicit Voyage(std::uint8_t manner) {
        options_.framing = (manner & 1) != 0 ? Framing::websocket : Framing::tcp;
        options_.sasl2 = (manner & 2) != 0;
        options_.sasl.fewest_iterations = 1;
        house_ = capulet();
        meet(std::nullopt);
        flow();
        RONDEL_REQUIRE(client_.opened && server_.opened && !accepting_->resumption_id().empty());
    }

    void send(bool of_client) {
        Side& side = of_client ? client_ : server_;
        if (!side.stream->is_open()) return;
        RONDEL_REQUIRE(!side.stream->send(numbered(side.sent + 1, of_client)));
        ++side.sent;
    }
    void write(Side& from, std::size_t most) {
        const std::string_view output = from.stream->output();
        const std::size_t size = std::min(most, output.size());
        from.under_way.append(output.substr(0, size));
        from.stream->wrote(size);
    }
    void deliver(Side& from, Side& to, std::size_t most) {
        const std::string bytes = from.under_way.substr(0, most);  // memory of exactly their size
        from.under_way.erase(0, bytes.size());
        if (bytes.empty() || to.closed) return;
        to.stream->receive(bytes, now_);
        drain(to);
    }
    void cut(bool both_notice) {
        client_.stream->peer_closed(now_);
        drain(client_);
        if (both_notice) server_.stream->peer_closed(now_), drain(server_);
        meet_again();
    }
    void wait(Duration time) {
        if (!client_.stream->is_open() || !server_.stream->is_open()) return;  // or negotiation would time out
        now_ += time;
        for (Side* side : {&client_, &server_}) side->stream->expire(now_), drain(*side);
        if (client_.closed || server_.closed) cut(true);
    }
    void flow() {
        for (bool busy = true; busy;) {
            busy = false;
            for (const auto& [from, to] : {std::pair(&client_, &server_), {&server_, &client_}}) {
                write(*from, std::string::npos);
                busy = busy || !from->under_way.empty();
                deliver(*from, *to, std::string::npos);
            }
        }
    }
    // An acknowledgement of more than was sent ends the stream that hears it, and nothing else.
    void lie(bool to_client, std::uint32_t more) {
        flow();
        Side& side = to_client ? client_ : server_;
        Side& liar = to_client ? server_ : client_;
        lied_ = true;
        liar.under_way = ack(static_cast<std::uint32_t>(side.sent) + 1000 + more);
        if (options_.framing == Framing::websocket) liar.under_way += message_end;
        deliver(liar, side, std::string::npos);
        RONDEL_REQUIRE(side.closed);
    }

    void finish() {
        flow();
        RONDEL_REQUIRE(client_.arrived == server_.sent && server_.arrived == client_.sent);
        for (Side* side : {&client_, &server_})
            RONDEL_REQUIRE(side->stream->stanzas_acknowledged() == side->stream->stanzas_sent());
    }

    Side client_, server_;

  private:
    void meet(std::optional<Resumption> earlier) {
        caller_ = std::make_unique<ClientStream>(juliet(), options_, std::move(earlier));
        AcceptingClientOptions accepting = capulet_options();
        accepting.framing = options_.framing;
        accepting_ =
            std::make_unique<AcceptingClientStream>(house_, accepting, [this] { return "s" + std::to_string(++ids_); });
        client_.stream = caller_.get();
        server_.stream = accepting_.get();
        for (Side* side : {&client_, &server_}) {
            side->under_way.clear();
            side->opened = side->closed = side->resumed = false;
            side->acknowledged = 0;
            side->stream->secured(usual_tls(), now_);
            side->stream->start(now_);
        }
        for (Side* side : {&client_, &server_}) drain(*side);
    }

    // The server may not have noticed that the old connection is gone; its session is taken all the same.
    void meet_again() {
        std::optional<Resumption> left = caller_->take_resumption();
        RONDEL_REQUIRE(left.has_value());
        require_whole(*left);
        if (auto kept = accepting_->take_resumption()) {
            require_whole(*kept);
            RONDEL_REQUIRE(kept->id == left->id);
            house_.sessions.insert_or_assign(kept->id, std::move(*kept));
        }
        RONDEL_REQUIRE(house_.sessions.contains(left->id));
        meet(std::move(left));
        has_resumed_ = true;
    }
    static void require_whole(const Resumption& left) {
        std::size_t bytes = 0;
        for (const std::size_t size : left.unacknowledged.sizes) bytes += size;
        RONDEL_REQUIRE(bytes == left.unacknowledged.bytes.size());
        RONDEL_REQUIRE(left.own.empty() || left.own.size() == left.unacknowledged.sizes.size());
    }

    void drain(Side& side) {
        while (std::optional<Event> event = side.stream->next_event()) {
            RONDEL_REQUIRE(!side.closed);
            if (const auto* received = std::get_if<Received>(&*event)) {
                if (received->stanza.kind() != StanzaKind::message) continue;
                RONDEL_REQUIRE(side.opened);
                RONDEL_REQUIRE(received->stanza.id() == std::to_string(side.arrived + 1));
                ++side.arrived;
            } else if (const auto* opened = std::get_if<Opened>(&*event)) {
                RONDEL_REQUIRE(!side.opened);
                RONDEL_REQUIRE(opened->resumed == has_resumed_);
                side.opened = true;
            } else if (const auto* over = std::get_if<Closed>(&*event)) {
                RONDEL_REQUIRE(over->cause == CloseCause::connection_lost || over->cause == CloseCause::timed_out ||
                               lied_);
                side.closed = true;
            } else {
                RONDEL_REQUIRE(!std::holds_alternative<ResumptionFailed>(*event));
            }
        }
        const std::uint64_t acknowledged = side.stream->stanzas_acknowledged();
        RONDEL_REQUIRE(acknowledged >= side.acknowledged && acknowledged <= side.stream->stanzas_sent());
        side.acknowledged = acknowledged;
    }

    ClientStreamOptions options_;
    Clients house_;
    std::unique_ptr<ClientStream> caller_;
    std::unique_ptr<AcceptingClientStream> accepting_;
    Instant now_{std::chrono::hours(1)};
    int ids_ = 0;
    bool has_resumed_ = false, lied_ = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size > 400) return 0;  // each cut costs an authentication
    Input input(data, size);
    Voyage voyage(input.byte());
    while (!input.empty()) {
        const std::uint8_t what = input.byte();
        const bool of_client = (what & 16) != 0;
        Side& here = of_client ? voyage.client_ : voyage.server_;
        Side& there = of_client ? voyage.server_ : voyage.client_;
        switch (what & 15) {
            case 0:
            case 1:
            case 2:
                voyage.send(of_client);
                break;
            case 3:
            case 4:
                voyage.write(here, 1 + input.byte() * 4U);
                break;
            case 5:
            case 6:
                voyage.deliver(here, there, 1 + input.byte() * 4U);
                break;
            case 7:
                voyage.write(here, std::string::npos), voyage.deliver(here, there, 1 + input.byte() * 8U);
                break;
            case 8:
            case 9:
                voyage.cut(of_client);
                break;
            case 10:
                voyage.wait(std::chrono::seconds(input.byte() % 40));
                break;
            case 11:
                voyage.lie(of_client, input.byte());
                return 0;
            default:
                voyage.flow();
                break;
        }
    }
    voyage.finish();
    return 0;
}
