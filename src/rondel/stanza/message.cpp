#include "rondel/stanza/message.hpp"

#include "rondel/stanza/envelope.hpp"
#include "rondel/stanza/localized.hpp"
#include "rondel/stanza/mould.hpp"
#include "rondel/xml/same.hpp"

#include <iterator>
#include <stdexcept>

#include <fmt/format.h>

template <>
struct fmt::is_contiguous<rondel::xml::Bytes> : std::true_type {};

namespace rondel {

namespace {

// As on the wire; a normal message is made without a type, which is its default (RFC 6121 §5.2.2).
std::string_view written(MessageType type) {
    return type == MessageType::normal ? std::string_view() : to_string(type);
}

MessageType type_of(std::string_view written) {
    switch (written.size()) {  // all of them differ in it
        case 4:
            return written == "chat" ? MessageType::chat : MessageType::normal;
        case 5:
            return written == "error" ? MessageType::error : MessageType::normal;
        case 8:
            return written == "headline" ? MessageType::headline : MessageType::normal;
        case 9:
            return written == "groupchat" ? MessageType::groupchat : MessageType::normal;
        default:
            return MessageType::normal;
    }
}

// The child of which `text` is the whole text, not only the same; 0: none.
[[gnu::always_inline]] inline xml::Index holder_of(std::string_view text, const xml::Block& block) {
    const auto holds_it = [&](const xml::Node& node) {
        return block.text.data() + node.text.at == text.data() && node.text.size == text.size();
    };
    xml::Index i = block.nodes[xml::Block::root].first_child;
    while (i != 0 && !holds_it(block.nodes[i])) i = block.nodes[i].next;
    return i;
}

// Less usual than an echo.
[[gnu::noinline]] Element answer_saying(std::string_view body, const xml::Block& received, bool chat) {
    return mould::answer(received, received.attribute_of_root(xml::Common::from),
                         received.attribute_of_root(xml::Common::to), chat, mould::Said{body});
}

// Empty if the answer is none of those that are made from a mould: it has more to say than a body, or what is received
// holds what has to be looked at.
[[gnu::always_inline]] inline Element usual_answer(const xml::Block& received, std::string_view body) {
    const xml::Attribute& from = received.attribute_of_root(xml::Common::from);
    const xml::Attribute& to = received.attribute_of_root(xml::Common::to);
    if (!mould::are_known(from, to)) return {};
    const xml::Attribute& type = received.attribute_of_root(xml::Common::type);
    const bool typed = type.name.size != 0;
    if (typed && !xml::same_text(received.view(type.value), "chat")) return {};
    if (own_child(ElementView(received, xml::Block::root), "thread")) return {};
    const xml::Index same = holder_of(body, received);
    if (same == 0 || received.nodes[same].written == 0) return answer_saying(body, received, typed);
    return mould::answer(received, from, to, typed, mould::Echoed{received, same});
}

[[gnu::noinline]] Message unusual_answer(const Message& received, std::string_view body) {
    Message made = received.reply();
    xml::Block& block = made.element().ref().mutable_block();
    const xml::Index added = add_body(block);
    const xml::Index same = received ? holder_of(body, *received.element().block()) : 0;
    same != 0 ? block.take_text(added, *received.element().block(), same) : block.take_text(added, body);
    return made;
}

}  // namespace

std::string_view to_string(MessageType type) {
    switch (type) {
        case MessageType::normal:
            return "normal";
        case MessageType::chat:
            return "chat";
        case MessageType::groupchat:
            return "groupchat";
        case MessageType::headline:
            return "headline";
        case MessageType::error:
            return "error";
    }
    return {};
}

Message::Message(JidView to, MessageType type)
    : Message(make_stanza({StanzaKind::message, to.str(), {}, written(type), {}})) {}

Message::Message(JidView to, std::string_view body, MessageType type) : Message(to, type) {
    xml::Block& block = element_.ref().mutable_block();
    block.append_text(add_body(block), body);
}

[[gnu::hot]] MessageType Message::type() const { return type_of(Stanza::type()); }

void Message::set_type(MessageType type) {
    if (type == MessageType::normal)
        element_.ref().unset("type");
    else
        element_.set("type", to_string(type));
}

[[gnu::hot]] std::optional<std::string_view> Message::body(std::string_view lang) const {
    return localized(element_, "body", lang);
}
std::optional<std::string_view> Message::subject(std::string_view lang) const {
    return localized(element_, "subject", lang);
}

std::optional<std::string_view> Message::thread() const {
    const ElementView thread = own_child(element_, "thread");
    return thread ? std::optional(thread.text()) : std::nullopt;
}

std::optional<std::string_view> Message::parent_thread() const {
    return element_.child("thread", xml::stanza_ns).attribute("parent");
}

Message& Message::set_body(std::string_view body, std::string_view lang) {
    return set_localized(element_, "body", body, lang), *this;
}

Message& Message::set_subject(std::string_view subject, std::string_view lang) {
    return set_localized(element_, "subject", subject, lang), *this;
}

Message& Message::set_thread(std::string_view thread, std::string_view parent) {
    // Both may be views of the thread that is replaced.
    Element next("thread", xml::stanza_ns);
    next.text(thread);
    if (!parent.empty()) next.set("parent", parent);
    element_.ref().remove("thread", xml::stanza_ns);
    add(next);
    return *this;
}

Message Message::reply() const {
    const MessageType kind = type();
    if (kind == MessageType::error) throw std::logic_error("An error must not be replied to (RFC 6120 §8.3.1).");
    // A normal one is made without a type.
    Message made(
        make_answer(element_, StanzaKind::message, kind == MessageType::normal ? Kept::addresses : Kept::type));
    // The room would take a message to an occupant for a private one (XEP-0045 §7.5).
    if (kind == MessageType::groupchat) make_bare(made.element_, xml::Common::to);
    if (const ElementView thread = own_child(element_, "thread")) made.add(thread);
    return made;
}

[[gnu::hot, gnu::flatten]] Message Message::reply(std::string_view body) const {
    if (const xml::Block* const received = element_.block(); received != nullptr)
        if (Element usual = usual_answer(*received, body)) return Message(std::move(usual));
    return unusual_answer(*this, body);
}

Message Message::reply_formatted(fmt::string_view format, fmt::format_args args) const {
    Message made = reply();
    xml::Block& block = made.element_.ref().mutable_block();
    const xml::Index body = add_body(block);
    // Straight into the block: the arguments are views of other memory, of this message's block at most.
    const std::size_t start = block.text.size();
    fmt::vformat_to(std::back_inserter(block.text), format, args);
    block.append_text(
        body, xml::Span{static_cast<std::uint32_t>(start), static_cast<std::uint32_t>(block.text.size() - start)});
    return made;
}

Message Message::error_reply(const StanzaError& error) const {
    return Message(make_error(element_, StanzaKind::message, error));
}

std::optional<StanzaError> Message::error() const { return error_of(element_); }

}  // namespace rondel
