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
    explicit Message(Stanza stanza)
        : FluentStanza(std::move(stanza), StanzaKind::message) {}  // precondition: kind() is message
    explicit Message(JidView to, MessageType type = MessageType::chat);
    Message(JidView to, std::string_view body, MessageType type = MessageType::chat);

    MessageType type() const;  // absent or unknown: normal (RFC 6121 §5.2.2)
    void set_type(MessageType type);
    Message&& type(MessageType type) && { return set_type(type), self(); }

    // The text in the language wanted, else in the stanza's own, else the first (RFC 6121 §5.2.3); "" matches the
    // stanza's own language. nullopt: there is none, as in a typing notification. Valid until the message is changed or
    // dropped.
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
    // goes to the room.
    Message reply() const;
    Message reply(std::string_view body) const;
    template <class... Args>
    requires(sizeof...(Args) > 0) Message reply(fmt::format_string<Args...> format, Args&&... args)
    const { return reply_formatted(format, fmt::make_format_args(args...)); }

    // The answer that says what is wrong (RFC 6120 §8.3.1): same id, addresses swapped. Precondition: not an error
    // itself.
    Message error_reply(const StanzaError& error) const;
    std::optional<StanzaError> error() const;  // of a message of type error

  private:
    Message reply_formatted(fmt::string_view format, fmt::format_args args) const;
};

}  // namespace rondel
