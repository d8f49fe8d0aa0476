// Typed requests: what the asking sides of the modules are made of, and yours may be.
//
//   Version theirs = co_await ask_for<Version>(self, get("capulet.lit"_jid, Query()), RequestOptions());
#pragma once

#include "rondel/service/entity.hpp"
#include "rondel/service/request.hpp"
#include "rondel/service/task.hpp"
#include "rondel/stanza/iq.hpp"
#include "rondel/xml/payload.hpp"

#include <string_view>
#include <system_error>

namespace rondel {

// The request of type get that carries the query.
template <xml::Payload Q>
Iq get(JidView to, const Q& query) {
    Iq iq(IqType::get, to);
    xml::encode_into(iq.element().ref(), query);
    return iq;
}

// Sends it, and waits for the result. Throws Answer::error() if there is none.
task<Iq> ask_iq(Entity& self, Iq iq, RequestOptions options);

// Throws what an answer is to us that is not as its specification says: undefined-condition, with a sentence.
[[noreturn]] void refuse_answer(JidView from, std::error_code why, std::string_view field);

// The same, and reads the payload of the result.
template <xml::Payload A>
task<A> ask_for(Entity& self, Iq iq, RequestOptions options = RequestOptions()) {
    const Iq result = co_await ask_iq(self, std::move(iq), std::move(options));
    std::string_view field;
    Result<A> answer = xml::decode<A>(result.payload(), &field);
    if (!answer) refuse_answer(result.from(), answer.error(), field);
    co_return std::move(*answer);
}

}  // namespace rondel
