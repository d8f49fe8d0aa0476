#include "rondel/server/messages.hpp"

#include "rondel/server/archiving.hpp"
#include "rondel/server/carbon_copies.hpp"
#include "rondel/server/message_rules.hpp"
#include "rondel/server/offline_messages.hpp"
#include "rondel/xep/stanza_ids.hpp"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

namespace rondel::server {

namespace {

// A stanza as the message that it is, for as long as this lives. Then it is a stanza again, whatever was thrown:
// whoever catches what the storage throws answers it.
class Lent {
  public:
    explicit Lent(Stanza& stanza) : stanza_(stanza), message_(std::move(stanza)) {}
    ~Lent() { stanza_ = std::move(message_); }
    Lent(const Lent&) = delete;
    Lent& operator=(const Lent&) = delete;
    Message& operator*() { return message_; }
    Message* operator->() { return &message_; }

  private:
    Stanza& stanza_;
    Message message_;
};

bool anybody_takes(const User& user) {
    return std::ranges::any_of(user.resources, [](const auto& one) { return one->takes_messages(); });
}

Resources takers(const User& user) {
    Resources takers;
    for (const auto& one : user.resources)
        if (one->takes_messages()) takers.push_back(one);
    return takers;
}

void give_id(const User& user, Stanza& message, const std::optional<std::string>& id) {
    if (!id) return;
    stanza_ids::StanzaId given;
    given.id = *id;
    given.by = user.bare;
    stanza_ids::give(message, given);
}

void deliver(Home& home, const User& user, const std::shared_ptr<Resource>& to, const Message& message) {
    const Resource* const had = to.get();
    copy_to_others(user, message, Direction::received, {&had, 1});
    home.hand(*to, message);
}

void deliver(Home& home, const User& user, const Resources& to, const Message& message) {
    std::vector<const Resource*> had;
    for (const auto& one : to) had.push_back(one.get());
    copy_to_others(user, message, Direction::received, had);
    for (const auto& one : to) home.hand(*one, message);
}

// Nobody is here for it.
void keep_or_refuse(Home& home, const User& user, Message& message) {
    if (is_mere_state(message)) return;
    const bool full = user.guest || user.storage.offline_count(user.name) >= home.options.most_offline;
    if (full || !is_worth_keeping(message)) return home.refuse(message, Condition::service_unavailable);
    give_id(user, message, put_into_archive(home, user, message.from(), message));
    keep_offline(home, user, message);
}

}  // namespace

void send_message(Home& home, User& user, Resource& resource, Stanza& stanza) {
    const JidView to = stanza.to();
    resource.has_written_to(to);
    if (!user.owns(to) && !stanza.is_error()) {
        Lent message(stanza);
        const auto id = put_into_archive(home, user, to, *message);
        const Resource* const writer = &resource;
        if (others_want_copies(user, {&writer, 1})) {
            Message copy = message->copy();  // the id is the user's own, and nothing for the receiver
            give_id(user, copy, id);
            copy_to_others(user, copy, Direction::sent, {&writer, 1});
        }
    }
    home.route(std::move(stanza));
}

void receive_message(Home& home, User& user, Stanza& stanza) {
    stanza_ids::take_off(stanza, user.bare);
    Lent message(stanza);
    const JidView to = message->to();
    const auto addressed = to.is_bare() ? nullptr : user.find(to.resource());
    switch (fate_of(message->type(), !to.is_bare(), addressed != nullptr, anybody_takes(user))) {
        case MessageFate::resource:
            give_id(user, *message, put_into_archive(home, user, message->from(), *message));
            return deliver(home, user, addressed, *message);
        case MessageFate::all:
            give_id(user, *message, put_into_archive(home, user, message->from(), *message));
            return deliver(home, user, takers(user), *message);
        case MessageFate::keep:
            return keep_or_refuse(home, user, *message);
        case MessageFate::bounce:
            return home.refuse(*message, Condition::service_unavailable);
        case MessageFate::ignore:
            return;
    }
}

void rescue_message(Home& home, User& user, JidView ended, Stanza stanza) {
    Message message(std::move(stanza));
    if (message.is_error() || message.type() == MessageType::headline || is_wrapped(message)) return;
    if (message.type() == MessageType::groupchat) return home.refuse(message, Condition::service_unavailable);
    if (const auto successor = user.find(ended.resource())) return home.hand(*successor, message);

    // What was for all has been given to all; of the rest those who want copies have had one.
    const bool was_for_all = message.to().is_bare();
    const bool was_copied = is_to_be_copied(message, false);
    const Resources others = takers(user);
    Resources without;
    for (const auto& one : others)
        if (!was_for_all && !(was_copied && one->carbons)) without.push_back(one);
    if (!without.empty() && without.size() == others.size()) {
        for (const auto& one : without) home.hand(*one, message);
        return;
    }
    if (!others.empty() || is_mere_state(message)) return;

    const auto id = stanza_ids::given_by(message, user.bare);
    if (id && is_kept_offline(user, *id)) return;
    if (!is_worth_keeping(message) || !keep_offline(home, user, message))
        home.refuse(message, Condition::service_unavailable);
}

}  // namespace rondel::server
