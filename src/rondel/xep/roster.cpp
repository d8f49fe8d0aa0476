#include "rondel/xep/roster.hpp"

#include "rondel/service/router.hpp"
#include "rondel/xep/ask.hpp"
#include "rondel/xep/own_account.hpp"

#include <stdexcept>

namespace rondel::roster {

namespace {

JidView account(const Entity& self) { return JidView(self.address()).bare(); }

// nullopt: nothing has changed, or pushes will say what (§2.6.3).
task<std::optional<Query>> ask_for_roster(Entity& self, Query query, RequestOptions options) {
    Iq iq = get(account(self), query);
    const Iq result = co_await ask_iq(self, std::move(iq), std::move(options));
    if (!result.payload()) co_return std::nullopt;
    std::string_view field;
    Result<Query> answer = xml::decode<Query>(result.payload(), &field);
    if (!answer) refuse_answer(account(self), answer.error(), field);
    co_return std::move(*answer);
}

task<> change(Entity& self, Item item) {
    Query query;
    query.items.push_back(std::move(item));
    Iq iq(IqType::set, account(self));
    xml::encode_into(iq.element().ref(), query);
    co_await ask_iq(self, std::move(iq), RequestOptions());
}

Query read_push(const Iq& in) {
    Result<Query> push = xml::decode<Query>(in.payload());
    if (!push || push->items.size() != 1)
        throw StanzaError(Condition::bad_request, "A roster push has one item (RFC 6121 §2.1.6).");
    return std::move(*push);
}

}  // namespace

void install(Router& router, std::shared_ptr<Roster> roster, ChangeHandler changed) {
    if (!roster) throw std::invalid_argument("roster::install() needs a roster to keep up to date.");
    router.answer(IqType::set, "query", ns,
                  [roster = std::move(roster), changed = std::move(changed)](const Iq& in, Entity& self) {
                      if (!is_from_own_account(in, self)) throw StanzaError(Condition::service_unavailable);
                      const std::optional<Change> change = roster->apply(read_push(in));
                      if (change && changed) changed(*change, self);
                  });
    router.features().remove(ns);  // who is told pushes has no roster to offer
}

task<std::vector<Change>> fetch(Entity& self, Roster& roster, bool versions, RequestOptions options) {
    Query query;
    if (versions) query.ver = roster.version();
    std::optional<Query> answer = co_await ask_for_roster(self, std::move(query), std::move(options));
    if (!answer) co_return std::vector<Change>();
    co_return roster.replace(std::move(*answer));
}

task<> set(Entity& self, JidView jid, std::string name, std::vector<std::string> groups) {
    Item item;
    item.jid = Jid(jid);
    item.name = std::move(name);
    item.groups = std::move(groups);
    return change(self, std::move(item));
}

task<> remove(Entity& self, JidView jid) {
    Item item;
    item.jid = Jid(jid);
    item.subscription = Subscription::remove;
    return change(self, std::move(item));
}

}  // namespace rondel::roster
