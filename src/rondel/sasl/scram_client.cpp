#include "rondel/sasl/scram_client.hpp"

#include "rondel/base/digest.hpp"
#include "rondel/base/encoding.hpp"
#include "rondel/sasl/scram_message.hpp"
#include "rondel/sasl/scram_proof.hpp"

#include <utility>

namespace rondel::sasl {

namespace {

class ScramClient final : public ClientMechanism {
  public:
    explicit ScramClient(ScramRequest request)
        : request_(std::move(request)),
          name_("SCRAM-" + std::string(to_string(request_.hash)) + (request_.flag == 'p' ? "-PLUS" : "")),
          header_(write_gs2_header(request_.flag, request_.binding ? request_.binding->type : std::string(),
                                   request_.authzid)),
          bare_("n=" + escape_name(request_.username) + ",r=" + request_.nonce) {}

    std::string_view name() const override { return name_; }
    std::optional<std::string> initial() override { return header_ + bare_; }

    Result<std::string> respond(std::string_view challenge) override {
        switch (std::exchange(next_, Next::nothing)) {
            case Next::challenge:
                return answer(challenge);
            case Next::proof:  // RFC 6120 §6.4.3: the last message may come as a challenge, and success without data
                if (const std::error_code fault = verify(challenge)) return fault;
                next_ = Next::success;
                return std::string();
            default:
                return make_error_code(SaslFault::bad_challenge);
        }
    }

    std::error_code finish(std::optional<std::string_view> data) override {
        switch (std::exchange(next_, Next::nothing)) {
            case Next::proof:
                return data ? verify(*data) : make_error_code(SaslFault::early_success);
            case Next::success:
                return !data || data->empty() ? std::error_code() : make_error_code(SaslFault::bad_challenge);
            default:
                return SaslFault::early_success;
        }
    }

  private:
    enum class Next { challenge, proof, success, nothing };  // what the server is expected to say

    Result<std::string> answer(std::string_view challenge) {
        const std::optional<ServerFirst> first = parse_server_first(challenge);
        if (!first) return make_error_code(SaslFault::bad_challenge);
        // It must add something: ours alone could be the answer to anything.
        if (!first->nonce.starts_with(request_.nonce) || first->nonce.size() == request_.nonce.size())
            return make_error_code(SaslFault::bad_nonce);
        if (first->offer_hash ? *first->offer_hash != request_.offer_hash : request_.offer_must_be_vouched)
            return make_error_code(SaslFault::binding_stripped);
        if (first->iterations < request_.fewest_iterations) return make_error_code(SaslFault::too_few_iterations);
        if (first->iterations > request_.most_iterations) return make_error_code(SaslFault::too_many_iterations);

        const std::string binding = request_.binding ? request_.binding->data : std::string();
        const std::string without_proof = "c=" + to_base64(header_ + binding) + ",r=" + std::string(first->nonce);
        const std::string auth_message = bare_ + "," + std::string(challenge) + "," + without_proof;
        const Secret salted = salted_password(request_.hash, request_.password, first->salt,
                                              static_cast<std::uint32_t>(first->iterations));
        ClientProof made = prove(request_.hash, salted, auth_message);
        server_signature_ = std::move(made.server_signature);
        next_ = Next::proof;
        return without_proof + ",p=" + to_base64(made.proof);
    }

    std::error_code verify(std::string_view message) const {
        const std::optional<ServerFinal> final = parse_server_final(message);
        if (!final) return SaslFault::bad_challenge;
        if (final->is_error) return SaslFault::server_error;
        if (!equal_in_constant_time(final->signature, server_signature_)) return SaslFault::bad_server_signature;
        return {};
    }

    const ScramRequest request_;
    const std::string name_;
    const std::string header_;  // gs2
    const std::string bare_;    // of our first message
    std::string server_signature_ = {};
    Next next_ = Next::challenge;
};

}  // namespace

std::unique_ptr<ClientMechanism> make_scram_client(ScramRequest request) {
    return std::make_unique<ScramClient>(std::move(request));
}

}  // namespace rondel::sasl
