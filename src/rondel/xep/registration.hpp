// XEP-0077 In-Band Registration 2.4. Left out: redirection to the web (XEP-0066).
#pragma once

#include "rondel/xep/forms.hpp"
#include "rondel/xml/payload.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace rondel::registration {

inline constexpr std::string_view ns = "jabber:iq:register";
inline constexpr std::string_view ns_feature = "http://jabber.org/features/iq-register";

struct Feature {  // of a stream
    static constexpr auto xml = xml::element("register", ns_feature);
};

struct Query {
    static constexpr auto xml = xml::element("query", ns);
};

// In an answer: what is wanted, each field there and empty, or filled where one is registered already (§3.1). In a set:
// what is given. A form stands for all of them where there is one.
struct Registration {
    bool registered = false;
    std::string instructions = {};  // for people
    std::optional<std::string> username = {};
    std::optional<std::string> password = {};
    std::optional<std::string> nick = {};
    std::optional<std::string> name = {};
    std::optional<std::string> first = {};
    std::optional<std::string> last = {};
    std::optional<std::string> email = {};
    std::optional<std::string> address = {};
    std::optional<std::string> city = {};
    std::optional<std::string> state = {};
    std::optional<std::string> zip = {};
    std::optional<std::string> phone = {};
    std::optional<std::string> url = {};
    std::optional<std::string> date = {};
    bool remove = false;  // the registration is to end (§3.2)
    std::optional<forms::Form> form = {};

    friend bool operator==(const Registration&, const Registration&) = default;
    static constexpr auto xml = xml::element(
        "query", ns, xml::flag("registered", &Registration::registered),
        xml::optional_child_text("instructions", &Registration::instructions),
        xml::child_text("username", &Registration::username), xml::child_text("password", &Registration::password),
        xml::child_text("nick", &Registration::nick), xml::child_text("name", &Registration::name),
        xml::child_text("first", &Registration::first), xml::child_text("last", &Registration::last),
        xml::child_text("email", &Registration::email), xml::child_text("address", &Registration::address),
        xml::child_text("city", &Registration::city), xml::child_text("state", &Registration::state),
        xml::child_text("zip", &Registration::zip), xml::child_text("phone", &Registration::phone),
        xml::child_text("url", &Registration::url), xml::child_text("date", &Registration::date),
        xml::flag("remove", &Registration::remove), xml::child(&Registration::form));
};

}  // namespace rondel::registration
