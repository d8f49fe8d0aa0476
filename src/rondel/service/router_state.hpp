// What a router holds: its handlers in the order in which they were added. For the entity; handlers never see it.
#pragma once

#include "rondel/service/router.hpp"

#include <string>
#include <vector>

namespace rondel {

struct Router::State {
    struct OnMessage {
        std::optional<MessageType> type;
        Handler handler;
        std::size_t order = 0;  // among those of messages, typed and not
    };
    struct OnPayload {
        std::string name;
        std::string ns;
        Handler handler;
        std::size_t order = 0;
    };
    struct OnPresence {
        std::optional<PresenceType> type;
        Handler handler;
    };
    struct OnQuery {
        IqType type = IqType::get;
        std::string name;
        std::string ns;
        AnswerHandler handler;
    };
    using Filter = std::function<bool(Stanza&, Entity&)>;

    std::vector<OnMessage> messages;
    std::vector<OnPayload> payloads;
    std::vector<OnPresence> presences;
    std::vector<Handler> errors;
    std::vector<OnQuery> queries;
    std::vector<std::function<void(Entity&)>> connected;
    std::vector<std::function<void(Entity&)>> session;
    std::vector<std::function<void(const Lost&, Entity&)>> lost;
    std::vector<Filter> filters_in;
    std::vector<Filter> filters_out;
    Features features;
};

}  // namespace rondel
