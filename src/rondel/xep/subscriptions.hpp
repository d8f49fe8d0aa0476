// Presence subscriptions (RFC 6121 §3): who may see whose presence. Asking and answering, the same for a client and for
// a component.
//
//   subscriptions::install(router, subscriptions::Policy::both_ways);       // a bot for everybody
//   router.on_subscribe([](const Presence& in, Entity& self) { subscriptions::approve(self, in); });    // by hand
//   subscriptions::request(self, "juliet@capulet.lit"_jid);
//
// A client's server keeps its subscriptions, sends its presence to those who see it, and answers probes. A component
// must do all that itself; install() does the part that needs no memory.
#pragma once

#include "rondel/service/entity.hpp"
#include "rondel/stanza/presence.hpp"

#include <functional>

namespace rondel {
class Router;
}

namespace rondel::subscriptions {

// All of them go between bare JIDs (§3.1.1). `from`: which of its addresses a component speaks for; empty: its own.
Ticket request(Entity& self, JidView contact, JidView from = {});  // may we see yours? on_subscribed tells the yes
Ticket approve(Entity& self, JidView contact, JidView from = {});  // yes; also beforehand where the server can (§3.4)
Ticket deny(Entity& self, JidView contact, JidView from = {});     // no; or not any more (§3.2)
Ticket give_up(Entity& self, JidView contact, JidView from = {});  // we do not want to see it any more (§3.3)
Ticket probe(Entity& self, JidView contact, JidView from = {});    // for components: what is it now? (§4.3)

// To one who asked, from the very address that was asked.
Ticket approve(Entity& self, const Presence& asked);
Ticket deny(Entity& self, const Presence& asked);

enum class Policy {
    approve,    // everybody may see us
    both_ways,  // and we ask to see everybody who asked
    deny,
};

// Answers who asks. The second form asks the application each time: nullopt leaves it open. At a component it is asked
// about probes too, and whoever it does not approve of learns nothing.
void install(Router& router, Policy policy);
using Choice = std::function<std::optional<Policy>(const Presence& asked, Entity& self)>;
void install(Router& router, Choice choice);

}  // namespace rondel::subscriptions
