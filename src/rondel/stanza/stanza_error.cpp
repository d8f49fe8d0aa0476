#include "rondel/stanza/stanza_error.hpp"

#include <algorithm>
#include <array>

namespace rondel {

namespace {

constexpr std::array<std::string_view, 5> type_names = {"auth", "cancel", "continue", "modify", "wait"};

struct ConditionEntry {
    std::string_view name;
    ErrorType usual;
};

constexpr std::array<ConditionEntry, 22> conditions = {{
    {"bad-request", ErrorType::modify},
    {"conflict", ErrorType::cancel},
    {"feature-not-implemented", ErrorType::cancel},
    {"forbidden", ErrorType::auth},
    {"gone", ErrorType::cancel},
    {"internal-server-error", ErrorType::cancel},
    {"item-not-found", ErrorType::cancel},
    {"jid-malformed", ErrorType::modify},
    {"not-acceptable", ErrorType::modify},
    {"not-allowed", ErrorType::cancel},
    {"not-authorized", ErrorType::auth},
    {"policy-violation", ErrorType::modify},
    {"recipient-unavailable", ErrorType::wait},
    {"redirect", ErrorType::modify},
    {"registration-required", ErrorType::auth},
    {"remote-server-not-found", ErrorType::cancel},
    {"remote-server-timeout", ErrorType::wait},
    {"resource-constraint", ErrorType::wait},
    {"service-unavailable", ErrorType::cancel},
    {"subscription-required", ErrorType::auth},
    {"undefined-condition", ErrorType::cancel},  // §8.3.3.21 leaves it to the application
    {"unexpected-request", ErrorType::wait},
}};

bool carries_address(Condition condition) { return condition == Condition::gone || condition == Condition::redirect; }

}  // namespace

std::string_view to_string(ErrorType type) { return type_names[static_cast<std::size_t>(type)]; }
std::string_view to_string(Condition condition) { return conditions[static_cast<std::size_t>(condition)].name; }
ErrorType usual_type(Condition condition) { return conditions[static_cast<std::size_t>(condition)].usual; }

std::optional<ErrorType> parse_error_type(std::string_view text) {
    const auto found = std::find(type_names.begin(), type_names.end(), text);
    if (found == type_names.end()) return std::nullopt;
    return static_cast<ErrorType>(found - type_names.begin());
}

std::optional<Condition> parse_condition(std::string_view name) {
    const auto found =
        std::lower_bound(conditions.begin(), conditions.end(), name,
                         [](const ConditionEntry& entry, std::string_view text) { return entry.name < text; });
    if (found == conditions.end() || found->name != name) return std::nullopt;
    return static_cast<Condition>(found - conditions.begin());
}

StanzaError StanzaError::parse(xml::ElementView error) {
    xml::ElementView defined;
    xml::ElementView application;
    for (xml::ElementView child : error.children()) {
        if (child.ns() == stanza_errors_ns) {
            if (!defined && child.name() != "text") defined = child;
        } else if (!application && child.ns() != xml::stanza_ns) {
            application = child;
        }
    }
    const Condition condition = parse_condition(defined.name()).value_or(Condition::undefined_condition);
    const xml::ElementView text = error.child("text", stanza_errors_ns);
    StanzaError parsed(condition, parse_error_type(error.attribute_or("type", {})).value_or(usual_type(condition)),
                       std::string(text.text()));
    parsed.lang_ = text.lang().value_or(std::string_view());
    parsed.by_ = error.attribute_or("by", {});
    if (carries_address(condition)) parsed.new_address_ = defined.text();
    parsed.application_name_ = application.name();
    parsed.application_ns_ = application.ns();
    return parsed;
}

void StanzaError::write(xml::ElementRef error) const {
    error.set("type", to_string(type_));
    if (!by_.empty()) error.set("by", by_);
    xml::ElementRef defined = error.append(to_string(condition_), stanza_errors_ns);
    if (carries_address(condition_)) defined.text(new_address_);
    if (!text_.empty()) {
        xml::ElementRef text = error.append("text", stanza_errors_ns).text(text_);
        if (!lang_.empty()) text.set_lang(lang_);
    }
    if (!application_name_.empty()) error.append(application_name_, application_ns_);
}

const char* StanzaError::what() const noexcept {
    // The names are literals, so they end in a NUL.
    return text_.empty() ? to_string(condition_).data() : text_.c_str();
}

}  // namespace rondel
