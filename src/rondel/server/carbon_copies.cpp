#include "rondel/server/carbon_copies.hpp"

#include "rondel/server/message_rules.hpp"
#include "rondel/xep/carbons.hpp"

#include <algorithm>

namespace rondel::server {

namespace {

// §7, §8: from the account itself, of the type of the message.
Message wrap(const User& user, const Resource& to, const Message& message, Direction direction) {
    Message copy(to.address, message.type());
    copy.set_from(user.bare);
    if (direction == Direction::received) {
        carbons::Received received;
        received.forwarded = forwarding::wrap(message);
        copy.add(xml::encode(received));
    } else {
        carbons::Sent sent;
        sent.forwarded = forwarding::wrap(message);
        copy.add(xml::encode(sent));
    }
    return copy;
}

bool is_among(const Resource& resource, std::span<const Resource* const> those) {
    return std::ranges::find(those, &resource) != those.end();
}

Answer switch_carbons(const Asked& asked, bool on) {
    if (asked.own == nullptr) throw StanzaError(Condition::forbidden);
    asked.own->carbons = on;
    return {};
}

}  // namespace

bool others_want_copies(const User& user, std::span<const Resource* const> not_to) {
    return std::ranges::any_of(user.resources,
                               [not_to](const auto& one) { return one->carbons && !is_among(*one, not_to); });
}

void copy_to_others(const User& user, const Message& message, Direction direction,
                    std::span<const Resource* const> not_to) {
    if (!others_want_copies(user, not_to) || !is_to_be_copied(message, direction == Direction::sent)) return;
    for (const auto& one : Resources(user.resources))
        if (one->carbons && !is_among(*one, not_to))
            one->send(wrap(user, *one, message, direction));  // who does not read gets no copies
}

Answer enable_carbons(Home&, const Asked& asked) { return switch_carbons(asked, true); }
Answer disable_carbons(Home&, const Asked& asked) { return switch_carbons(asked, false); }

}  // namespace rondel::server
