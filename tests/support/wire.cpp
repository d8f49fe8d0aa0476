#include "tests/support/wire.hpp"

#include <algorithm>

namespace rondel::test {

using namespace stream;

Wire::Wire(const MakeStream& make_component, const MakeStream& make_server, unsigned seed)
    : component_(make_component()), server_(make_server()), random_(seed), component(*component_), server(*server_) {
    component.start(now);
    server.start(now);
}

void Wire::flow(std::size_t pieces) {
    for (bool moved = true; moved && pieces > 0; --pieces) {
        Side* from = &component_side_;
        Side* to = &server_side_;
        if (random_() % 2 == 0) std::swap(from, to);
        moved = move(*from, *to) || move(*to, *from);
    }
}

// The transport takes some of what one side has to say, and gives some of what is on its way to the other.
bool Wire::move(Side& from, Side& to) {
    const std::size_t most = random_() % 8 == 0 ? 4000 : 90;
    const std::string_view output = from.stream.output();
    const std::size_t taken = std::min(output.size(), 1 + random_() % most);
    to.on_its_way.append(output.substr(0, taken));
    from.stream.wrote(taken);

    const std::size_t given = std::min(to.on_its_way.size(), 1 + random_() % most);
    if (taken + given == 0) return false;
    const std::string piece = to.on_its_way.substr(0, given);
    to.on_its_way.erase(0, given);
    to.stream.receive(piece, now);
    drain(to);
    return true;
}

void Wire::drain(Side& side) {
    while (std::optional<Event> event = side.stream.next_event()) {
        if (auto* closed = std::get_if<Closed>(&*event)) side.end = std::move(*closed);
        if (std::holds_alternative<Refused>(*event)) side.events.push_back(to_text(*event));
        if (auto* received = std::get_if<Received>(&*event)) {
            if (&side == &server_side_ && server_echoes_pings && received->stanza.to() == received->stanza.from())
                server.send(received->stanza);
            else
                side.events.push_back(to_text(*event));
        }
    }
}

void Wire::pass(Duration time) {
    now += time;
    for (Side* side : {&component_side_, &server_side_}) {
        side->stream.expire(now);
        drain(*side);
    }
}

void Wire::cut() {
    for (Side* side : {&component_side_, &server_side_}) {
        side->stream.peer_closed(now);
        drain(*side);
    }
}

}  // namespace rondel::test
