// Messages (RFC 6121 §5).
#pragma once

#include "rondel/stanza/stanza.hpp"
#include "rondel/stanza/stanza_error.hpp"

#include <fmt/core.h>

namespace rondel {

enum class MessageType { normal, chat, groupchat, headline, error };
std::string_view to_string(MessageType type);

class Message : public FluentStanza<Message> {
  public:
    Message() = default;
    // Throws std::invalid_argument unless kind() is message.
    explicit Message(Stanza stanza) : FluentStanza(std::move(stanza), StanzaKind::message) {}
    explicit Message(JidView to, MessageType type = MessageType::chat);
    Message(JidView to, std::string_view body, MessageType type = MessageType::chat);

    MessageType type() const;  // absent or unknown: normal (RFC 6121 §5.2.2)
    void set_type(MessageType type);
    Message&& type(MessageType type) && { return set_type(type), self(); }

    // The text in the language wanted ("de-CH" falls back to "de"), else in the stanza's own, else the first (RFC 6121
    // §5.2.3); "" asks for the stanza's own language. nullopt: there is none, as in a typing notification; an empty
    // <body/> is an empty text. Valid until the message is changed or dropped.
    std::optional<std::string_view> body(std::string_view lang = {}) const;
    std::optional<std::string_view> subject(std::string_view lang = {}) const;
    std::optional<std::string_view> thread() const;
    std::optional<std::string_view> parent_thread() const;

    Message& set_body(std::string_view body, std::string_view lang = {});  // replaces the one in that language
    Message& set_subject(std::string_view subject, std::string_view lang = {});
    Message& set_thread(std::string_view thread, std::string_view parent = {});
    Message&& body(std::string_view body, std::string_view lang) && { return set_body(body, lang), self(); }
    Message&& subject(std::string_view subject, std::string_view lang) && { return set_subject(subject, lang), self(); }

    // To where it came from, from where it was addressed to, same type and thread. The reply to a groupchat message
    // goes to the room. The text with arguments is a format of fmt; without, it is taken as it is. The id is new: leave
    // it out, or set one. All of these throw std::logic_error if this is an error: there is no answer to one (RFC 6120
    // §8.3.1).
    Message reply() const;
    Message reply(std::string_view body) const;
    template <class First, class... More>
    Message reply(fmt::format_string<First, More...> format, First&& first, More&&... more) const {
        return reply_formatted(format, fmt::make_format_args(first, more...));
    }

    // The answer that says what is wrong (RFC 6120 §8.3.1): same id, addresses swapped, nothing of the content.
    Message error_reply(const StanzaError& error) const;
    std::optional<StanzaError> error() const;  // of a message of type error

  private:
    explicit Message(Element made) : FluentStanza(StanzaKind::message, std::move(made)) {}
    Message reply_formatted(fmt::string_view format, fmt::format_args args) const;
};

}  // namespace rondel
