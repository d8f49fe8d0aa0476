#include "rondel/sasl/plain_clients.hpp"

#include "rondel/base/digest.hpp"
#include "rondel/sasl/hashed_token.hpp"

#include <utility>

namespace rondel::sasl {

namespace {

// Says one thing: of its own accord, or as the answer to an empty challenge (RFC 4422 §4.3).
class SingleMessage : public ClientMechanism {
  public:
    SingleMessage(std::string_view name, Secret message) : name_(name), message_(std::move(message)) {}

    std::string_view name() const override { return name_; }
    std::optional<std::string> initial() override {
        said_ = true;
        return std::string(message_.reveal());
    }
    Result<std::string> respond(std::string_view challenge) override {
        if (said_ || !challenge.empty()) return make_error_code(SaslFault::bad_challenge);
        said_ = true;
        return std::string(message_.reveal());
    }
    std::error_code finish(std::optional<std::string_view>) override { return {}; }  // nothing was to be shown

  private:
    const std::string name_;
    const Secret message_;
    bool said_ = false;
};

class TokenClient final : public SingleMessage {
  public:
    TokenClient(std::string_view username, const Token& token, std::string_view binding)
        : SingleMessage(token.mechanism, std::string(username) + '\0' + initiator_hash(token.secret, binding)),
          expected_(responder_hash(token.secret, binding)) {}

    std::error_code finish(std::optional<std::string_view> data) override {
        if (!data) return SaslFault::early_success;
        return equal_in_constant_time(*data, expected_) ? std::error_code()
                                                        : make_error_code(SaslFault::bad_server_signature);
    }

  private:
    const std::string expected_;
};

}  // namespace

std::unique_ptr<ClientMechanism> make_plain_client(std::string_view authzid, std::string_view username,
                                                   const Secret& password) {
    std::string message(authzid);
    message.append(1, '\0').append(username).append(1, '\0').append(password.reveal());
    return std::make_unique<SingleMessage>("PLAIN", Secret::take(message));
}

std::unique_ptr<ClientMechanism> make_external_client(std::string_view authzid) {
    return std::make_unique<SingleMessage>("EXTERNAL", authzid);
}

std::unique_ptr<ClientMechanism> make_anonymous_client() { return std::make_unique<SingleMessage>("ANONYMOUS", ""); }

std::unique_ptr<ClientMechanism> make_token_client(std::string_view username, const Token& token, std::string binding) {
    return std::make_unique<TokenClient>(username, token, binding);
}

}  // namespace rondel::sasl
