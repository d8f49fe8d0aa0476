// RFC 6120 §11: what is no XML of a stream ends it, before authentication and in a session.
#include "rondel/conformance/server/cases.hpp"
#include "rondel/conformance/stage.hpp"
#include "rondel/conformance/verdict.hpp"

#include <fmt/format.h>

namespace rondel::conformance {

namespace {

using Conditions = std::initializer_list<std::string_view>;
// Some existing implementations send bad-format instead (§11.1, §11.6): the RFC lets them.
const Conditions restricted = {"restricted-xml", "bad-format"};
const Conditions ill_formed = {"not-well-formed", "bad-format"};
const Conditions encoding = {"unsupported-encoding", "bad-format"};

void refused_at_first(Stage& on, const std::string& first, Conditions conditions) {
    RawStream stream = on.connect();
    stream.send(first);
    stream.expect_error(conditions);
}

// Said by somebody who has a session, to somebody else: the stream ends, and nothing of it is passed on.
void refused_in_session(Stage& on, const std::string& text, Conditions conditions) {
    Session& juliet = on.online("juliet", "balcony");
    Session& romeo = on.client("romeo", "orchard");
    romeo.send(text);
    romeo.stream().expect_error(conditions);
    on.settle();
    for (const xml::Element& each : juliet.inbox())
        if (each.name() == "message") throw Unmet("It was passed on all the same.");
}

std::string message(std::string_view inside) {
    return fmt::format("<message to='{{juliet/balcony}}' type='chat'><body>{}</body></message>", inside);
}

// Says it with a body between, and it arrives.
void passes(Stage& on, const std::string& text, const std::string& pattern) {
    Session& juliet = on.online("juliet", "balcony");
    Session& romeo = on.client("romeo", "orchard");
    romeo.send(text);
    juliet.gets(pattern);
}

void a_header_inside_the_stream(Stage& on) {  // gloox 1.0.24 began anew
    Session& romeo = on.client("romeo", "orchard");
    const std::string whole = header(on.domain());
    const std::size_t until_now = romeo.stream().bytes().size();
    romeo.stream().send(whole.substr(whole.find("<stream")) + "</stream:stream>");
    try {
        romeo.round_trip();
    } catch (const Unmet&) {
        throw Unmet("The stream neither went on nor ended in order. " + romeo.stream().tail());
    }
    if (romeo.stream().bytes().find("<stream:stream", until_now) != std::string::npos)
        throw Unmet("It begins another stream. " + romeo.stream().tail());
}

void standalone(Stage& on) {
    RawStream stream = on.connect();
    std::string first = header(on.domain());
    first.replace(0, first.find("?>"), "<?xml version='1.0' standalone='no'");
    stream.send(first);
    stream.expect_header();
    if (stream.bytes().find("standalone") != std::string::npos) throw Unmet("The server says standalone itself.");
    if (!stream.expect_element().is("features", stream_ns)) stream.expect_error({"restricted-xml"});
}

void no_byte_order_mark(Stage& on) {
    RawStream stream = on.connect();
    stream.send(header(on.domain()));
    stream.expect_features();
    if (stream.bytes().starts_with("\xEF\xBB\xBF")) throw Unmet("The server begins with a byte order mark.");
}

void prefixes_of_payloads(Stage& on) {
    Session& romeo = on.client("romeo", "orchard");
    const auto type = [&](std::string_view iq) { return std::string(*romeo.ask(iq).attribute("type")); };
    if (type("<iq type='get' id='1' to='{domain}'><ping xmlns='urn:xmpp:ping'/></iq>") !=
        type("<iq type='get' id='2' to='{domain}'><y:ping xmlns:y='urn:xmpp:ping'/></iq>"))
        throw Unmet("With a prefix the answer is another.");
}

// §4.8.5: the data are ignored, put right, or end the stream; they are not passed on as they are.
void prefixes_of_stanzas(Stage& on) {
    Session& juliet = on.online("juliet", "balcony");
    Session& romeo = on.client("romeo", "orchard");
    romeo.send(
        "<x:message xmlns:x='jabber:client' to='{juliet/balcony}' type='chat'><x:body>hello</x:body></x:message>");
    on.settle();
    if (juliet.stream().bytes().find(":message") != std::string::npos) throw Unmet("The prefix was passed on.");
}

// §4.8.5: an implementation may accept the prefix `stream` only.
void another_stream_prefix(Stage& on) {
    RawStream stream = on.connect();
    stream.send(
        fmt::format("<s:stream xmlns='jabber:client' xmlns:s='{}' to='{}' version='1.0'>", stream_ns, on.domain()));
    stream.expect_header();
    if (!stream.expect_element().is("features", stream_ns)) stream.expect_end();
}

constexpr ServerCase cases[] = {
    {"R097", "RFC 6120 §11.1", "a comment before the header",
     [](Stage& on) { refused_at_first(on, "<!-- hello -->" + header(on.domain()), restricted); }},
    {"R097", "RFC 6120 §11.1", "a document type",
     [](Stage& on) { refused_at_first(on, "<!DOCTYPE stream [<!ENTITY a 'b'>]>" + header(on.domain()), restricted); }},
    {"R097", "RFC 6120 §11.1", "a processing instruction before the header",
     [](Stage& on) { refused_at_first(on, "<?php echo ?>" + header(on.domain()), restricted); }},
    {"R097", "RFC 6120 §11.1", "a comment in a stanza",
     [](Stage& on) { refused_in_session(on, message("<!-- a -->hello"), restricted); }},
    {"R097", "RFC 6120 §11.1", "a comment between stanzas",
     [](Stage& on) { refused_in_session(on, "<!-- a -->" + message("hello"), restricted); }},
    {"R097", "RFC 6120 §11.1", "a processing instruction in a stanza",
     [](Stage& on) { refused_in_session(on, message("<?a b?>hello"), restricted); }},
    {"R097", "RFC 6120 §11.1", "an entity that XML does not predefine",
     [](Stage& on) {
         refused_in_session(on, message("&nbsp;"), {"restricted-xml", "bad-format", "not-well-formed"});
     }},
    {"R098", "RFC 6120 §11.3", "a header that is no XML",
     [](Stage& on) { refused_at_first(on, "GET / HTTP/1.1\r\n\r\n", ill_formed); }},
    {"R098", "RFC 6120 §11.3", "an end tag of another element",
     [](Stage& on) { refused_in_session(on, "<message to='{juliet/balcony}'><body>a</message>", ill_formed); }},
    {"R098", "RFC 6120 §11.3", "an attribute twice",
     [](Stage& on) { refused_in_session(on, "<message to='{juliet/balcony}' id='1' id='2'/>", ill_formed); }},
    {"R098", "RFC 6120 §11.3", "an attribute without quotes",
     [](Stage& on) { refused_in_session(on, "<message to='{juliet/balcony}' id=1/>", ill_formed); }},
    {"R098", "RFC 6120 §11.3", "`<` in an attribute",
     [](Stage& on) { refused_in_session(on, "<message to='{juliet/balcony}' id='<'/>", ill_formed); }},
    {"R098", "RFC 6120 §11.3", "a prefix that nobody declared",
     [](Stage& on) { refused_in_session(on, "<message to='{juliet/balcony}'><foo:bar/></message>", ill_formed); }},
    {"R098", "RFC 6120 §11.3", "a control character, as a reference",
     [](Stage& on) { refused_in_session(on, message("&#1;"), ill_formed); }},
    {"R098", "RFC 6120 §11.3", "a control character, as it is",
     [](Stage& on) { refused_in_session(on, message("\x01"), ill_formed); }},
    {"R098", "RFC 6120 §11.3", "UTF-8 that is too long (CVE-2022-25235)",
     [](Stage& on) { refused_in_session(on, message("\xC0\xBC"), ill_formed); }},
    {"R098", "RFC 6120 §11.3", "a surrogate in UTF-8",
     [](Stage& on) { refused_in_session(on, message("\xED\xA0\x80"), ill_formed); }},
    {"R098", "RFC 6120 §11.3", "a byte that is no UTF-8",
     [](Stage& on) { refused_in_session(on, message("\xFF"), ill_formed); }},
    {"R098", "RFC 6120 §11.3", "`]]>` in text", [](Stage& on) { refused_in_session(on, message("]]>"), ill_formed); }},
    {"", "RFC 6120 §4.2 (V04)", "a stream header inside a stream begins nothing", a_header_inside_the_stream},
    {"R098", "RFC 6120 §11.3", "CDATA is text like other text",
     [](Stage& on) {
         passes(on, message("<![CDATA[a<b]]>"), "<message from='{romeo/orchard}'><body>a&lt;b</body></message>");
     }},
    {"R099", "RFC 6120 §11.5", "`standalone='no'` is read past or refused, and not said", standalone},
    {"R100", "RFC 6120 §11.6", "another encoding than UTF-8",
     [](Stage& on) {
         std::string first = header(on.domain());
         first.replace(0, first.find("?>"), "<?xml version='1.0' encoding='ISO-8859-1'");
         refused_at_first(on, first, encoding);
     }},
    {"R100", "RFC 6120 §11.6", "the server begins without a byte order mark", no_byte_order_mark},
    {"R100", "RFC 6120 §11.6", "inside a stream U+FEFF is a character",
     [](Stage& on) {
         passes(on,
                message("a\xEF\xBB\xBF"
                        "b"),
                "<message from='{romeo/orchard}'><body>a\xEF\xBB\xBF"
                "b</body></message>");
     }},
    {"R101", "RFC 6120 §8.4", "a payload may have a prefix", prefixes_of_payloads},
    {"R023", "RFC 6120 §4.8.5", "the prefix of a stanza is not passed on", prefixes_of_stanzas},
    {"R023", "RFC 6120 §4.8.5", "another prefix than `stream` is taken, or refused in order", another_stream_prefix},
};

}  // namespace

ServerCases xml_cases() { return cases; }

}  // namespace rondel::conformance
