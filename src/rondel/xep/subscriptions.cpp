#include "rondel/xep/subscriptions.hpp"

#include "rondel/service/router.hpp"

#include <optional>

namespace rondel::subscriptions {

namespace {

Ticket tell(Entity& self, PresenceType type, JidView contact, JidView from) {
    Presence presence(contact.bare(), type);
    if (!from.empty()) presence.set_from(from.bare());
    return self.send(std::move(presence));
}

// A domain has no server that would do it (XEP-0114): whoever may see us is told what there is to see.
bool speaks_for_itself(const Entity& self) { return self.address().local().empty(); }

void answer(const Presence& asked, Entity& self, Policy policy) {
    if (policy == Policy::deny) {
        deny(self, asked);
        return;
    }
    approve(self, asked);
    if (speaks_for_itself(self)) self.send(Presence(asked.from().bare()).from(asked.to()));
    if (policy == Policy::both_ways) request(self, asked.from(), asked.to());
}

}  // namespace

Ticket request(Entity& self, JidView contact, JidView from) {
    return tell(self, PresenceType::subscribe, contact, from);
}
Ticket approve(Entity& self, JidView contact, JidView from) {
    return tell(self, PresenceType::subscribed, contact, from);
}
Ticket deny(Entity& self, JidView contact, JidView from) {
    return tell(self, PresenceType::unsubscribed, contact, from);
}
Ticket give_up(Entity& self, JidView contact, JidView from) {
    return tell(self, PresenceType::unsubscribe, contact, from);
}
Ticket probe(Entity& self, JidView contact, JidView from) { return tell(self, PresenceType::probe, contact, from); }

Ticket approve(Entity& self, const Presence& asked) { return self.send(asked.reply(PresenceType::subscribed)); }
Ticket deny(Entity& self, const Presence& asked) { return self.send(asked.reply(PresenceType::unsubscribed)); }

void install(Router& router, Policy policy) {
    install(router, [policy](const Presence&, Entity&) { return policy; });
}

void install(Router& router, Choice choice) {
    router.on_subscribe([choice](const Presence& asked, Entity& self) {
        if (const std::optional<Policy> policy = choice(asked, self)) answer(asked, self, *policy);
    });
    router.on_presence(PresenceType::probe, [choice = std::move(choice)](const Presence& asked, Entity& self) {
        if (!speaks_for_itself(self)) return;
        const std::optional<Policy> policy = choice(asked, self);
        if (policy && *policy != Policy::deny) self.send(Presence(asked.from()).from(asked.to()));
    });
}

}  // namespace rondel::subscriptions
