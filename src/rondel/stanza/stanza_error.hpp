// Stanza errors: type, one of 22 conditions, text, and an application's own condition (RFC 6120 §8.3).
#pragma once

#include "rondel/xml/element.hpp"

#include <exception>
#include <optional>
#include <string>
#include <string_view>

namespace rondel {

inline constexpr std::string_view stanza_errors_ns = "urn:ietf:params:xml:ns:xmpp-stanzas";

enum class ErrorType { auth, cancel, continue_, modify, wait };

enum class Condition {  // RFC 6120 §8.3.3.1–22
    bad_request,
    conflict,
    feature_not_implemented,
    forbidden,
    gone,
    internal_server_error,
    item_not_found,
    jid_malformed,
    not_acceptable,
    not_allowed,
    not_authorized,
    policy_violation,
    recipient_unavailable,
    redirect,
    registration_required,
    remote_server_not_found,
    remote_server_timeout,
    resource_constraint,
    service_unavailable,
    subscription_required,
    undefined_condition,
    unexpected_request,
};

std::string_view to_string(ErrorType type);
std::string_view to_string(Condition condition);
std::optional<ErrorType> parse_error_type(std::string_view text);
std::optional<Condition> parse_condition(std::string_view name);
ErrorType usual_type(Condition condition);  // the type that RFC 6120 §8.3.3 associates with the condition

// A value; also what a handler throws to answer with it: throw StanzaError(Condition::forbidden, "Members only.");
class StanzaError : public std::exception {
  public:
    explicit StanzaError(Condition condition, std::string text = {})
        : StanzaError(condition, usual_type(condition), std::move(text)) {}
    StanzaError(Condition condition, ErrorType type, std::string text = {})
        : condition_(condition), type_(type), text_(std::move(text)) {}

    // From an <error/> element of a peer. Lenient, as RFC 6120 §8.3.2 asks: an unknown or missing condition is
    // undefined_condition, a missing or unknown type the condition's usual one, and of several conditions the first
    // counts.
    static StanzaError parse(xml::ElementView error);
    void write(xml::ElementRef error) const;  // fills an <error/> element

    Condition condition() const { return condition_; }
    ErrorType type() const { return type_; }
    const std::string& text() const { return text_; }
    const std::string& lang() const { return lang_; }  // of the text; may be empty
    const std::string& by() const { return by_; }      // who says so (§8.3.1); not checked, for people
    // Of gone and redirect: an IRI, e.g. xmpp:romeo@afterlife.example.net (§8.3.3.5, §8.3.3.14).
    const std::string& new_address() const { return new_address_; }
    // The application's condition (§8.3.4), an empty element in a namespace of its own: {name, ns}.
    const std::string& application_name() const { return application_name_; }
    const std::string& application_ns() const { return application_ns_; }

    StanzaError&& by(std::string who) && { return by_ = std::move(who), std::move(*this); }
    StanzaError&& lang(std::string lang) && { return lang_ = std::move(lang), std::move(*this); }
    StanzaError&& new_address(std::string address) && { return new_address_ = std::move(address), std::move(*this); }
    StanzaError&& application(std::string name, std::string ns) && {
        return application_name_ = std::move(name), application_ns_ = std::move(ns), std::move(*this);
    }

    const char* what() const noexcept override;  // the text, or the condition's name

  private:
    Condition condition_;
    ErrorType type_;
    std::string text_;
    std::string lang_;
    std::string by_;
    std::string new_address_;
    std::string application_name_;
    std::string application_ns_;
};

}  // namespace rondel
