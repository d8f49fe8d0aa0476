// What a handler may look like. A handler is any copyable callable that takes the stanza, or a typed payload first, and
// then Entity& if it wants it; and returns void or task<>, or its answer. These concepts say so, and call() gives it
// what it takes.
//
//   void (const Message&)     or (const Message&, Entity&)    or task<> (…)   the stanza lives until the handler ended
//   void (Message)            or (Message, Entity&)           or task<> (…)   the handler keeps the stanza
//   void (const Receipt&, …)  or (Receipt, …)                 or task<> (…)   a payload (xml/payload.hpp) first
#pragma once

#include "rondel/service/entity.hpp"
#include "rondel/service/replier.hpp"
#include "rondel/xml/payload.hpp"

#include <concepts>
#include <type_traits>
#include <utility>

namespace rondel::callable {

// What comes out of a handler's result once it was awaited.
template <class R>
struct Awaited {
    using type = R;
    static constexpr bool waits = false;
};
template <class T>
struct Awaited<task<T>> {
    using type = T;
    static constexpr bool waits = true;
};

template <class F, class... Args>
concept Takes = std::invocable<F&, Args...>;

template <class F, class S>
concept Borrows = Takes<F, const S&, Entity&> || Takes<F, const S&>;
template <class F, class S>
concept Keeps = !Borrows<F, S> && (Takes<F, S&&, Entity&> || Takes<F, S&&>);

template <class F, class S>
requires(Borrows<F, S> || Keeps<F, S>) decltype(auto) call(F& handler, S& stanza, Entity& self) {
    if constexpr (Takes<F, const S&, Entity&>)
        return handler(std::as_const(stanza), self);
    else if constexpr (Takes<F, const S&>)
        return handler(std::as_const(stanza));
    else if constexpr (Takes<F, S&&, Entity&>)
        return handler(std::move(stanza), self);
    else
        return handler(std::move(stanza));
}

// The same with something in front of the stanza that is the handler's own: a payload, or an error.
template <class F, class P, class S>
concept TakesWith =
    Takes<F, P&&, const S&, Entity&> || Takes<F, P&&, const S&> || Takes<F, P&&, Entity&> || Takes<F, P&&>;

template <class F, class P, class S>
requires TakesWith<F, P, S>
decltype(auto) call_with(F& handler, P& front, const S& stanza, Entity& self) {
    if constexpr (Takes<F, P&&, const S&, Entity&>)
        return handler(std::move(front), stanza, self);
    else if constexpr (Takes<F, P&&, const S&>)
        return handler(std::move(front), stanza);
    else if constexpr (Takes<F, P&&, Entity&>)
        return handler(std::move(front), self);
    else
        return handler(std::move(front));
}

template <class F, class S>
using Result = decltype(call(std::declval<F&>(), std::declval<S&>(), std::declval<Entity&>()));
template <class F, class P, class S>
using ResultWith =
    decltype(call_with(std::declval<F&>(), std::declval<P&>(), std::declval<const S&>(), std::declval<Entity&>()));

// What an answering handler may return, awaited: nothing (an empty result), the payload, typed or not, or the whole
// answer.
template <class R>
concept AnswerValue = std::is_void_v<R> || std::same_as<R, Element> || std::same_as<R, Iq> || xml::Payload<R>;

// Whole expressions on purpose: g++ 12 mixes up concepts that are given these types through an alias.
template <class F, class S>
concept HandlesStanza = std::copy_constructible<F> &&
    (Borrows<F, S> || Keeps<F, S>)&&requires(F& handler, S& stanza, Entity& self) {
    requires std::is_void_v<typename Awaited<decltype(call(handler, stanza, self))>::type>;
};
template <class F, class P, class S>
concept HandlesWith = std::copy_constructible<F> && TakesWith<F, P, S> &&
    requires(F& handler, P& front, S& stanza, Entity& self) {
    requires std::is_void_v<typename Awaited<decltype(call_with(handler, front, stanza, self))>::type>;
};
template <class F, class P>
concept AnswersQuery = std::copy_constructible<F> && TakesWith<F, P, Iq> &&
    requires(F& handler, P& query, Iq& in, Entity& self) {
    requires AnswerValue<typename Awaited<decltype(call_with(handler, query, in, self))>::type>;
};
template <class F>
concept AnswersIq = std::copy_constructible<F> && Borrows<F, Iq> && requires(F& handler, const Iq& in, Entity& self) {
    requires AnswerValue<typename Awaited<decltype(call(handler, in, self))>::type>;
};

// The type of a callable's first argument; none for a generic lambda: name the type, as in on<Receipt>([](const auto&)
// { … }).
template <class F>
struct Signature;
template <class F>
requires requires { &F::operator(); }
struct Signature<F> : Signature<decltype(&F::operator())> {};
template <class R, class A, class... Rest>
struct Signature<R (*)(A, Rest...)> {
    using First = std::remove_cvref_t<A>;
};
template <class R, class A, class... Rest>
struct Signature<R (*)(A, Rest...) noexcept> : Signature<R (*)(A, Rest...)> {};
template <class C, class R, class A, class... Rest>
struct Signature<R (C::*)(A, Rest...)> : Signature<R (*)(A, Rest...)> {};
template <class C, class R, class A, class... Rest>
struct Signature<R (C::*)(A, Rest...) const> : Signature<R (*)(A, Rest...)> {};
template <class C, class R, class A, class... Rest>
struct Signature<R (C::*)(A, Rest...) noexcept> : Signature<R (*)(A, Rest...)> {};
template <class C, class R, class A, class... Rest>
struct Signature<R (C::*)(A, Rest...) const noexcept> : Signature<R (*)(A, Rest...)> {};

template <class F>
using First = typename Signature<F>::First;

}  // namespace rondel::callable

namespace rondel {

template <class F>
concept MessageCallable = callable::HandlesStanza<F, Message>;

template <class F>
concept PresenceCallable = callable::HandlesStanza<F, Presence>;

// (const Stanza&, [Entity&]) or (const StanzaError&, [const Stanza&,] [Entity&])
template <class F>
concept ErrorCallable = callable::HandlesStanza<F, Stanza> || callable::HandlesWith<F, StanzaError, Stanza>;

template <class F, class P>
concept PayloadCallable = xml::Payload<P> && callable::HandlesWith<F, P, Message>;

template <class F, class Q>
concept QueryCallable = xml::Payload<Q> && callable::AnswersQuery<F, Q>;

template <class F>
concept IqCallable = callable::AnswersIq<F>;

// (Iq, Replier, [Entity&])
template <class F>
concept LaterCallable = std::copy_constructible<F> &&
    (std::invocable<F&, Iq, Replier, Entity&> || std::invocable<F&, Iq, Replier>);

}  // namespace rondel
