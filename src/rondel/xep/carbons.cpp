#include "rondel/xep/carbons.hpp"

#include "rondel/service/router.hpp"
#include "rondel/xep/ask.hpp"
#include "rondel/xep/hints.hpp"
#include "rondel/xep/own_account.hpp"

namespace rondel::carbons {

namespace {

bool is_ours(JidView jid, const Entity& self) { return jid.bare() == JidView(self.address()).bare(); }

std::optional<Carbon> open(Direction direction, forwarding::Forwarded& forwarded, const Entity& self) {
    const std::optional<delay::Delay> delay = forwarded.delay;
    std::optional<Message> message = std::move(forwarded).take_message();
    if (!message) return std::nullopt;
    if (!is_ours(direction == Direction::sent ? message->from() : message->to(), self)) return std::nullopt;
    Carbon carbon;
    carbon.direction = direction;
    carbon.message = *std::move(message);
    carbon.stamp = delay ? delay->stamp : delay::sent_at(carbon.message);
    return carbon;
}

template <class Copy>
void take(Router& router, Direction direction, const std::shared_ptr<const CarbonHandler>& handler) {
    router.on<Copy>([direction, handler](Copy copy, const Message& in, Entity& self) {
        if (in.from().empty() || !is_from_own_account(in, self)) return;
        if (const std::optional<Carbon> carbon = open(direction, copy.forwarded, self)) (*handler)(*carbon, self);
    });
}

template <class Wish>
task<> ask(Entity& self, RequestOptions options) {
    Iq iq(IqType::set, JidView(self.address()).bare());
    iq.add(Wish::xml.name, ns);
    co_await ask_iq(self, std::move(iq), std::move(options));
}

}  // namespace

void install(Router& router, CarbonHandler handler) {
    const auto kept = std::make_shared<const CarbonHandler>(std::move(handler));
    take<Received>(router, Direction::received, kept);
    take<Sent>(router, Direction::sent, kept);
}

task<> enable(Entity& self, RequestOptions options) { return ask<Enable>(self, std::move(options)); }
task<> disable(Entity& self, RequestOptions options) { return ask<Disable>(self, std::move(options)); }

Message&& keep_private(Message&& message) {
    xml::encode_into(message.element().ref(), Private());
    xml::encode_into(message.element().ref(), hints::NoCopy());
    return std::move(message);
}

}  // namespace rondel::carbons
