#include "rondel/service/dispatch.hpp"

#include <algorithm>

namespace rondel {

Dispatch::Dispatch(const std::vector<std::shared_ptr<Taken>>& routers) {
    std::size_t order = 0;
    for (const std::shared_ptr<Taken>& taken : routers) {
        add(*taken, order);
        order += taken->state().messages.size() + taken->state().payloads.size();
    }
}

void Dispatch::add(Taken& taken, std::size_t order) {
    const Router::State& router = taken.state();
    for (const auto& entry : router.messages) {
        const Bound<Handler> bound{&entry.handler, &taken, order + entry.order};
        for (const MessageType type : {MessageType::normal, MessageType::chat, MessageType::headline})
            if (!entry.type || entry.type == type) messages_[static_cast<std::size_t>(type)].push_back(bound);
        if (entry.type == MessageType::groupchat) messages_[static_cast<std::size_t>(*entry.type)].push_back(bound);
    }
    for (const auto& entry : router.payloads)
        payloads_[{entry.name, entry.ns}].push_back({&entry.handler, &taken, order + entry.order});
    for (const auto& entry : router.presences)
        for (std::size_t type = 0; type < presences_.size(); ++type)
            if (!entry.type || *entry.type == static_cast<PresenceType>(type))
                presences_[type].push_back({&entry.handler, &taken});
    for (const Handler& handler : router.errors) errors_.push_back({&handler, &taken});
    for (const auto& entry : router.queries) {
        Bound<AnswerHandler>& bound = (entry.type == IqType::get ? gets_ : sets_)[{entry.name, entry.ns}];
        if (bound.handler == nullptr) bound = {&entry.handler, &taken};
    }
    for (const auto& filter : router.filters_in) filters_in_.push_back({&filter, &taken});
    for (const auto& filter : router.filters_out) filters_out_.push_back({&filter, &taken});
}

const Dispatch::Handlers& Dispatch::find(const Message& message, bool own_words, Handlers& mixed) const {
    const Handlers& untyped = find(message.type(), own_words);
    if (&untyped == &errors_ || &untyped == &none_) return untyped;
    mixed.clear();
    for (const ElementView payload : message.element().children())
        if (const Handlers* more = payloads_.find({payload.name(), payload.ns()}))
            mixed.insert(mixed.end(), more->begin(), more->end());
    if (mixed.empty()) return untyped;
    mixed.insert(mixed.end(), untyped.begin(), untyped.end());
    // In the order in which they were added; a payload that is there twice calls its handlers once, with the first.
    std::ranges::sort(mixed, {}, &Bound<Handler>::order);
    const auto repeated = std::ranges::unique(mixed, {}, &Bound<Handler>::order);
    mixed.erase(repeated.begin(), repeated.end());
    return mixed;
}

const Dispatch::Handlers& Dispatch::find(const Presence& presence) const {
    const auto type = presence.type();
    if (type == PresenceType::error) return errors_;
    return type ? presences_[static_cast<std::size_t>(*type)] : none_;
}

[[gnu::hot]] Bound<AnswerHandler> Dispatch::find(const Iq& query) const {
    const ElementView payload = query.payload();
    const auto& answers = query.Stanza::type() == "get" ? gets_ : sets_;
    const Bound<AnswerHandler>* bound = answers.find({payload.name(), payload.ns()});
    return bound == nullptr ? Bound<AnswerHandler>() : *bound;
}

}  // namespace rondel
