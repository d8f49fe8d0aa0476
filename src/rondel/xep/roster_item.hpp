// The payloads of the roster (RFC 6121 §2.1), for both sides.
#pragma once

#include "rondel/xml/payload.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rondel::roster {

inline constexpr std::string_view ns = "jabber:iq:roster";
inline constexpr std::string_view ns_versions = "urn:xmpp:features:rosterver";         // <ver/> among stream features
inline constexpr std::string_view ns_pre_approval = "urn:xmpp:features:pre-approval";  // <sub/> among stream features

// Who sees whose presence (§2.1.2.5). One that is not known is as if it were not there.
enum class Subscription { none, to, from, both, remove };
bool from_xml_text(std::string_view text, Subscription& subscription);
std::string to_xml_text(Subscription subscription);

// Whether we asked the contact and wait (§2.1.2.2).
enum class Ask { none, subscribe };
bool from_xml_text(std::string_view text, Ask& ask);
std::string to_xml_text(Ask ask);

struct Item {
    Jid jid = {};
    std::string name = {};
    std::optional<Subscription> subscription = {};  // absent: none; always there in a Roster
    Ask ask = Ask::none;
    bool approved = false;  // beforehand (§3.4)
    std::vector<std::string> groups = {};

    bool sees_us() const { return subscription == Subscription::from || subscription == Subscription::both; }
    bool is_seen() const { return subscription == Subscription::to || subscription == Subscription::both; }

    friend bool operator==(const Item&, const Item&) = default;
    static constexpr auto xml =
        xml::element("item", ns, xml::attribute("jid", &Item::jid), xml::optional_attribute("name", &Item::name),
                     xml::attribute("subscription", &Item::subscription), xml::optional_attribute("ask", &Item::ask),
                     xml::optional_attribute("approved", &Item::approved), xml::child_text("group", &Item::groups));
};

struct Query {
    std::optional<std::string> ver = {};  // "" in a get: no roster is known yet (§2.6.2)
    std::vector<Item> items = {};
    friend bool operator==(const Query&, const Query&) = default;
    static constexpr auto xml =
        xml::element("query", ns, xml::attribute("ver", &Query::ver), xml::child(&Query::items));
};

}  // namespace rondel::roster
