// RFC 6120 §5: STARTTLS.
#include "rondel/conformance/log_in.hpp"
#include "rondel/conformance/server/cases.hpp"
#include "rondel/conformance/stage.hpp"
#include "rondel/conformance/verdict.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace rondel::conformance {

namespace {

// The features of a stream that has no TLS yet.
RawStream plain(Stage& on, xml::Element& features) {
    RawStream stream = on.connect();
    if (stream.wire().is_secure()) throw NotOffered("the connection begins with TLS");
    stream.send(header(on.domain()));
    features = stream.expect_features();
    return stream;
}

RawStream about_to_secure(Stage& on) {
    xml::Element features;
    RawStream stream = plain(on, features);
    if (!features.child("starttls", tls_ns)) throw NotOffered("STARTTLS is not offered");
    return stream;
}

void offered_as_required(Stage& on) {
    xml::Element features;
    plain(on, features);
    const xml::ElementView offer = features.child("starttls", tls_ns);
    if (!offer) throw Unmet("STARTTLS is not offered.");
    if (!features.child("mechanisms", sasl_ns) && !offer.child("required"))
        throw Unmet("There is no way without TLS, but the offer does not say <required/>.");
}

void not_offered_again(Stage& on) {
    RawStream stream = on.secure();
    stream.send(header(on.domain()));
    if (stream.expect_features().child("starttls", tls_ns)) throw Unmet("STARTTLS is offered inside TLS.");
}

void refused_inside_tls(Stage& on) {
    RawStream stream = on.before_authentication();
    stream.send(fmt::format("<starttls xmlns='{}'/>", tls_ns));
    const auto ending = stream.expect_end();
    const bool failure = std::any_of(ending.rest.begin(), ending.rest.end(),
                                     [](const xml::Element& each) { return each.is("failure", tls_ns); });
    if (!failure && ending.condition.empty()) throw Unmet("The connection ended without <failure/> or a stream error.");
}

// CVE-2021-33515 and its like: what stands behind <starttls/> in plain text is not taken for what is said inside TLS.
void nothing_of_before(Stage& on) {
    RawStream stream = about_to_secure(on);
    stream.send(fmt::format("<starttls xmlns='{}'/>", tls_ns) + header(on.domain()) + auth("PLAIN", "injected"));
    try {
        stream.expect(fmt::format("<proceed xmlns='{}'/>", tls_ns));
        stream.wire().secure(on.server().trust, on.domain(), stream.limit());
    } catch (const Unmet&) {
        return;  // it took the bytes behind for the beginning of TLS, and gave up: nothing of them was taken
    }
    stream.restart();
    stream.send(header(on.domain()));
    const xml::Element first = stream.expect_element();
    if (!first.is("features", stream_ns)) throw Unmet("Something was answered that was said outside of TLS.");
}

void failed_handshake(Stage& on) {
    RawStream stream = about_to_secure(on);
    stream.send(fmt::format("<starttls xmlns='{}'/>", tls_ns));
    stream.expect(fmt::format("<proceed xmlns='{}'/>", tls_ns));
    const std::size_t until_now = stream.bytes().size();
    stream.send(std::string(600, 'x'));  // no TLS
    std::string rest;
    const Instant until = stream.deadline();
    Wire::Got got = Wire::Got::bytes;
    while (got == Wire::Got::bytes) got = stream.wire().receive(rest, until);
    if (got == Wire::Got::nothing) throw Unmet("The connection was not closed.");
    rest += stream.bytes().substr(until_now);
    if (rest.find("</stream") != std::string::npos)
        throw Unmet("The stream was ended in plain text behind <proceed/>.");
}

void nothing_old(Stage& on) {
    RawStream stream = about_to_secure(on);
    stream.send(fmt::format("<starttls xmlns='{}'/>", tls_ns));
    stream.expect(fmt::format("<proceed xmlns='{}'/>", tls_ns));
    try {
        stream.wire().secure({.anybody = true}, on.domain(), stream.limit(), TlsVersion::tls_1_1);
    } catch (const Unmet&) {
        return;
    }
    throw Unmet("TLS 1.1 or older was agreed to.");
}

void certificate_names_the_domain(Stage& on) {
    if (on.server().trust.anybody || !on.server().trust.pin.empty())
        throw NotOffered("no authority was given (--tls-ca)");
    on.secure();  // which checks it
}

void no_password_in_plain_text(Stage& on) {
    xml::Element features;
    RawStream stream = plain(on, features);
    for (const std::string& each : mechanisms_of(features))
        if (each == "PLAIN") throw Unmet("PLAIN is offered without TLS.");
    const Account& romeo = on.account("romeo");
    stream.send(
        auth("PLAIN", std::string(1, '\0') + romeo.name + std::string(1, '\0') + std::string(romeo.password.reveal())));
    const auto ending = stream.next(stream.deadline());
    if (ending == RawStream::Came::element && stream.take().is("success", sasl_ns))
        throw Unmet("A password in plain text was accepted.");
}

void encryption_required(Stage& on) {
    xml::Element features;
    RawStream stream = plain(on, features);
    stream.send(auth("PLAIN", std::string("\0a\0b", 4)));
    if (!stream.expect(fmt::format("<failure xmlns='{}'/>", sasl_ns)).child("encryption-required", sasl_ns))
        throw Unmet("Another condition came than encryption-required. " + stream.tail());
}

constexpr ServerCase cases[] = {
    {"R036", "RFC 6120 §5.4.1", "STARTTLS is offered, as required where there is no other way", offered_as_required},
    {"R042", "RFC 6120 §5.4.3.3", "STARTTLS is not offered inside TLS", not_offered_again},
    {"R039", "RFC 6120 §5.4.2.2", "<starttls/> inside TLS fails and ends the connection", refused_inside_tls},
    {"R040", "RFC 6120 §5.4.3.3", "what is said in plain text behind <starttls/> is dropped", nothing_of_before},
    {"R041", "RFC 6120 §5.4.3.2", "after a failed handshake the connection ends without an end tag", failed_handshake},
    {"R047", "RFC 6120 §13.9.5", "nothing older than TLS 1.2 is agreed to", nothing_old},
    {"R045", "RFC 6120 §13.7.1.2", "the certificate is for the domain", certificate_names_the_domain},
    {"R051", "RFC 6120 §13.8.3", "no password is taken without TLS", no_password_in_plain_text},
    {"R059", "RFC 6120 §6.5.4", "PLAIN without TLS: encryption-required", encryption_required},
};

}  // namespace

ServerCases tls_cases() { return cases; }

}  // namespace rondel::conformance
