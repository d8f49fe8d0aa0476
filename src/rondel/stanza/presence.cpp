#include "rondel/stanza/presence.hpp"

#include "rondel/stanza/envelope.hpp"
#include "rondel/stanza/localized.hpp"

#include <array>
#include <charconv>
#include <stdexcept>
#include <string>

namespace rondel {

namespace {

constexpr std::array<std::string_view, 8> type_names = {
    "", "unavailable", "subscribe", "subscribed", "unsubscribe", "unsubscribed", "probe", "error"};
constexpr std::array<std::string_view, 5> show_names = {"", "away", "chat", "dnd", "xa"};

bool is_subscription(PresenceType type) {
    return type >= PresenceType::subscribe && type <= PresenceType::unsubscribed;
}

std::string_view trimmed(std::string_view text) {  // white space around a schema's token or number says nothing
    constexpr std::string_view white = " \t\r\n";
    const std::size_t begin = text.find_first_not_of(white);
    return begin == std::string_view::npos ? std::string_view()
                                           : text.substr(begin, text.find_last_not_of(white) - begin + 1);
}

void set_child(ElementRef stanza, std::string_view name, std::string_view text) {
    stanza.remove(name, xml::stanza_ns);
    if (!text.empty()) stanza.append(name, xml::stanza_ns).text(text);
}

}  // namespace

std::string_view to_string(PresenceType type) { return type_names[static_cast<std::size_t>(type)]; }
std::string_view to_string(Show show) { return show_names[static_cast<std::size_t>(show)]; }

Presence::Presence(JidView to, PresenceType type)
    : Presence(make_stanza({StanzaKind::presence, to.str(), {}, to_string(type), {}})) {}

std::optional<PresenceType> Presence::type() const {
    const auto type = element_.attribute("type");
    if (!type) return PresenceType::available;
    for (std::size_t i = 1; i < type_names.size(); ++i)
        if (type_names[i] == *type) return static_cast<PresenceType>(i);
    return std::nullopt;
}

void Presence::set_type(PresenceType type) {
    if (type == PresenceType::available)
        element_.ref().unset("type");
    else
        element_.set("type", to_string(type));
}

Show Presence::show() const {
    const std::string_view text = trimmed(element_.child("show", xml::stanza_ns).text());
    for (std::size_t i = 1; i < show_names.size(); ++i)
        if (show_names[i] == text) return static_cast<Show>(i);
    return Show::none;
}

std::int8_t Presence::priority() const {
    std::string_view text = trimmed(element_.child("priority", xml::stanza_ns).text());
    if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);  // xs:byte may have a sign
    std::int8_t value = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    return fault == std::errc() && end == text.data() + text.size() ? value : std::int8_t{0};
}

std::optional<std::string_view> Presence::status(std::string_view lang) const {
    return localized(element_, "status", lang);
}

Presence& Presence::set_show(Show show) { return set_child(element_, "show", to_string(show)), *this; }

Presence& Presence::set_priority(std::int8_t priority) {
    return set_child(element_, "priority", priority == 0 ? std::string() : std::to_string(priority)), *this;
}

Presence& Presence::set_status(std::string_view status, std::string_view lang) {
    return set_localized(element_, "status", status, lang), *this;
}

Presence Presence::reply(PresenceType type) const {
    if (is_error()) throw std::logic_error("An error must not be replied to (RFC 6120 §8.3.1).");
    if (type == PresenceType::error) throw std::logic_error("Presence of type error is made by error_reply.");
    Presence made(make_answer(element_, StanzaKind::presence, Kept::addresses, to_string(type)));
    if (is_subscription(type)) {  // subscriptions are between bare JIDs
        make_bare(made.element_, xml::Common::to);
        make_bare(made.element_, xml::Common::from);
    }
    return made;
}

Presence Presence::error_reply(const StanzaError& error) const {
    return Presence(make_error(element_, StanzaKind::presence, error));
}

std::optional<StanzaError> Presence::error() const { return error_of(element_); }

}  // namespace rondel
