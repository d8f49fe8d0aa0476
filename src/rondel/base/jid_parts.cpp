#include "rondel/base/jid_parts.hpp"

#include "rondel/base/idna.hpp"
#include "rondel/base/ip_address.hpp"
#include "rondel/base/precis.hpp"
#include "rondel/base/utf8.hpp"

#include <algorithm>
#include <cctype>

namespace rondel::jid_parts {

namespace {

// Preparation shortens text at most to a quarter (mathematical letters in a domain: four octets to one), soft hyphens
// and the like apart. More input than this is refused unread, so that no peer buys much work with it.
constexpr std::size_t input_limit = 4 * part_limit;

std::error_code check_input(std::string_view text) {
    if (text.size() > input_limit) return JidError::too_long;
    return is_utf8(text) ? std::error_code() : JidError::bad_utf8;
}

Result<std::string> checked_length(std::string&& prepared) {  // what was prepared is never empty
    if (prepared.size() > part_limit) return make_error_code(JidError::too_long);
    return std::move(prepared);
}

bool is_excluded(char c) { return std::string_view("\"&'/:<>@").find(c) != std::string_view::npos; }  // RFC 7622 §3.3.1

Result<std::string> prepare_ip_literal(std::string_view text) {
    auto literal = ip_literal(text);
    if (!literal) return make_error_code(JidError::bad_domain);
    return checked_length(std::move(*literal));
}

// The dot that makes a name absolute goes first of all (RFC 7622 §3.2), and so do the characters that IDNA takes for a
// dot (RFC 3490 §3.1, UTS 46 §2.3); otherwise preparing "a.example。" would leave a dot for the next preparation to
// strip.
std::string_view without_final_dot(std::string_view text) {
    for (std::string_view dot : {".", "\u3002", "\uFF0E", "\uFF61"})
        if (text.ends_with(dot)) return text.substr(0, text.size() - dot.size());
    return text;
}

}  // namespace

Parts split(std::string_view text) {
    Parts parts;
    if (const auto slash = text.find('/'); slash != std::string_view::npos) {
        parts.has_resource = true;
        parts.resource = text.substr(slash + 1);
        text = text.substr(0, slash);
    }
    if (const auto at = text.find('@'); at != std::string_view::npos) {
        parts.has_local = true;
        parts.local = text.substr(0, at);
        text = text.substr(at + 1);
    }
    parts.domain = text;
    return parts;
}

Result<std::string> prepare_local(std::string_view text) {
    if (const auto error = check_input(text)) return error;
    auto prepared = username_case_mapped(text);
    if (!prepared || std::any_of(prepared->begin(), prepared->end(), is_excluded))
        return make_error_code(JidError::bad_local);
    return checked_length(std::move(*prepared));
}

Result<std::string> prepare_domain(std::string_view text) {
    if (const auto error = check_input(text)) return error;
    if (text.starts_with('[')) return prepare_ip_literal(text);
    text = without_final_dot(text);
    if (text.empty()) return make_error_code(JidError::empty);
    auto prepared = domain_to_unicode(text);
    if (!prepared) return make_error_code(JidError::bad_domain);
    return checked_length(std::move(*prepared));
}

Result<std::string> prepare_resource(std::string_view text) {
    if (const auto error = check_input(text)) return error;
    auto prepared = opaque_string(text);
    if (!prepared) return make_error_code(JidError::bad_resource);
    return checked_length(std::move(*prepared));
}

}  // namespace rondel::jid_parts
