// A gateway: each telephone has an address in its domain, +15550100@sms.example.com. What is written to that address
// goes to the telephone, and what the telephone says comes from it.
#pragma once

#include "carrier.hpp"

// [outwards]
inline void send_texts(rondel::Router& router, const rondel::Jid& carrier) {
    using namespace rondel;
    router.on_message([carrier](const Message& in, Entity& self) -> task<> {  // to anybody in our domain
        if (!in.body()) co_return;
        const Submit wanted{.number = std::string(in.to().local()), .text = std::string(*in.body())};
        Iq iq(IqType::set, carrier);
        iq.add(xml::encode(wanted));
        try {
            const Submitted done = co_await ask_for<Submitted>(
                self, std::move(iq), RequestOptions().from(in.to().bare()).timeout(std::chrono::seconds(5)));
            self.send(in.reply("Sent, for {} cents.", done.cents));
        } catch (const StanzaError& error) {  // what the carrier said; or remote-server-timeout, if it said nothing
            self.send(in.error_reply(error));
        }
    });
}
// [/outwards]

// [inwards]
inline void take_texts(rondel::Router& router, const rondel::Jid& carrier) {
    using namespace rondel;
    router.on([carrier](const Arrived& text, const Message& in, Entity& self) {
        if (in.from() != carrier) return;  // anybody could say so
        const auto telephone = Jid::from_parts(text.number, self.address().domain(), "");
        if (telephone) self.send(Message(text.whom, text.text).from(*telephone));
    });
}
// [/inwards]
