// Router: what we answer. Made in main, complete when handed over, const afterwards.
//
//   Router router;
//   router.on_message(echo);                                               // void echo(const Message&, Entity&)
//   router.on<Receipt>([](const Receipt& receipt, const Message& in, Entity& self) -> task<> { … });
//   router.answer([](const ping::Ping&) { return ping::Pong(); });         // get; query and answer types come from the callable
//   router.answer_set([](const Register& form, const Iq& in, Entity& self) -> task<Registered> { … });
//   version::install(router, {.name = "rondel"});
//
// Handlers are functions, plain or task<>; they take the stanza (or the typed payload first), then Entity& if they want it. A stanza passed by
// reference lives until the handler's task has ended. Every handler that matches is called, in the order in which they were added; an iq
// has one. Stanzas of one bare JID are handled in order, a task included; those of others go on meanwhile.
//
// Of an answering handler: what it returns is the answer (a payload, an Element, an Iq, or nothing: an empty result). It may throw a
// StanzaError; anything else that it throws is logged and answered with internal-server-error; if it takes longer than
// EntityOptions::handler_timeout, remote-server-timeout is answered and what it says later is dropped. Exactly one answer, always.
// A get or set that nobody answers gets service-unavailable (RFC 6120 §8.4).
//
// Owns: its handlers. Copyable.   Threads: handlers run on the executor of the entity that took the router.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rondel/service/callable.hpp"
#include "rondel/service/entity.hpp"
#include "rondel/service/features.hpp"
#include "rondel/service/lifecycle.hpp"
#include "rondel/xml/payload.hpp"

namespace rondel {

class Router {
  public:
    Router();
    Router(const Router&);
    Router(Router&&) noexcept;
    Router& operator=(Router);
    ~Router();

    // Messages. Without a type: normal, chat and headline, that is never errors, and never groupchat. With groupchat: never what we ourselves
    // said in the room (the entity remembers the rooms it entered, XEP-0045 §7.2).
    template <MessageCallable F> Router& on_message(F handler);
    template <MessageCallable F> Router& on_message(MessageType type, F handler);
    // Messages that carry a payload of the type in the callable's first argument; any type but error.
    template <class F> Router& on(F handler);

    template <PresenceCallable F> Router& on_presence(F handler);  // any type but error
    template <PresenceCallable F> Router& on_presence(PresenceType type, F handler);

    // Error messages and presence; errors in answer to requests go to the request.
    template <class F> Router& on_error(F handler);  // (const Stanza&, [const StanzaError&,] [Entity&])

    // Queries. Typed: payload first. Untyped: by name, (const Iq&, [Entity&]).
    template <class F> Router& answer(F handler);      // get
    template <class F> Router& answer_set(F handler);  // set
    template <class F> Router& answer(IqType type, std::string_view name, std::string_view ns, F handler);
    // For an answer that comes from elsewhere: the handler keeps the Replier and uses it once, on the entity's executor. A Replier dropped
    // unused answers remote-server-timeout.
    template <class F> Router& answer_later(IqType type, std::string_view name, std::string_view ns, F handler);  // (Iq, Replier, [Entity&])

    // The life of the host's connection. Told to a router that is taken in late as well.
    Router& on_connected(std::function<void(Entity&)> call);            // before authentication: nothing can be sent yet
    Router& on_session(std::function<void(Entity&)> call);              // stanzas go out now
    Router& on_lost(std::function<void(const Lost&, Entity&)> call);

    // Filters see every stanza before the handlers, or before the wire, and may change it; false drops it: an iq get or set is then answered
    // with service-unavailable unless the filter throws a StanzaError, and an outgoing one ends as rejected.
    Router& filter_in(std::function<bool(Stanza&, Entity&)> filter);
    Router& filter_out(std::function<bool(Stanza&, Entity&)> filter);

    // What is installed, for disco (XEP-0030 §3.1).
    Features& features();
    const Features& features() const;

    struct State;
    const State& state() const { return *state_; }  // for the entity

  private:
    std::unique_ptr<State> state_;
};

}  // namespace rondel
