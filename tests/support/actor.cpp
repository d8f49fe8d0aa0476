#include "tests/support/actor.hpp"

#include <algorithm>
#include <memory>
#include <variant>

namespace rondel::test {

using namespace stream;

Actor::Actor(const MakeStream& make) : stream_(make()) {
    stream_->start(now_);
    drain();
}

void Actor::receive(std::string_view bytes) {
    const auto lent = std::make_unique<char[]>(bytes.size());
    std::copy(bytes.begin(), bytes.end(), lent.get());
    stream_->receive({lent.get(), bytes.size()}, now_);
    drain();
}

void Actor::lose_connection() {
    stream_->peer_closed(now_);
    drain();
}

void Actor::wait(Duration time) {
    const Instant end = now_ + time;
    while (stream_->deadline() <= end) {
        now_ = std::max(now_, stream_->deadline());
        stream_->expire(now_);
        drain();
        if (stream_->deadline() <= now_) {
            fault_ = "A deadline has passed, but expire() did nothing about it.";
            return;
        }
    }
    now_ = end;
}

void Actor::act(const std::function<void(Stream&, Instant)>& anything) {
    anything(*stream_, now_);
    drain();
}

void Actor::drain() {
    while (std::optional<Event> event = stream_->next_event()) {
        check(*event);
        reported.push_back(to_text(*event));
        if (const auto* received = std::get_if<Received>(&*event); received != nullptr && on_stanza)
            on_stanza(received->stanza);
    }
    const std::string_view output = stream_->output();
    said.append(output);
    stream_->wrote(output.size());
}

void Actor::check(const Event& event) {
    if (has_ended_) fault_ = "Something was reported after Closed.";
    if (std::holds_alternative<Connected>(event)) {
        if (has_connected_) fault_ = "Connected was reported twice.";
        has_connected_ = true;
    } else if (std::holds_alternative<Opened>(event)) {
        if (has_opened_ || !has_connected_) fault_ = "Opened was reported twice, or before Connected.";
        has_opened_ = true;
    } else if (const auto* closed = std::get_if<Closed>(&event)) {
        end_ = *closed;
        has_ended_ = true;
        if (closed->why.empty()) fault_ = "Closed did not say why.";
        if (closed->was_open != has_opened_) fault_ = "Closed is wrong about whether the stream was open.";
        if (stream_->is_open()) fault_ = "A closed stream said that it was open.";
        if (stream_->deadline() != never) fault_ = "A closed stream waited for something.";
    } else if (!has_opened_ && (std::holds_alternative<Received>(event) || std::holds_alternative<Refused>(event) ||
                                std::holds_alternative<Activity>(event))) {
        fault_ = "An element was reported before Opened (V39).";
    }
}

}  // namespace rondel::test
