// Messages of SASL that say anything: nobody gets in who knows nothing, what is taken apart goes together again, and
// our client believes no server that does not know the password.
//
// The first byte chooses the mechanism; messages are separated by bytes of 1.
#include "rondel/base/encoding.hpp"
#include "rondel/sasl/client_mechanism.hpp"
#include "rondel/sasl/scram_message.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "tests/fuzz/require.hpp"
#include "tests/support/accounts.hpp"

using namespace rondel;

namespace {

constexpr std::array<std::string_view, 8> names{"SCRAM-SHA-256-PLUS", "SCRAM-SHA-1",    "PLAIN",
                                                "EXTERNAL",           "SCRAM-SHA-256",  "ANONYMOUS",
                                                "HT-SHA-256-EXPR",    "HT-SHA-256-NONE"};

struct Scene {
    test::Accounts accounts;
    sasl::ServerPolicy policy;
    sasl::Channel channel{
        .encrypted = true, .bindings = {{"tls-exporter", "exported"}}, .certificate_addresses = {"other@example.com"}};
    Scene() {
        accounts.add("user", "a password that no fuzzer guesses", 1);
        accounts.tokens[{"user", "HT-SHA-256-NONE"}] = {"nor this"};
        policy.domain = "example.org";
        policy.iterations = 1;
        policy.anonymous = true;
        policy.nonce = [] { return "server"; };
    }
};

template <class Take>
void each_message(std::string_view input, Take take) {
    for (;;) {
        const std::size_t end = input.find('\1');
        if (!take(input.substr(0, end)) || end == input.npos) return;
        input.remove_prefix(end + 1);
    }
}

void serve(std::string_view name, std::string_view input) {
    static const Scene scene;
    const auto server = sasl::make_server_mechanism(name, scene.accounts, scene.policy, scene.channel);
    each_message(input, [&](std::string_view message) {
        const sasl::Step step = server->respond(message);
        RONDEL_REQUIRE(!std::holds_alternative<sasl::Success>(step) || name == "ANONYMOUS");
        return std::holds_alternative<sasl::Challenge>(step);
    });
}

void be_served(std::string_view input) {
    sasl::Offer offer;
    offer.mechanisms = {"SCRAM-SHA-1"};
    sasl::ClientPolicy policy;
    policy.nonce = [] { return "n"; };
    policy.most_iterations = 5000;
    const auto client = sasl::choose_mechanism({.username = "user", .password = "x"}, offer, policy).value();
    each_message(input, [&](std::string_view message) {
        if (client->respond(message)) return true;
        RONDEL_REQUIRE(client->finish(message));
        return false;
    });
    RONDEL_REQUIRE(client->finish(std::nullopt));
}

void take_apart(std::string_view text) {
    if (const auto first = sasl::parse_client_first(text)) {
        std::string again = sasl::write_gs2_header(first->gs2.flag, first->gs2.binding_type, first->gs2.authzid);
        again += "n=" + sasl::escape_name(first->username) + ",r=" + std::string(first->nonce);
        RONDEL_REQUIRE(text == again || text.starts_with(again + ","));
    }
    if (const auto first = sasl::parse_server_first(text)) {
        RONDEL_REQUIRE(first->iterations > 0 && !first->salt.empty());
        const std::string again = "r=" + std::string(first->nonce) + ",s=" + to_base64(first->salt) + ",i=";
        RONDEL_REQUIRE(text.starts_with(again));
    }
    if (const auto final = sasl::parse_client_final(text)) {
        RONDEL_REQUIRE(text == std::string(final->without_proof) + ",p=" + to_base64(final->proof));
    }
    if (const auto final = sasl::parse_server_final(text))
        RONDEL_REQUIRE(final->is_error || text.starts_with("v=" + to_base64(final->signature)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
    take_apart(input);
    serve(names[data[0] % names.size()], input);
    be_served(input);
    return 0;
}
