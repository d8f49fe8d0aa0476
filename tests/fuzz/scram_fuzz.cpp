// R050…R056, V23: a client and a server of ours say SCRAM to each other, and somebody between them changes what they
// say. The server lets in who knows the password and whose words came as they were said; the client believes a server
// that knows the password and whose words came as they were said; and nobody falls back to less than both have.
//
// The first byte says how they meet; then, for each message, what becomes of it on the way.
#include "rondel/sasl/client_mechanism.hpp"

#include <string>
#include <variant>

#include "tests/fuzz/input.hpp"
#include "tests/fuzz/require.hpp"
#include "tests/support/accounts.hpp"

using namespace rondel;
using namespace rondel::test;

namespace {

struct Meeting {
    bool knows_password, has_bindings, same_channel, strips_plus, sha1, hides_types;
    explicit Meeting(std::uint8_t way)
        : knows_password((way & 1) == 0),
          has_bindings((way & 2) != 0),
          same_channel((way & 4) == 0),
          strips_plus((way & 8) != 0),
          sha1((way & 16) != 0),
          hides_types((way & 32) != 0) {}
};

// What the one in the middle makes of a message.
std::string tampered(std::string message, Input& input) {
    const std::uint8_t how = input.byte();
    const std::size_t at = message.empty() ? 0 : input.byte() % message.size();
    switch (how % 8) {
        case 1:
            return std::string(input.until('\1'));
        case 2:
            return message.insert(at, input.until('\1'));
        case 3:
            return message.erase(at, 1 + input.byte() % 8U);
        case 4:
            message[at] = static_cast<char>(input.byte());
            return message;
        case 5:
            return message.substr(0, at);
        case 6:
            return message + std::string(input.until('\1'));
        default:
            return message;
    }
}

const Accounts& accounts() {
    static const Accounts all = [] {
        Accounts made;
        made.add("user", "the right password", 1);
        return made;
    }();
    return all;
}

sasl::ServerPolicy policy() {
    sasl::ServerPolicy policy;
    policy.domain = "example.org";
    policy.nonce = [] { return "server"; };
    policy.fake_salt_key = "a key";
    policy.iterations = 1;
    return policy;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    const Meeting meeting(input.byte());
    static const sasl::ServerPolicy how = policy();

    sasl::Channel channel{.encrypted = true};
    sasl::Offer offer;
    offer.encrypted = true;
    if (meeting.has_bindings) {
        channel.bindings = {{"tls-exporter", "of the server's connection"}};
        offer.bindings = {{"tls-exporter", meeting.same_channel ? "of the server's connection" : "of another one"}};
    }
    offer.mechanisms = sasl::offered_mechanisms(how, channel);
    offer.binding_types = sasl::offered_binding_types(channel);
    if (offer.binding_types->empty()) offer.binding_types.reset();
    if (meeting.strips_plus) {
        std::erase_if(offer.mechanisms, [](const std::string& name) { return name.ends_with("-PLUS"); });
        if (meeting.hides_types) offer.binding_types.reset();
    }
    std::vector<std::string> except;
    if (meeting.sha1) except = {"SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"};

    sasl::ClientPolicy client_policy;
    client_policy.fewest_iterations = 1;
    client_policy.most_iterations = 1000;
    client_policy.nonce = [] { return "client"; };
    const std::string password = meeting.knows_password ? "the right password" : "a wrong password";
    const auto chosen =
        sasl::choose_mechanism({.username = "user", .password = password}, offer, client_policy, except);
    if (!chosen) return 0;
    sasl::ClientMechanism& client = **chosen;
    const bool stripped = meeting.has_bindings && meeting.strips_plus;
    RONDEL_REQUIRE(client.name().starts_with("SCRAM-"));
    RONDEL_REQUIRE(client.name().ends_with("-PLUS") == (meeting.has_bindings && !stripped));
    const auto server = sasl::make_server_mechanism(client.name(), accounts(), how, channel);

    bool untouched = true;  // so far
    const auto pass = [&](const std::string& said) {
        std::string heard = tampered(said, input);
        untouched = untouched && heard == said;
        return heard;
    };

    sasl::Step step = server->respond(pass(client.initial().value()));
    if (const auto* challenge = std::get_if<sasl::Challenge>(&step)) {
        const Result<std::string> answer = client.respond(pass(challenge->data));
        if (!answer) {
            RONDEL_REQUIRE(!untouched || stripped);  // XEP-0474: the server has signed what it offered
            return 0;
        }
        step = server->respond(pass(*answer));
    }
    const bool may_pass =
        meeting.knows_password && untouched && !stripped && (!meeting.has_bindings || meeting.same_channel);
    const auto* success = std::get_if<sasl::Success>(&step);
    RONDEL_REQUIRE((success != nullptr) == may_pass);
    if (success == nullptr) {
        // Whatever is made up in its place is believed no more.
        RONDEL_REQUIRE(client.finish(std::string(input.rest())));
        RONDEL_REQUIRE(client.finish(std::nullopt));
        return 0;
    }
    RONDEL_REQUIRE(success->username == "user");
    // What comes behind the signature is not signed, and RFC 5802 §5.1 has us ignore an extension that we do not know.
    const std::string heard = tampered(*success->data, input);
    const bool believed = !client.finish(heard);
    RONDEL_REQUIRE(believed ? (heard + ",").starts_with(*success->data + ",") : heard != *success->data);
    return 0;
}
