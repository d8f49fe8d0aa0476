#include "rondel/net/net_error.hpp"

#include <string>

namespace rondel::net {

namespace {

class Category final : public std::error_category {
  public:
    const char* name() const noexcept override { return "rondel.net"; }
    std::string message(int code) const override {
        switch (static_cast<NetError>(code)) {
            case NetError::bad_endpoint:
                return "expected HOST, HOST:PORT, [IPV6]:PORT or unix:PATH";
            case NetError::bad_pin:
                return "expected sha256: and the 64 hexadecimal digits of the certificate's fingerprint";
            case NetError::pin_mismatch:
                return "the server's certificate is not the pinned one";
            case NetError::plaintext_beyond_loopback:
                return "the server is not on this machine, and without TLS the secret could be guessed from the "
                       "traffic; use TLS, or "
                       "allow plain text explicitly";
            case NetError::timed_out:
                return "no answer in time";
            case NetError::bad_url:
                return "expected wss://HOST[:PORT][/PATH]";
            case NetError::bad_message:
                return "a WebSocket message that is no XML text";
            case NetError::bad_certificate:
                return "a certificate, its key or a list of revoked ones cannot be used";
        }
        return "unknown error";
    }
};

}  // namespace

std::error_code make_error_code(NetError error) {
    static const Category category;
    return {static_cast<int>(error), category};
}

}  // namespace rondel::net
