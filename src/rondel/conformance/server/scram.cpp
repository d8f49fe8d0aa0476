// RFC 5802: SCRAM, where a client does not keep to it.
#include "rondel/base/encoding.hpp"
#include "rondel/conformance/log_in.hpp"
#include "rondel/conformance/pattern.hpp"
#include "rondel/conformance/server/cases.hpp"
#include "rondel/conformance/stage.hpp"
#include "rondel/conformance/verdict.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace rondel::conformance {

namespace {

constexpr std::string_view nonce = "fyko+d2lbbFgONRv9qkx";

void needs(const Stage& on, std::string_view mechanism) {
    const auto all = mechanisms_of(on.offered());
    if (std::find(all.begin(), all.end(), mechanism) == all.end())
        throw NotOffered(fmt::format("the server does not offer {}", mechanism));
}

// An authentication with the right password, of which the client saw this offer: it ends so.
std::string ends(Stage& on, std::string_view needed, sasl::Offer offer) {
    RawStream stream = on.before_authentication();
    needs(on, needed);
    const Account& romeo = on.account("romeo");
    offer.encrypted = true;
    sasl::Credentials who;
    who.username = romeo.name;
    who.password = romeo.password;
    auto mechanism = sasl::choose_mechanism(who, offer, {});
    if (!mechanism) throw std::logic_error(mechanism.error().message());
    return std::string(authenticate(stream, **mechanism).name());
}

void succeeds(Stage& on, const std::string& mechanism) {
    RawStream stream = on.before_authentication();
    needs(on, mechanism);
    const Account& romeo = on.account("romeo");
    sasl::Offer offer = offer_in(on.offered());
    offer.encrypted = true;
    sasl::Credentials who;
    who.username = romeo.name;
    who.password = romeo.password;
    std::vector<std::string> others = offer.mechanisms;
    std::erase(others, mechanism);
    auto chosen = sasl::choose_mechanism(who, offer, {}, others);
    if (!chosen) throw std::logic_error(chosen.error().message());
    if (authenticate(stream, **chosen).name() != "success") throw Unmet("The right password was refused.");
}

// The client says that it could bind the channel, and that the server did not offer to: somebody took the offer away.
void stripped_offer(Stage& on) {
    sasl::Offer offer;
    offer.mechanisms = {"SCRAM-SHA-1"};
    offer.bindings = {{"tls-exporter", std::string(32, 'x')}};
    if (ends(on, "SCRAM-SHA-1-PLUS", std::move(offer)) == "success")
        throw Unmet("Whoever takes -PLUS out of the offer is not noticed.");
}

void wrong_binding(Stage& on) {
    RawStream stream = on.before_authentication();
    needs(on, "SCRAM-SHA-1-PLUS");
    const Account& romeo = on.account("romeo");
    sasl::Offer offer = offer_in(on.offered());
    offer.encrypted = true;
    offer.bindings = {{"tls-exporter", std::string(32, 'x')}};
    sasl::Credentials who;
    who.username = romeo.name;
    who.password = romeo.password;
    std::vector<std::string> others = offer.mechanisms;
    std::erase(others, "SCRAM-SHA-1-PLUS");
    auto chosen = sasl::choose_mechanism(who, offer, {}, others);
    if (!chosen) throw NotOffered("no channel binding is offered that there is under TLS 1.3");
    if (authenticate(stream, **chosen).name() == "success")
        throw Unmet("Data of another channel were taken for those of this one.");
}

void first_fails(Stage& on, const std::string& first) {
    RawStream stream = on.before_authentication();
    needs(on, "SCRAM-SHA-1");
    stream.send(auth("SCRAM-SHA-1", on.fill(first)));
    stream.expect(fmt::format("<failure xmlns='{}'/>", sasl_ns));
}

// Up to the challenge; then `final` with {nonce} in its place, and a proof that is none.
void final_fails(Stage& on, std::string text) {
    RawStream stream = on.before_authentication();
    needs(on, "SCRAM-SHA-1");
    stream.send(auth("SCRAM-SHA-1", fmt::format("n,,n={},r={}", on.account("romeo").name, nonce)));
    const xml::Element challenge = stream.expect(fmt::format("<challenge xmlns='{}'/>", sasl_ns));
    const std::string fields = *parse_base64(challenge.text());
    const std::string theirs = fields.substr(2, fields.find(',') - 2);
    if (!fields.starts_with("r=" + std::string(nonce)) || theirs.size() <= nonce.size())
        throw Unmet("The server's nonce does not go on where the client's ends: " + fields);
    if (const std::size_t at = text.find("NONCE"); at != std::string::npos) text.replace(at, 5, theirs);
    stream.send(fmt::format("<response xmlns='{}'>{}</response>", sasl_ns, to_base64(text)));
    stream.expect(fmt::format("<failure xmlns='{}'/>", sasl_ns));
}

// Nobody learns who has an account: an unknown user gets a challenge too, and the same salt each time.
void unknown_user(Stage& on) {
    std::string before;
    for (int i = 0; i < 2; ++i) {
        RawStream stream = on.before_authentication();
        needs(on, "SCRAM-SHA-1");
        stream.send(auth("SCRAM-SHA-1", fmt::format("n,,n=nobody-of-that-name,r={}", nonce)));
        const xml::Element challenge = stream.expect(fmt::format("<challenge xmlns='{}'/>", sasl_ns));
        const std::string fields = *parse_base64(challenge.text());
        const std::string salt = fields.substr(fields.find(",s="));
        if (!before.empty() && salt != before) throw Unmet("The salt of nobody is another each time.");
        before = salt;
    }
}

constexpr ServerCase cases[] = {
    {"R066", "RFC 5802 §5", "SCRAM-SHA-1: the server's signature is right",
     [](Stage& on) { succeeds(on, "SCRAM-SHA-1"); }},
    {"R066", "RFC 7677 §3", "SCRAM-SHA-256: the server's signature is right",
     [](Stage& on) { succeeds(on, "SCRAM-SHA-256"); }},
    {"R063", "RFC 5802 §5.1", "a mandatory extension that is not known",
     [](Stage& on) {
         on.account("romeo");
         first_fails(on, "n,,m=strange,n=user,r=fyko+d2lbbFgONRv9qkx");
     }},
    {"R063", "RFC 5802 §5.1", "a name with a bad escape",
     [](Stage& on) { first_fails(on, "n,,n=us=2Ger,r=fyko+d2lbbFgONRv9qkx"); }},
    {"R063", "RFC 5802 §5.1", "no nonce", [](Stage& on) { first_fails(on, "n,,n=user"); }},
    {"R063", "RFC 5802 §5.1", "another nonce than the server's",
     [](Stage& on) { final_fails(on, "c=biws,r=another,p=AAAAAAAAAAAAAAAAAAAAAAAAAAA="); }},
    {"R064", "RFC 5802 §6", "a `c` that is not the header of the first message",
     [](Stage& on) { final_fails(on, "c=eSws,r=NONCE,p=AAAAAAAAAAAAAAAAAAAAAAAAAAA="); }},
    {"R059", "RFC 5802 §5.1", "a proof that is none",
     [](Stage& on) { final_fails(on, "c=biws,r=NONCE,p=AAAAAAAAAAAAAAAAAAAAAAAAAAA="); }},
    {"R064", "RFC 5802 §6", "`y` although -PLUS is offered", stripped_offer},
    {"R064", "RFC 5802 §6", "data of another channel", wrong_binding},
    {"", "RFC 5802 §5.1 (V28)", "an unknown user is challenged like a known one", unknown_user},
};

}  // namespace

ServerCases scram_cases() { return cases; }

}  // namespace rondel::conformance
