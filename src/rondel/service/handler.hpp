// Handlers with their types forgotten, and how a callable becomes one: a thin template over what the .cpp files know.
#pragma once

#include "rondel/service/callable.hpp"
#include "rondel/service/replier.hpp"

#include <functional>
#include <string>
#include <system_error>
#include <utility>

namespace rondel {

// Handles messages, presence, or errors. The task is empty if the callable was plain: then all is done.
struct Handler {
    std::function<task<>(Stanza&, Entity&)> call;
    bool waits = false;  // its call returns a task; the stanza must live until that has ended
    bool keeps = false;  // its call moves the stanza out
};

// Answers an iq: fills `answer`, or throws; both must live until the task has ended. Or is given a Replier for later.
struct AnswerHandler {
    std::function<task<>(const Iq& in, Iq& answer, Entity&)> call;
    bool waits = false;
    bool returns_iq = false;                            // made by its author: the addresses and the id may be anything
    std::function<task<>(Iq, Replier, Entity&)> later;  // instead of the above
};

namespace handling {

[[noreturn]] void refuse_payload(std::error_code why,
                                 std::string_view field);  // throws bad-request (RFC 6120 §8.3.3.1)

template <class R>
void put(Iq& answer, const Iq& in, R& value) {
    if constexpr (std::same_as<R, Iq>) {
        answer = std::move(value);
    } else {
        answer = in.result();
        if constexpr (std::same_as<R, Element>)
            answer.add(value);
        else
            xml::encode_into(answer.element().ref(), value);
    }
}

template <class R>
task<> answer_when_done(task<R> work, const Iq& in, Iq& answer) {
    if constexpr (std::is_void_v<R>) {
        co_await std::move(work);
        answer = in.result();
    } else {
        R value = co_await std::move(work);
        put(answer, in, value);
    }
}

template <class Call>
void answer_now(Call& call, const Iq& in, Iq& answer) {
    if constexpr (std::is_void_v<std::invoke_result_t<Call&>>) {
        call();
        answer = in.result();
    } else {
        auto value = call();
        put(answer, in, value);
    }
}

// What was made for a handler that waits, a payload or an error, lives as long as its task.
template <class F, class P, class S>
task<> call_waiting(F& handler, P front, const S& stanza, Entity& self) {
    co_await callable::call_with(handler, front, stanza, self);
}

template <class F, class Q>
task<> answer_waiting(F& handler, Q query, const Iq& in, Iq& answer, Entity& self) {
    co_await answer_when_done(callable::call_with(handler, query, in, self), in, answer);
}

template <class S, class F>
Handler handler(F callable) {
    constexpr bool waits = callable::Awaited<callable::Result<F, S>>::waits;
    return {[callable = std::move(callable)](Stanza& stanza, Entity& self) mutable -> task<> {
                S& in = static_cast<S&>(stanza);  // what it was made as
                if constexpr (waits) {
                    return callable::call(callable, in, self);
                } else {
                    callable::call(callable, in, self);
                    return {};
                }
            },
            waits, callable::Keeps<F, S>};
}

template <class P, class F>
Handler payload_handler(F callable) {
    constexpr bool waits = callable::Awaited<callable::ResultWith<F, P, Message>>::waits;
    return {[callable = std::move(callable)](Stanza& stanza, Entity& self) mutable -> task<> {
                const Message& in = static_cast<const Message&>(stanza);
                auto payload = xml::decode<P>(in.payload(xml::payload_name<P>(), xml::payload_ns<P>()));
                if (!payload) return {};  // the part that is not understood is ignored (RFC 6120 §8.4)
                if constexpr (waits) {
                    return call_waiting(callable, *std::move(payload), in, self);
                } else {
                    callable::call_with(callable, *payload, in, self);
                    return {};
                }
            },
            waits, false};
}

template <class F>
Handler error_handler(F callable) {
    if constexpr (callable::Borrows<F, Stanza> || callable::Keeps<F, Stanza>) {
        return handler<Stanza>(std::move(callable));
    } else {
        constexpr bool waits = callable::Awaited<callable::ResultWith<F, StanzaError, Stanza>>::waits;
        return {[callable = std::move(callable)](Stanza& stanza, Entity& self) mutable -> task<> {
                    StanzaError error = StanzaError::parse(stanza.payload("error", xml::stanza_ns));
                    if constexpr (waits) {
                        return call_waiting(callable, std::move(error), std::as_const(stanza), self);
                    } else {
                        callable::call_with(callable, error, std::as_const(stanza), self);
                        return {};
                    }
                },
                waits, false};
    }
}

template <class Q, class F>
AnswerHandler query_handler(F callable) {
    using Answered = callable::Awaited<callable::ResultWith<F, Q, Iq>>;
    constexpr bool waits = Answered::waits;
    return {[callable = std::move(callable)](const Iq& in, Iq& answer, Entity& self) mutable -> task<> {
                std::string_view field;
                auto query = xml::decode_content<Q>(in.payload(), &field);  // it was found by its name
                if (!query) refuse_payload(query.error(), field);
                if constexpr (waits) {
                    return answer_waiting(callable, *std::move(query), in, answer, self);
                } else {
                    auto now = [&] { return callable::call_with(callable, *query, in, self); };
                    answer_now(now, in, answer);
                    return {};
                }
            },
            waits,
            std::same_as<typename Answered::type, Iq>,
            {}};
}

template <class F>
AnswerHandler iq_handler(F callable) {
    using Answered = callable::Awaited<callable::Result<F, const Iq>>;
    constexpr bool waits = Answered::waits;
    return {[callable = std::move(callable)](const Iq& in, Iq& answer, Entity& self) mutable -> task<> {
                auto now = [&] { return callable::call(callable, in, self); };
                if constexpr (waits) {
                    return answer_when_done(now(), in, answer);
                } else {
                    answer_now(now, in, answer);
                    return {};
                }
            },
            waits,
            std::same_as<typename Answered::type, Iq>,
            {}};
}

template <class F>
AnswerHandler later_handler(F callable) {
    constexpr bool with_self = callable::Takes<F, Iq, Replier, Entity&>;
    return {{},
            false,
            false,
            [callable = std::move(callable)](Iq in, Replier reply, [[maybe_unused]] Entity& self) mutable -> task<> {
                const auto call = [&] {
                    if constexpr (with_self)
                        return callable(std::move(in), std::move(reply), self);
                    else
                        return callable(std::move(in), std::move(reply));
                };
                if constexpr (callable::Awaited<decltype(call())>::waits) {
                    return call();
                } else {
                    call();
                    return {};
                }
            }};
}

}  // namespace handling

}  // namespace rondel
