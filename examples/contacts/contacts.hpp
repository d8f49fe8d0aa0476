// A service that has contacts: whoever asks may see it, is asked back, and is greeted. The same on every host; a client
// also follows the roster that its server keeps.
#pragma once

#include <rondel/rondel.hpp>

// [subscriptions]
inline void greet_contacts(rondel::Router& router) {
    using namespace rondel;
    subscriptions::install(router, subscriptions::Policy::both_ways);
    router.on_subscribed([](const Presence& in, Entity& self) {  // they said yes to us
        self.send(Message(in.from().bare(), "Now I see you, too.").from(in.to().bare()));
    });
}
// [/subscriptions]

// [roster]
// For ClientOptions::roster: the host fetches it at each start, and this hears of what changes afterwards.
inline std::shared_ptr<rondel::roster::Roster> follow_roster(rondel::Router& router) {
    using namespace rondel;
    auto contacts = std::make_shared<roster::Roster>();
    roster::install(router, contacts, [](const roster::Change& change, Entity& self) {
        self.log(LogLevel::info, change.now ? "A contact came or changed." : "A contact went.");
    });
    return contacts;
}
// [/roster]
