// RFC 6120 §4: how a stream begins.
#include "rondel/conformance/log_in.hpp"
#include "rondel/conformance/server/cases.hpp"
#include "rondel/conformance/stage.hpp"
#include "rondel/conformance/verdict.hpp"

#include <set>

#include <fmt/format.h>

namespace rondel::conformance {

namespace {

void require(bool truth, const std::string& otherwise) {
    if (!truth) throw Unmet(otherwise);
}

// A stream that this header begins, up to the server's.
RawStream begun(Stage& on, const std::string& first) {
    RawStream stream = on.connect();
    stream.send(first);
    stream.expect_header();
    return stream;
}

void features_follow(Stage& on) { begun(on, header(on.domain())).expect_features(); }

void versions_are_numbers(Stage& on) {
    for (const char* const version : {"1.10", "01.0", "1.00"})
        begun(on, header(on.domain(), client_ns, fmt::format("version='{}'", version))).expect_features();
}

void it_says_who_it_is(Stage& on) {
    const RawStream stream = begun(on, header(on.domain()));
    require(stream.header_attribute("from") == on.domain(),
            "`from` of the header is \"" + stream.header_attribute("from") + "\".");
}

void to_comes_back(Stage& on) {
    const std::string romeo = on.account("romeo").name + "@" + on.domain();
    const RawStream stream = begun(on, header(on.domain(), client_ns, fmt::format("version='1.0' from='{}'", romeo)));
    require(stream.header_attribute("to") == romeo, "`to` of the header is \"" + stream.header_attribute("to") + "\".");
}

void to_comes_from_from_only(Stage& on) {
    const RawStream stream = begun(on, header(on.domain()));
    require(!stream.header().attribute("to"), "There is a `to`: \"" + stream.header_attribute("to") + "\".");
}

void ids_are_new(Stage& on) {
    std::set<std::string> ids;
    for (int i = 0; i < 20; ++i) ids.insert(begun(on, header(on.domain())).header_attribute("id"));
    require(ids.size() == 20, "Of 20 streams some have the same id.");
    for (const std::string& id : ids) require(id.size() >= 8, "\"" + id + "\" can be guessed.");
}

void the_id_of_a_client_is_nothing(Stage& on) {
    const RawStream stream = begun(on, header(on.domain(), client_ns, "version='1.0' id='mine'"));
    require(stream.header_attribute("id") != "mine", "The client's own id came back.");
}

void it_has_a_language(Stage& on) {
    const RawStream stream = begun(on, header(on.domain(), client_ns, "version='1.0' xml:lang='en'"));
    require(stream.header().lang().has_value(), "The header has no xml:lang.");
}

// RFC 6120 §4.9.1.2: what is wrong with a header is told behind one of the server's.
void refused(Stage& on, const std::string& first, std::initializer_list<std::string_view> conditions) {
    RawStream stream = on.connect();
    stream.send(first);
    const auto ending = stream.expect_error(conditions);
    require(ending.header, "The error came without a header before it.");
    require(ending.end_tag, "There is no end tag behind the error.");
}

void wrong_stream_namespace(Stage& on) {
    refused(on,
            fmt::format("<stream:stream xmlns='jabber:client' xmlns:stream='urn:example:streams' to='{}' "
                        "version='1.0'>",
                        on.domain()),
            {"invalid-namespace"});
}

void wrong_content_namespace(Stage& on) {
    refused(on, header(on.domain(), "urn:example:content"), {"invalid-namespace"});
}

void no_prefix(Stage& on) {
    refused(on,
            fmt::format("<foo:stream xmlns='jabber:client' xmlns:foo='{}' to='{}' version='1.0'>", "urn:example:foo",
                        on.domain()),
            {"bad-namespace-prefix", "invalid-namespace", "bad-format"});
}

void unknown_host(Stage& on) { refused(on, header("nobody.invalid"), {"host-unknown"}); }

void errors_are_in_its_own_name(Stage& on) {
    RawStream stream = on.connect();
    stream.send(header("nobody.invalid"));
    stream.expect_header();
    const std::string from = stream.header_attribute("from");
    require(stream.header().attribute("from").has_value(), "The header has no `from`.");
    require(from != "nobody.invalid", "The server says that it is nobody.invalid.");
}

void error_then_end(Stage& on) {
    RawStream stream = on.connect();
    stream.send(header("nobody.invalid"));
    const auto ending = stream.expect_error({"host-unknown"});
    require(ending.end_tag, "There is no end tag behind the error.");
    require(ending.closed, "The connection stayed open behind the error.");
}

void restart_after_tls(Stage& on) {
    RawStream stream = begun(on, header(on.domain()));
    stream.expect_features();
    if (stream.wire().is_secure()) throw NotOffered("the connection begins with TLS");
    const std::string before = stream.header_attribute("id");
    start_tls(stream, on.server().trust, on.domain());
    stream.send(header(on.domain()));
    stream.expect_features();
    require(stream.header_attribute("id") != before, "The stream inside TLS has the id of the one outside.");
}

void restart_after_sasl(Stage& on) {
    RawStream stream = on.before_authentication();
    const std::string before = stream.header_attribute("id");
    authenticate(stream, on.account("romeo"), on.offered());
    require(stream.bytes().find("</stream:stream>") == std::string::npos, "The old stream was ended.");
    stream.restart();
    stream.send(header(on.domain()));
    const xml::Element features = stream.expect_features();
    require(stream.header_attribute("id") != before, "The stream after SASL has the id of the one before.");
    require(!features.child("mechanisms", sasl_ns), "SASL is offered once more.");
}

void not_another_domain(Stage& on) {  // CVE-2018-10847
    RawStream stream = on.before_authentication();
    authenticate(stream, on.account("romeo"), on.offered());
    stream.restart();
    stream.send(header("other." + on.domain()));
    stream.expect_error({"not-authorized", "host-unknown", "invalid-from", "improper-addressing"});
}

constexpr ServerCase cases[] = {
    {"R004", "RFC 6120 §4.3.2", "features follow a header of version 1.0", features_follow},
    {"R018", "RFC 6120 §4.7.5", "versions are compared as numbers: 1.10, 01.0", versions_are_numbers},
    {"R013", "RFC 6120 §4.7.1", "the answering header says who the server is", it_says_who_it_is},
    {"R014", "RFC 6120 §4.7.2", "`from` of a client's header is `to` of the answer", to_comes_back},
    {"R014", "RFC 6120 §4.7.2", "without it there is no `to`", to_comes_from_from_only},
    {"R015", "RFC 6120 §4.7.3", "stream ids are not repeated", ids_are_new},
    {"R016", "RFC 6120 §4.7.3", "an id in the initial header is ignored", the_id_of_a_client_is_nothing},
    {"R017", "RFC 6120 §4.7.4", "the answering header has a language", it_has_a_language},
    {"R019", "RFC 6120 §4.8.1", "a wrong stream namespace is invalid-namespace", wrong_stream_namespace},
    {"R020", "RFC 6120 §4.8.3", "an unknown content namespace is invalid-namespace", wrong_content_namespace},
    {"R023", "RFC 6120 §4.8.5", "a prefix of something else is no stream", no_prefix},
    {"R030", "RFC 6120 §4.9.3.6", "a domain that is not served is host-unknown", unknown_host},
    {"R026", "RFC 6120 §4.9.1.2", "an error of the header comes behind a header",
     [](Stage& on) { refused(on, header("nobody.invalid"), {"host-unknown"}); }},
    {"R027", "RFC 6120 §4.9.1.3", "… that does not claim to be the unknown domain", errors_are_in_its_own_name},
    {"R025", "RFC 6120 §4.9.1.1", "an error ends the stream and the connection", error_then_end},
    {"R006", "RFC 6120 §4.3.3", "a stream inside TLS is a new one, with another id", restart_after_tls},
    {"R005", "RFC 6120 §4.3.3", "a stream after SASL is a new one, with another id", restart_after_sasl},
    {"R007", "RFC 6120 §4.3.4", "features come again after each restart", restart_after_sasl},
    {"R058", "RFC 6120 §6.4.6", "after success the client begins a new stream", restart_after_sasl},
    {"R005", "RFC 6120 §4.3.3", "whoever has authenticated does not move to another domain", not_another_domain},
};

}  // namespace

ServerCases header_cases() { return cases; }

}  // namespace rondel::conformance
