// The server's side of TLS: what it shows, and whose certificate it believes (XEP-0178 §3).
#include "rondel/net/certificate_names.hpp"
#include "rondel/net/channel_bindings.hpp"
#include "rondel/net/descriptors.hpp"
#include "rondel/net/net_error.hpp"
#include "rondel/net/tls_context.hpp"
#include "rondel/net/tls_side.hpp"

#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace rondel::net {

namespace asio = boost::asio;

namespace {

class ServerSide final : public TlsSide {
  public:
    ServerSide(std::shared_ptr<asio::ssl::context> context, const std::vector<std::string>& protocols, bool asks)
        : TlsSide(std::move(context)), asks_(asks) {
        for (const std::string& name : protocols) protocols_ += static_cast<char>(name.size()) + name;
        if (!protocols_.empty()) SSL_CTX_set_alpn_select_cb(this->context().native_handle(), choose, &protocols_);
    }

    bool accepts() const override { return true; }

    std::error_code prepare(TlsStream& stream, const std::string&, const std::shared_ptr<Notes>&) const override {
        boost::system::error_code error;
        stream.set_verify_mode(asks_ ? asio::ssl::verify_peer : asio::ssl::verify_none, error);
        if (error || !asks_) return error;
        // A certificate that nobody vouches for is no reason to end the connection: it is just no identity (RFC 6120
        // §13.7.2.2). What is wrong with it stays noted in the verify result.
        stream.set_verify_callback([](bool, asio::ssl::verify_context&) { return true; }, error);
        return error;
    }

    stream::TlsFacts facts(TlsStream& stream, const Notes&) const override {
        SSL* ssl = stream.native_handle();
        stream::TlsFacts facts{channel_bindings(*ssl), {}, false};
        if (const X509* shown = SSL_get0_peer_certificate(ssl);
            asks_ && shown != nullptr && SSL_get_verify_result(ssl) == X509_V_OK)
            facts.peer_addresses = names_of(*shown).addresses;
        return facts;
    }

  private:
    // A client that names protocols, none of them ours, is in the wrong place (RFC 7301 §3.2).
    static int choose(SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char* offered,
                      unsigned int offered_size, void* ours) {
        const auto& list = *static_cast<const std::string*>(ours);
        unsigned char* found = nullptr;
        const int result = SSL_select_next_proto(&found, size, reinterpret_cast<const unsigned char*>(list.data()),
                                                 static_cast<unsigned int>(list.size()), offered, offered_size);
        *chosen = found;
        return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
    }

    std::string protocols_;  // as on the wire
    bool asks_;
};

}  // namespace

Result<std::shared_ptr<const TlsSide>> TlsSide::server(const TlsServerOptions& options, std::string& why) {
    const auto made = make_server_context(options.chain, options.key);
    if (!made) {
        why = "The server's certificate and its key cannot be used (" + made.error().message() + ").";
        return made.error();
    }
    SSL_CTX* native = (*made)->native_handle();
    if (options.ask_for_certificate) {
        // Sessions that are resumed must not carry an identity to another service (SSL_CTX_set_session_id_context(3)).
        constexpr unsigned char context[] = "rondel";
        SSL_CTX_set_session_id_context(native, context, sizeof context - 1);
        boost::system::error_code error;
        if (!options.client_ca_file.empty()) (*made)->load_verify_file(options.client_ca_file, error);
        if (error) {
            why = "The certificate authorities of clients could not be read from " + options.client_ca_file + " (" +
                  words_for(error) + ").";
            return std::error_code(error);
        }
        if (!options.client_ca_file.empty())
            SSL_CTX_set_client_CA_list(native, SSL_load_client_CA_file(options.client_ca_file.c_str()));
    }
    return std::make_shared<const ServerSide>(*made, options.protocols, options.ask_for_certificate);
}

Result<std::shared_ptr<asio::ssl::context>> make_server_context(const std::string& chain, const std::string& key) {
    auto context = make_context(asio::ssl::context::tls_server);
    boost::system::error_code error;
    context->use_certificate_chain(asio::buffer(chain), error);
    if (!error) context->use_private_key(asio::buffer(key), asio::ssl::context::pem, error);
    if (error) return std::error_code(error);
    return context;
}

}  // namespace rondel::net
