// One side of TLS connections: a context that they share, and what is asked of the peer.
//
// TLS 1.2 or later, no compression, no renegotiation, keys and digests of 112 bits at least (OpenSSL's level 2).
#pragma once

#include "rondel/net/reference_identity.hpp"
#include "rondel/net/tls_options.hpp"
#include "rondel/net/tls_transport.hpp"
#include "rondel/stream/tls_facts.hpp"

#include <memory>
#include <string>
#include <vector>

namespace rondel::net {

// A client's own certificate, for SASL EXTERNAL (XEP-0178). None if empty.
struct OwnCertificate {
    std::string file = {};      // PEM, with those between it and its authority behind it
    std::string key_file = {};  // PEM; empty: the key is in `file`
};

struct TlsServerOptions {
    std::string chain = {};                                // PEM, the server's certificate first
    std::string key = {};                                  // PEM
    std::vector<std::string> protocols = {"xmpp-client"};  // ALPN, best first: one of them where the client names any
    bool ask_for_certificate = false;                      // of the client; it may have none, or one of no use
    std::string client_ca_file = {};                       // PEM: whose certificates for clients are believed
};

// Owns: its context.   Threads: shared by connections of one executor.
class TlsSide {
  public:
    // `why` tells which option is wrong, as a sentence.
    static Result<std::shared_ptr<const TlsSide>> client(const TlsOptions& options, const ReferenceIdentity& who,
                                                         const OwnCertificate& own, std::string& why);
    static Result<std::shared_ptr<const TlsSide>> server(const TlsServerOptions& options, std::string& why);

    virtual ~TlsSide() = default;

    // For Handshake.
    struct Notes {  // of one handshake
        std::string refusal = {};
        bool own_certificate_wanted = false;
    };
    virtual bool accepts() const = 0;
    // `protocol` for ALPN, of the client; empty: none.
    virtual std::error_code prepare(TlsStream& stream, const std::string& protocol,
                                    const std::shared_ptr<Notes>& notes) const = 0;
    virtual stream::TlsFacts facts(TlsStream& stream, const Notes& notes) const = 0;
    boost::asio::ssl::context& context() const { return *context_; }

  protected:
    explicit TlsSide(std::shared_ptr<boost::asio::ssl::context> context) : context_(std::move(context)) {}

  private:
    std::shared_ptr<boost::asio::ssl::context> context_;
};

}  // namespace rondel::net
