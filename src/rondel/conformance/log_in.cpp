#include "rondel/conformance/log_in.hpp"

#include "rondel/base/encoding.hpp"
#include "rondel/conformance/pattern.hpp"
#include "rondel/conformance/verdict.hpp"

#include <fmt/format.h>

namespace rondel::conformance {

namespace {

std::string decoded(xml::ElementView element) {
    Result<std::string> data = parse_base64(element.text());
    if (!data) throw Unmet("What came is no base64: " + for_a_person(element));
    return *std::move(data);
}

std::string encoded(const std::string& data) { return data.empty() ? "=" : to_base64(data); }

}  // namespace

std::vector<std::string> mechanisms_of(xml::ElementView features) {
    std::vector<std::string> names;
    for (const xml::ElementView one : features.child("mechanisms", sasl_ns).children())
        if (one.is("mechanism", sasl_ns)) names.emplace_back(one.text());
    return names;
}

void start_tls(RawStream& stream, const Trust& trust, const std::string& domain) {
    stream.send(fmt::format("<starttls xmlns='{}'/>", tls_ns));
    stream.expect(fmt::format("<proceed xmlns='{}'/>", tls_ns));
    stream.wire().secure(trust, domain, stream.limit());
    stream.restart();
}

std::string auth(std::string_view mechanism, std::string_view initial) {
    return fmt::format("<auth xmlns='{}' mechanism='{}'>{}</auth>", sasl_ns, mechanism, encoded(std::string(initial)));
}

xml::Element authenticate(RawStream& stream, sasl::ClientMechanism& mechanism) {
    const auto initial = mechanism.initial();
    stream.send(initial ? auth(mechanism.name(), *initial)
                        : fmt::format("<auth xmlns='{}' mechanism='{}'/>", sasl_ns, mechanism.name()));
    for (;;) {
        xml::Element came = stream.expect_element();
        if (came.is("failure", sasl_ns)) return came;
        if (came.is("success", sasl_ns)) {
            const std::string data = decoded(came);
            const auto error =
                mechanism.finish(came.text().empty() ? std::nullopt : std::optional<std::string_view>(data));
            if (error) throw Unmet("The server has not proven that it knows the account: " + error.message());
            return came;
        }
        if (!came.is("challenge", sasl_ns)) throw Unmet("Instead of a challenge came " + for_a_person(came) + ".");
        const Result<std::string> response = mechanism.respond(decoded(came));
        if (!response) throw Unmet("The challenge is refused: " + response.error().message());
        stream.send(fmt::format("<response xmlns='{}'>{}</response>", sasl_ns, encoded(*response)));
    }
}

sasl::Offer offer_in(xml::ElementView features) {
    constexpr std::string_view types_ns = "urn:xmpp:sasl-cb:0";  // XEP-0440
    sasl::Offer offer;
    offer.mechanisms = mechanisms_of(features);
    if (const xml::ElementView types = features.child("sasl-channel-binding", types_ns)) {
        offer.binding_types.emplace();
        for (const xml::ElementView each : types.children())
            offer.binding_types->emplace_back(each.attribute_or("type", {}));
    }
    return offer;
}

void authenticate(RawStream& stream, const Account& account, xml::ElementView features) {
    sasl::Offer offer = offer_in(features);
    offer.encrypted = stream.wire().is_secure();
    sasl::ClientPolicy policy;
    policy.plain = true;
    sasl::Credentials who;
    who.username = account.name;
    who.password = account.password;
    auto mechanism = sasl::choose_mechanism(who, offer, policy);
    if (!mechanism) throw Unmet("There is no way to authenticate: " + mechanism.error().message());
    const xml::Element end = authenticate(stream, **mechanism);
    if (!end.is("success", sasl_ns)) throw Unmet(fmt::format("{} was not let in: {}", account.name, for_a_person(end)));
}

}  // namespace rondel::conformance
