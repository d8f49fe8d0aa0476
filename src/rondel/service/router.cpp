#include "rondel/service/router.hpp"

#include "rondel/service/router_state.hpp"

#include <stdexcept>

#include <fmt/format.h>

namespace rondel {

Router::Router() : state_(std::make_unique<State>()) {}
Router::Router(const Router& other) : state_(std::make_unique<State>(*other.state_)) {}
Router::Router(Router&& other) noexcept = default;
Router& Router::operator=(Router other) { return state_ = std::move(other.state_), *this; }
Router::~Router() = default;

Router& Router::on_connected(std::function<void(Entity&)> call) {
    state_->connected.push_back(std::move(call));
    return *this;
}

Router& Router::on_session(std::function<void(Entity&)> call) {
    state_->session.push_back(std::move(call));
    return *this;
}

Router& Router::on_lost(std::function<void(const Lost&, Entity&)> call) {
    state_->lost.push_back(std::move(call));
    return *this;
}

Router& Router::filter_in(std::function<bool(Stanza&, Entity&)> filter) {
    state_->filters_in.push_back(std::move(filter));
    return *this;
}

Router& Router::filter_out(std::function<bool(Stanza&, Entity&)> filter) {
    state_->filters_out.push_back(std::move(filter));
    return *this;
}

Features& Router::features() { return state_->features; }
const Features& Router::features() const { return state_->features; }

Router& Router::add_message(std::optional<MessageType> type, Handler handler) {
    if (type == MessageType::error)
        throw std::logic_error("Error messages are for on_error(); on_message() takes all other types.");
    state_->messages.push_back({type, std::move(handler), state_->messages.size() + state_->payloads.size()});
    return *this;
}

Router& Router::add_payload(std::string_view name, std::string_view ns, Handler handler) {
    state_->payloads.push_back(
        {std::string(name), std::string(ns), std::move(handler), state_->messages.size() + state_->payloads.size()});
    return *this;
}

Router& Router::add_presence(std::optional<PresenceType> type, Handler handler) {
    if (type == PresenceType::error)
        throw std::logic_error("Presence errors are for on_error(); on_presence() takes all other types.");
    state_->presences.push_back({type, std::move(handler)});
    return *this;
}

Router& Router::add_error(Handler handler) {
    state_->errors.push_back(std::move(handler));
    return *this;
}

Router& Router::add_answer(IqType type, std::string_view name, std::string_view ns, AnswerHandler handler) {
    if (type != IqType::get && type != IqType::set)
        throw std::logic_error("Only an iq of type get or set is answered (RFC 6120 §8.2.3).");
    for (const State::OnQuery& query : state_->queries)
        if (query.type == type && query.name == name && query.ns == ns)
            throw std::logic_error(
                fmt::format("This router answers {} of <{} xmlns='{}'/> already; an iq has one answer.",
                            to_string(type), name, ns));
    state_->queries.push_back({type, std::string(name), std::string(ns), std::move(handler)});
    state_->features.add(ns);
    return *this;
}

}  // namespace rondel
