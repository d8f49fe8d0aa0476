// Router: what we answer. Made in main, complete when handed over, const afterwards.
//
//   Router router;
//   router.on_message(echo);                                               // void echo(const Message&, Entity&)
//   router.on<Receipt>([](const Receipt& receipt, const Message& in, Entity& self) -> task<> { … });
//   router.answer([](const Query&) { return own; });                       // get; the types are those of the callable
//   router.answer_set([](const Register& form, const Iq& in, Entity& self) -> task<Registered> { … });
//   version::install(router, {.name = "rondel"});
//
// Handlers are functions, plain or task<>; they take the stanza (or the typed payload first), then Entity& if they want
// it. A stanza passed by reference lives until the handler's task has ended. Every handler that matches is called, in
// the order in which they were added; an iq has one. Stanzas of one bare JID are handled in order, a task included;
// those of others go on meanwhile.
//
// Of an answering handler: what it returns is the answer (a payload, an Element, an Iq, or nothing: an empty result).
// It may throw a StanzaError; anything else that it throws is logged and answered with internal-server-error; if it
// takes longer than EntityOptions::handler_timeout, remote-server-timeout is answered and what it says later is
// dropped. Exactly one answer, always. A get or set that nobody answers gets service-unavailable (RFC 6120 §8.4).
//
// What is deleted below is what a compiler shows for a callable that is no handler, with the reason beside it.
//
// Owns: its handlers. Copyable.   Threads: handlers run on the executor of the entity that took the router.
#pragma once

#include "rondel/service/callable.hpp"
#include "rondel/service/entity.hpp"
#include "rondel/service/features.hpp"
#include "rondel/service/handler.hpp"
#include "rondel/service/lifecycle.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string_view>

namespace rondel {

class Router {
  public:
    Router();
    Router(const Router&);
    Router(Router&&) noexcept;
    Router& operator=(Router);
    ~Router();

    // Messages. Without a type: normal, chat and headline, that is never errors, and never groupchat. With groupchat:
    // never what we ourselves said in the room (the entity remembers the rooms it entered, XEP-0045 §7.2).
    template <MessageCallable F>
    Router& on_message(F handler) {
        return add_message(std::nullopt, handling::handler<Message>(std::move(handler)));
    }
    template <MessageCallable F>
    Router& on_message(MessageType type, F handler) {
        return add_message(type, handling::handler<Message>(std::move(handler)));
    }
    template <class F>
    Router& on_message(F) = delete;  // it must take (const Message&[, Entity&]) or (Message[, Entity&]): void or task<>
    template <class F>
    Router& on_message(MessageType, F) = delete;  // it must take (const Message&[, Entity&]) or (Message[, Entity&])

    // Messages that carry a payload of the type in the callable's first argument; any type but error, and nothing that
    // we ourselves said in a room. One whose payload is not as described is passed over (RFC 6120 §8.4). For a generic
    // lambda name the type: on<Receipt>(…).
    template <class F>
    requires PayloadCallable<F, callable::First<F>> Router& on(F handler) {
        return on<callable::First<F>>(std::move(handler));
    }
    template <class P, class F>
    requires PayloadCallable<F, P> Router& on(F handler) {
        return add_payload(xml::payload_name<P>(), xml::payload_ns<P>(),
                           handling::payload_handler<P>(std::move(handler)));
    }
    template <class F>
    Router& on(F) = delete;  // it must take (const PAYLOAD&[, const Message&][, Entity&])
    template <class P, class F>
    Router& on(F) = delete;  // it must take (const PAYLOAD&[, const Message&][, Entity&])

    // Presence of any type but error.
    template <PresenceCallable F>
    Router& on_presence(F handler) {
        return add_presence(std::nullopt, handling::handler<Presence>(std::move(handler)));
    }
    template <PresenceCallable F>
    Router& on_presence(PresenceType type, F handler) {
        return add_presence(type, handling::handler<Presence>(std::move(handler)));
    }
    template <class F>
    Router& on_presence(F) = delete;  // it must take (const Presence&[, Entity&]) or (Presence[, Entity&])

    // The four words of subscriptions (RFC 6121 §3); what answers them is in xep/subscriptions.hpp.
    template <PresenceCallable F>
    Router& on_subscribe(F handler) {  // somebody asks to see our presence
        return add_presence(PresenceType::subscribe, handling::handler<Presence>(std::move(handler)));
    }
    template <PresenceCallable F>
    Router& on_subscribed(F handler) {  // they said yes to us
        return add_presence(PresenceType::subscribed, handling::handler<Presence>(std::move(handler)));
    }
    template <PresenceCallable F>
    Router& on_unsubscribe(F handler) {  // they do not want to see it any more
        return add_presence(PresenceType::unsubscribe, handling::handler<Presence>(std::move(handler)));
    }
    template <PresenceCallable F>
    Router& on_unsubscribed(F handler) {  // they said no to us, or took their yes back
        return add_presence(PresenceType::unsubscribed, handling::handler<Presence>(std::move(handler)));
    }

    // Error messages and presence; errors in answer to requests go to the request.
    template <ErrorCallable F>
    Router& on_error(F handler) {
        return add_error(handling::error_handler(std::move(handler)));
    }

    // Queries. Typed: payload first; a payload that is not as described is answered with bad-request. Untyped: by name.
    // Their namespaces become features. A second answer to the same query throws std::logic_error: an iq has one.
    template <class F>
    requires QueryCallable<F, callable::First<F>> Router& answer(F handler) {
        return answer<callable::First<F>>(std::move(handler));
    }
    template <class Q, class F>
    requires QueryCallable<F, Q> Router& answer(F handler) {
        return add_answer(IqType::get, xml::payload_name<Q>(), xml::payload_ns<Q>(),
                          handling::query_handler<Q>(std::move(handler)));
    }
    template <class F>
    Router& answer(F) = delete;  // it must take (const QUERY&[, const Iq&][, Entity&]) and return an answer
    template <class Q, class F>
    Router& answer(F) = delete;  // it must take (const QUERY&[, const Iq&][, Entity&]) and return an answer
    template <class F>
    requires QueryCallable<F, callable::First<F>> Router& answer_set(F handler) {
        return answer_set<callable::First<F>>(std::move(handler));
    }
    template <class Q, class F>
    requires QueryCallable<F, Q> Router& answer_set(F handler) {
        return add_answer(IqType::set, xml::payload_name<Q>(), xml::payload_ns<Q>(),
                          handling::query_handler<Q>(std::move(handler)));
    }
    template <class F>
    Router& answer_set(F) = delete;  // it must take (const QUERY&[, const Iq&][, Entity&]) and return an answer
    template <class Q, class F>
    Router& answer_set(F) = delete;  // it must take (const QUERY&[, const Iq&][, Entity&]) and return an answer
    template <IqCallable F>
    Router& answer(IqType type, std::string_view name, std::string_view ns, F handler) {
        return add_answer(type, name, ns, handling::iq_handler(std::move(handler)));
    }
    // For an answer that comes from elsewhere: the handler keeps the Replier and uses it once. It holds no turn: the
    // next stanza of the same peer is handled once the handler returned.
    template <LaterCallable F>
    Router& answer_later(IqType type, std::string_view name, std::string_view ns, F handler) {
        return add_answer(type, name, ns, handling::later_handler(std::move(handler)));
    }

    // The life of the host's connection. Told to a router that is taken in late as well.
    Router& on_connected(std::function<void(Entity&)> call);  // before authentication: nothing can be sent yet
    Router& on_session(std::function<void(Entity&)> call);    // stanzas go out now
    Router& on_lost(std::function<void(const Lost&, Entity&)> call);

    // Filters see every stanza before the handlers, or before the wire, and may change it; false drops it: an iq get or
    // set is then answered with service-unavailable, or with the StanzaError that the filter throws, and an outgoing
    // one ends as rejected. What a filter sends is not filtered.
    Router& filter_in(std::function<bool(Stanza&, Entity&)> filter);
    Router& filter_out(std::function<bool(Stanza&, Entity&)> filter);

    // What is installed, for disco (XEP-0030 §3.1): the namespaces of what is answered, and what is added here.
    Features& features();
    const Features& features() const;

    struct State;
    const State& state() const { return *state_; }  // for the entity

  private:
    Router& add_message(std::optional<MessageType> type, Handler handler);
    Router& add_payload(std::string_view name, std::string_view ns, Handler handler);
    Router& add_presence(std::optional<PresenceType> type, Handler handler);
    Router& add_error(Handler handler);
    Router& add_answer(IqType type, std::string_view name, std::string_view ns, AnswerHandler handler);

    std::unique_ptr<State> state_;
};

}  // namespace rondel
