// A client's attempts to authenticate, as its server takes them: the elements of both profiles of SASL (RFC 6120 §6,
// XEP-0388), base64 and which mechanism it is about. Not for other floors.
#pragma once

#include "rondel/sasl/server_mechanism.hpp"
#include "rondel/stream/sasl2_request.hpp"
#include "rondel/xml/element.hpp"

#include <memory>
#include <optional>
#include <string>

namespace rondel::stream {

enum class SaslProfile { sasl, sasl2 };

std::string write_challenge(SaslProfile profile, const sasl::Challenge& challenge);
std::string write_failure(SaslProfile profile, sasl::FailureCondition condition);
std::string write_success(const std::optional<std::string>& data);  // of RFC 6120
// Of XEP-0388. `inside`: what else was done.
std::string write_success(const std::optional<std::string>& data, std::string_view identity, std::string_view inside);

// Borrows: the directory.   Threads: one at a time.
class Authentication {
  public:
    explicit Authentication(const sasl::AccountDirectory& accounts) : accounts_(accounts) {}

    // A new stream, with nothing of the one before (RFC 6120 §5.4.3.3). Without `offered` SASL is refused: TLS comes
    // first.
    void begin(sasl::ServerPolicy policy, sasl::Channel channel, bool offered);

    void end();  // lets go of all that is not needed any more: there may be many idle sessions

    static bool concerns(xml::ElementView element);  // whether it is of either profile
    sasl::Step take(xml::ElementView element);       // precondition: it is, and begin() was called

    SaslProfile profile() const { return profile_; }          // of the last element
    const Sasl2Request& request() const { return request_; }  // of the last <authenticate/>

  private:
    sasl::Step start(xml::ElementView element);

    const sasl::AccountDirectory& accounts_;
    std::optional<sasl::ServerPolicy> policy_ = {};  // none: nothing is under way, and nothing is kept
    sasl::Channel channel_ = {};
    bool offered_ = false;
    SaslProfile profile_ = SaslProfile::sasl;
    Sasl2Request request_ = {};
    std::unique_ptr<sasl::ServerMechanism> mechanism_ = {};  // of the attempt under way
};

}  // namespace rondel::stream
