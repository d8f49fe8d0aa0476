// The payloads of the archive (XEP-0313), and of its preferences (XEP-0441), for both sides.
#pragma once

#include "rondel/xep/forms.hpp"
#include "rondel/xep/forwarding.hpp"
#include "rondel/xep/paging.hpp"
#include "rondel/xml/payload.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rondel::archive {

inline constexpr std::string_view ns = "urn:xmpp:mam:2";
inline constexpr std::string_view ns_extended = "urn:xmpp:mam:2#extended";  // before-id, after-id, ids, flipped pages

// In an iq set it asks for messages, in a get for the form that may go with it (§4.1.5). The fields of the form that
// everyone has to know: start, end, with; of ns_extended: before-id, after-id, ids.
struct Query {
    std::string queryid = {};
    std::string node = {};  // of a pubsub archive
    std::optional<forms::Form> form = {};
    std::optional<paging::Set> set = {};
    bool flip_page = false;
    static constexpr auto xml = xml::element("query", ns, xml::optional_attribute("queryid", &Query::queryid),
                                             xml::optional_attribute("node", &Query::node), xml::child(&Query::form),
                                             xml::child(&Query::set), xml::flag("flip-page", &Query::flip_page));
};

struct Result {  // in a message, one for each that was found
    std::string queryid = {};
    std::string id = {};  // by which the archive has it
    forwarding::Forwarded forwarded = {};
    static constexpr auto xml = xml::element("result", ns, xml::optional_attribute("queryid", &Result::queryid),
                                             xml::attribute("id", &Result::id), xml::child(&Result::forwarded));
};

struct Fin {                // the answer to the iq, after the messages
    bool complete = false;  // nothing beyond, in the direction asked
    bool stable = true;     // false: the same question may get another answer later
    paging::Set set = {};
    static constexpr auto xml = xml::element("fin", ns, xml::optional_attribute("complete", &Fin::complete),
                                             xml::optional_attribute("stable", &Fin::stable), xml::child(&Fin::set));
};

struct MetadataQuery {
    static constexpr auto xml = xml::element("metadata", ns);
};

struct Start {
    std::string id = {};
    DateTime timestamp = {};
    friend bool operator==(const Start&, const Start&) = default;
    static constexpr auto xml =
        xml::element("start", ns, xml::attribute("id", &Start::id), xml::attribute("timestamp", &Start::timestamp));
};

struct End {
    std::string id = {};
    DateTime timestamp = {};
    friend bool operator==(const End&, const End&) = default;
    static constexpr auto xml =
        xml::element("end", ns, xml::attribute("id", &End::id), xml::attribute("timestamp", &End::timestamp));
};

struct Metadata {  // the first and the last that is there; neither: it is empty (§5)
    std::optional<Start> start = {};
    std::optional<End> end = {};
    static constexpr auto xml = xml::element("metadata", ns, xml::child(&Metadata::start), xml::child(&Metadata::end));
};

// XEP-0441: what is kept.
enum class Standard { always, never, roster };
constexpr std::array<std::string_view, 3> xml_names(Standard) { return {"always", "never", "roster"}; }

struct Always {
    std::vector<Jid> jids = {};
    friend bool operator==(const Always&, const Always&) = default;
    static constexpr auto xml = xml::element("always", ns, xml::child_text("jid", &Always::jids));
};

struct Never {
    std::vector<Jid> jids = {};
    friend bool operator==(const Never&, const Never&) = default;
    static constexpr auto xml = xml::element("never", ns, xml::child_text("jid", &Never::jids));
};

struct PreferencesQuery {
    static constexpr auto xml = xml::element("prefs", ns);
};

struct Preferences {  // in an answer both lists are there, empty ones too
    Standard standard = Standard::always;
    std::optional<Always> always = Always();
    std::optional<Never> never = Never();
    friend bool operator==(const Preferences&, const Preferences&) = default;
    static constexpr auto xml = xml::element("prefs", ns, xml::attribute("default", &Preferences::standard),
                                             xml::child(&Preferences::always), xml::child(&Preferences::never));
};

}  // namespace rondel::archive
