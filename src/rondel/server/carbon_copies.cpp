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

Answer switch_carbons(const Asked& asked, bool on) {
    if (asked.own == nullptr) throw StanzaError(Condition::forbidden);
    asked.own->carbons = on;
    return {};
}

}  // namespace

void copy_to_others(Home&, const User& user, const Message& message, Direction direction,
                    const std::vector<const Resource*>& not_to) {
    const bool anybody = std::ranges::any_of(user.resources, [](const auto& one) { return one->carbons; });
    if (!anybody || !is_to_be_copied(message, direction == Direction::sent)) return;
    for (const auto& one : Resources(user.resources)) {
        if (!one->carbons || std::ranges::find(not_to, one.get()) != not_to.end()) continue;
        one->send(wrap(user, *one, message, direction));  // who does not read gets no copies
    }
}

Answer enable_carbons(Home&, const Asked& asked) { return switch_carbons(asked, true); }
Answer disable_carbons(Home&, const Asked& asked) { return switch_carbons(asked, false); }

}  // namespace rondel::server
