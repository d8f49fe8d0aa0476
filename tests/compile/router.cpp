// Callables that are no handlers, and what the compiler says about them: it was "constraints not satisfied".
#include "rondel/service/router.hpp"

namespace rondel {

struct Question {
    std::string name;
    static constexpr auto xml = xml::element("x", "urn:example:x", xml::attribute("name", &Question::name));
};

struct Plain {
    std::string name;
};

void mistake(Router& router) {
#if MISTAKE == 1  // it must take (const Message&[, Entity&]) or (Message[, Entity&]): void or task<>
    router.on_message([](Message& in, Entity& self) { self.send(in.reply("x")); });
#elif MISTAKE == 2  // it must take (const Message&[, Entity&]) or (Message[, Entity&]): void or task<>
    router.on_message([](const Message&) -> task<int> { co_return 1; });
#elif MISTAKE == 3  // it must take (const Message&[, Entity&]) or (Message[, Entity&])
    router.on_message(MessageType::chat, [](const Presence&) {});
#elif MISTAKE == 4  // it must take (const PAYLOAD&[, const Message&][, Entity&])
    router.on([](const Plain&) {});
#elif MISTAKE == 5  // it must take (const QUERY&[, const Iq&][, Entity&]) and return an answer
    router.answer([](const Question& question) { return question.name; });
#elif MISTAKE == 6  // it must take (const QUERY&[, const Iq&][, Entity&]) and return an answer
    router.answer_set([](const auto& question) { return question; });
#elif MISTAKE == 7  // it must take (const QUERY&[, const Iq&][, Entity&]) and return an answer
    router.answer<Question>([](const Plain&) {});
#elif MISTAKE == 8  // it must take (const Presence&[, Entity&]) or (Presence[, Entity&])
    router.on_presence([](const Message&) {});
#endif
    static_cast<void>(router);
}

void correct(Router& router) {
    router.on_message([](const Message&, Entity&) -> task<> { co_return; });
    router.on_message(MessageType::chat, [](Message) {});
    router.on([](const Question&, const Message&) {});
    router.on<Question>([](const auto&) {});
    router.answer([](const Question& question) { return question; });
    router.answer_set<Question>([](const auto& question) { return question; });
    router.on_presence([](const Presence&) {});
}

}  // namespace rondel
