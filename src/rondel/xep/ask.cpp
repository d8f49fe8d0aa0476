#include "rondel/xep/ask.hpp"

#include "rondel/base/utf8.hpp"

#include <fmt/format.h>

namespace rondel {

task<Iq> ask_iq(Entity& self, Iq iq, RequestOptions options) {
    Answer answer = co_await self.request(std::move(iq), std::move(options));
    if (!answer) throw answer.error();
    co_return std::move(answer.iq());
}

void refuse_answer(JidView from, std::error_code why, std::string_view field) {
    std::string text = fmt::format("The answer of {} cannot be read. {}", sanitize_for_log(from.str()), why.message());
    if (!field.empty()) text += fmt::format(" It is about \"{}\".", field);
    throw StanzaError(Condition::undefined_condition, std::move(text));
}

}  // namespace rondel
