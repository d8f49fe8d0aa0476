// RFC 6120 §6: what an authentication may not be.
#include "rondel/base/encoding.hpp"
#include "rondel/conformance/log_in.hpp"
#include "rondel/conformance/pattern.hpp"
#include "rondel/conformance/server/cases.hpp"
#include "rondel/conformance/stage.hpp"
#include "rondel/conformance/verdict.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace rondel::conformance {

namespace {

using Conditions = std::initializer_list<std::string_view>;

std::string plain(const Account& who, const std::string& authzid = {}, std::string_view password = {}) {
    return authzid + '\0' + who.name + '\0' + std::string(password.empty() ? who.password.reveal() : password);
}

void fails(RawStream& stream, const std::string& said, Conditions conditions) {
    stream.send(said);
    const xml::Element failure = stream.expect(fmt::format("<failure xmlns='{}'/>", sasl_ns));
    for (const std::string_view each : conditions)
        if (failure.child(each, sasl_ns)) return;
    throw Unmet(
        fmt::format("Wanted the failure {}, but {} came.", fmt::join(conditions, " or "), for_a_person(failure)));
}

void fails(Stage& on, const std::string& said, Conditions conditions) {
    RawStream stream = on.before_authentication();
    fails(stream, said, conditions);
}

std::string auth_of(std::string_view text, std::string_view mechanism = "PLAIN") {
    return fmt::format("<auth xmlns='{}' mechanism='{}'>{}</auth>", sasl_ns, mechanism, text);
}

void needs(const Stage& on, std::string_view mechanism) {
    const auto offered = mechanisms_of(on.offered());
    if (std::find(offered.begin(), offered.end(), mechanism) == offered.end())
        throw NotOffered(fmt::format("the server does not offer {}", mechanism));
}

// With a good password, so that nothing but the authorization identity can be the reason.
void acts_for(Stage& on, const std::string& authzid) {
    RawStream stream = on.before_authentication();
    needs(on, "PLAIN");
    fails(stream, auth("PLAIN", plain(on.account("romeo"), on.fill(authzid))), {"invalid-authzid", "not-authorized"});
}

void acts_for_juliet(Stage& on) {
    on.account("juliet");
    acts_for(on, "{juliet}");
}

void a_mechanism_that_is_none(Stage& on) { fails(on, auth_of("=", "STRANGE"), {"invalid-mechanism"}); }

// It is outside the alphabet: who reads on behind it gets the right password.
void an_element_in_base64(Stage& on) {
    RawStream stream = on.before_authentication();
    needs(on, "PLAIN");
    std::string right = to_base64(plain(on.account("romeo")));
    fails(stream, auth_of(right.insert(4, "<x xmlns='urn:example:x'/>")), {"incorrect-encoding", "malformed-request"});
}

void a_wrong_password(Stage& on) {
    RawStream stream = on.before_authentication();
    needs(on, "PLAIN");
    fails(stream, auth("PLAIN", plain(on.account("romeo"), {}, "wrong")), {"not-authorized"});
}

void nobody(Stage& on) {
    RawStream stream = on.before_authentication();
    needs(on, "PLAIN");
    fails(stream, auth("PLAIN", std::string("\0nobody-of-that-name\0wrong", 26)), {"not-authorized"});
}

void abort(Stage& on) {
    RawStream stream = on.before_authentication();
    needs(on, "SCRAM-SHA-1");
    stream.send(auth("SCRAM-SHA-1", "n,,n=" + on.account("romeo").name + ",r=abcdefghijklmnop"));
    stream.expect(fmt::format("<challenge xmlns='{}'/>", sasl_ns));
    fails(stream, fmt::format("<abort xmlns='{}'/>", sasl_ns), {"aborted"});
}

void once_more_after_a_failure(Stage& on) {
    RawStream stream = on.before_authentication();
    fails(stream, auth_of("=", "STRANGE"), {"invalid-mechanism"});
    authenticate(stream, on.account("romeo"), on.offered());
}

void a_new_auth_drops_the_old(Stage& on) {
    RawStream stream = on.before_authentication();
    needs(on, "SCRAM-SHA-1");
    stream.send(auth("SCRAM-SHA-1", "n,,n=" + on.account("romeo").name + ",r=abcdefghijklmnop"));
    stream.expect(fmt::format("<challenge xmlns='{}'/>", sasl_ns));
    authenticate(stream, on.account("romeo"), on.offered());
}

void empty_initial_response(Stage& on) {
    RawStream stream = on.before_authentication();
    needs(on, "PLAIN");
    // `=` is a response of no bytes: it is taken as one, and is no credentials.
    fails(stream, auth_of("="), {"malformed-request", "not-authorized", "incorrect-encoding"});
}

void tries_are_limited(Stage& on) {
    RawStream stream = on.before_authentication();
    const Account& romeo = on.account("romeo");
    for (int i = 0; i < 12; ++i) {
        stream.send(auth("PLAIN", plain(romeo, {}, "wrong")));
        switch (stream.next(stream.deadline())) {
            case RawStream::Came::element: {
                const xml::Element came = stream.take();
                if (came.is("error", stream_ns)) return;
                if (!came.is("failure", sasl_ns)) throw Unmet("Instead of a failure came " + for_a_person(came) + ".");
                break;
            }
            case RawStream::Came::end_tag:
            case RawStream::Came::end:
                return;
            default:
                throw Unmet("Nothing came in answer.");
        }
    }
    throw Unmet("After twelve wrong passwords the connection was still open.");
}

void and_end_with_policy_violation(Stage& on) {
    RawStream stream = on.before_authentication();
    const Account& romeo = on.account("romeo");
    for (int i = 0; i < 12; ++i) stream.send(auth("PLAIN", plain(romeo, {}, "wrong")));
    stream.expect_error({"policy-violation"});
}

void scram_is_there(Stage& on) {
    on.before_authentication();
    needs(on, "SCRAM-SHA-1");
}

void stanza_first(Stage& on, const std::string& stanza) {
    RawStream stream = on.before_authentication();
    stream.send(on.fill(stanza));
    stream.expect_error({"not-authorized"});
}

constexpr ServerCase cases[] = {
    {"R053", "RFC 6120 §6.5.5", "a character that is not of base64",
     [](Stage& on) { fails(on, auth_of("AAAA!AAA"), {"incorrect-encoding"}); }},
    {"R053", "RFC 6120 §13.9.1", "`=` at the beginning of base64",
     [](Stage& on) { fails(on, auth_of("=AAA"), {"incorrect-encoding"}); }},
    {"R053", "RFC 6120 §13.9.1", "`=` in the middle of base64",
     [](Stage& on) { fails(on, auth_of("AGEA=AGI"), {"incorrect-encoding"}); }},
    {"R053", "RFC 6120 §13.9.1", "an element between the letters of base64", an_element_in_base64},
    {"R054", "RFC 6120 §6.5.6", "nobody acts for somebody else", acts_for_juliet},
    {"R054", "RFC 6120 §6.5.6", "nor for an address of another domain",
     [](Stage& on) { acts_for(on, "romeo@elsewhere.invalid"); }},
    {"R059", "RFC 6120 §6.5.7", "invalid-mechanism", a_mechanism_that_is_none},
    {"R059", "RFC 6120 §6.5.10", "not-authorized, of a wrong password", a_wrong_password},
    {"R059", "RFC 6120 §6.5.10", "not-authorized, of somebody who does not exist", nobody},
    {"R059", "RFC 6120 §6.5.8", "malformed-request: PLAIN without its parts",
     [](Stage& on) {
         fails(on, auth("PLAIN", "hello"), {"malformed-request", "not-authorized"});
     }},
    {"R056", "RFC 6120 §6.4.4", "<abort/> is answered with aborted", abort},
    {"R055", "RFC 6120 §6.4.2", "an empty initial response is `=`", empty_initial_response},
    {"R055", "RFC 6120 §6.4.2", "a new <auth/> drops the old one", a_new_auth_drops_the_old},
    {"R057", "RFC 6120 §6.4.5", "after a failure one may try again", once_more_after_a_failure},
    {"R057", "RFC 6120 §6.4.5", "but not twelve times", tries_are_limited},
    {"R057", "RFC 6120 §13.9.4", "the end of trying is policy-violation", and_end_with_policy_violation},
    {"R061", "RFC 6120 §13.8.1", "SCRAM-SHA-1 is there", scram_is_there},
    {"R008", "RFC 6120 §4.3.5", "a message before authentication: not-authorized",
     [](Stage& on) { stanza_first(on, "<message to='{domain}'><body>hello</body></message>"); }},
    {"R008", "RFC 6120 §4.3.5", "a presence before authentication: not-authorized",
     [](Stage& on) { stanza_first(on, "<presence/>"); }},
    {"R008", "RFC 6120 §4.3.5", "a query before authentication: not-authorized",
     [](Stage& on) { stanza_first(on, "<iq type='get' id='1' to='{domain}'><query xmlns='jabber:iq:roster'/></iq>"); }},
    {"R068", "RFC 6120 §7.4", "binding is not offered before authentication",
     [](Stage& on) {
         on.before_authentication();
         if (on.offered().child("bind", bind_ns)) throw Unmet("It is offered.");
     }},
};

}  // namespace

ServerCases sasl_cases() { return cases; }

}  // namespace rondel::conformance
