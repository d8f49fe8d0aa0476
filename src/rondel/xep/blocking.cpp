#include "rondel/xep/blocking.hpp"

#include "rondel/service/router.hpp"
#include "rondel/xep/ask.hpp"
#include "rondel/xep/own_account.hpp"

#include <memory>

namespace rondel::blocking {

namespace {

JidView account(const Entity& self) { return JidView(self.address()).bare(); }

template <xml::Payload P>
task<> tell(Entity& self, P wish) {
    Iq iq(IqType::set, account(self));
    xml::encode_into(iq.element().ref(), wish);
    co_await ask_iq(self, std::move(iq), RequestOptions());
}

task<std::vector<Jid>> ask(Entity& self) {
    Iq iq = get(account(self), Query());
    Blocklist found = co_await ask_for<Blocklist>(self, std::move(iq), RequestOptions());
    co_return std::move(found.jids);
}

// Untyped, so that a stranger cannot tell a push that can be read from one that cannot.
template <xml::Payload P, class Made>
void take(Router& router, const std::shared_ptr<const ChangeHandler>& changed, Made made) {
    router.answer(IqType::set, P::xml.name, ns, [changed, made](const Iq& in, Entity& self) {
        if (!is_from_own_account(in, self)) throw StanzaError(Condition::service_unavailable);
        Result<P> push = xml::decode<P>(in.payload());
        if (!push) throw StanzaError(Condition::bad_request, push.error().message());
        if (*changed) (*changed)(made(std::move(push->jids)), self);
    });
}

}  // namespace

void install(Router& router, ChangeHandler changed) {
    const auto kept = std::make_shared<const ChangeHandler>(std::move(changed));
    take<Block>(router, kept, [](std::vector<Jid> jids) { return Change{.blocked = std::move(jids)}; });
    take<Unblock>(router, kept, [](std::vector<Jid> jids) {
        const bool all = jids.empty();
        return Change{.unblocked = std::move(jids), .all_unblocked = all};
    });
    router.features().remove(ns);  // it is the server that can block
}

task<std::vector<Jid>> list(Entity& self) { return ask(self); }

task<> block(Entity& self, JidView jid) {
    Block wish;
    wish.jids.emplace_back(jid);
    return tell(self, std::move(wish));
}

task<> unblock(Entity& self, JidView jid) {
    Unblock wish;
    wish.jids.emplace_back(jid);
    return tell(self, std::move(wish));
}

task<> unblock_all(Entity& self) { return tell(self, Unblock()); }

bool is_blocked(const StanzaError& error) {
    return error.application_name() == "blocked" && error.application_ns() == ns_errors;
}

}  // namespace rondel::blocking
