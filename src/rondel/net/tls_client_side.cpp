// The client's side of TLS: whether the certificate of the server is the one that it has to be.
#include "rondel/base/encoding.hpp"
#include "rondel/net/certificate_names.hpp"
#include "rondel/net/channel_bindings.hpp"
#include "rondel/net/descriptors.hpp"
#include "rondel/net/net_error.hpp"
#include "rondel/net/tls_context.hpp"
#include "rondel/net/tls_side.hpp"

#include <array>
#include <new>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace rondel::net {

namespace asio = boost::asio;

namespace {

// "sha256:AB:CD…" as 64 lower-case digits; empty if it is no such thing.
std::string plain_pin(std::string_view text) {
    constexpr std::string_view prefix = "sha256:";
    if (!text.starts_with(prefix)) return {};
    std::string digits;
    for (const char c : text.substr(prefix.size())) {
        if (c == ':') continue;
        const char lower = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
        if (!((lower >= '0' && lower <= '9') || (lower >= 'a' && lower <= 'f'))) return {};
        digits.push_back(lower);
    }
    return digits.size() == 64 ? digits : std::string();
}

std::string fingerprint(X509* certificate) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    if (certificate == nullptr || X509_digest(certificate, EVP_sha256(), digest.data(), &size) != 1) return {};
    return to_hex(std::string_view(reinterpret_cast<const char*>(digest.data()), size));
}

// An authority that may sign for some names only is bound by OpenSSL to those as DNS names; as SRV-ID or XmppAddr it
// could say any.
bool is_bound_to_names(const STACK_OF(X509) * chain) {
    for (int i = 0; i < sk_X509_num(chain); ++i)
        if (X509_get_ext_by_NID(sk_X509_value(chain, i), NID_name_constraints, -1) >= 0) return true;
    return false;
}

class ClientSide final : public TlsSide {
  public:
    ClientSide(std::shared_ptr<asio::ssl::context> context, TlsOptions::Mode mode, std::string pin,
               ReferenceIdentity who)
        : TlsSide(std::move(context)), mode_(mode), pin_(std::move(pin)), who_(std::move(who)) {}

    bool accepts() const override { return false; }

    std::error_code prepare(TlsStream& stream, const std::string& protocol,
                            const std::shared_ptr<Notes>& notes) const override {
        SSL* ssl = stream.native_handle();
        if (const std::string name = server_name(who_); !name.empty()) SSL_set_tlsext_host_name(ssl, name.c_str());
        if (!protocol.empty()) {
            const std::string list = static_cast<char>(protocol.size()) + protocol;
            SSL_set_alpn_protos(ssl, reinterpret_cast<const unsigned char*>(list.data()),
                                static_cast<unsigned int>(list.size()));
        }
        if (SSL_get_certificate(ssl) != nullptr) note_whether_ours_is_wanted(ssl, *notes);
        boost::system::error_code error;
        const bool asks = mode_ == TlsOptions::Mode::verify || mode_ == TlsOptions::Mode::pin;
        stream.set_verify_mode(asks ? asio::ssl::verify_peer : asio::ssl::verify_none, error);
        if (error || !asks) return error;
        if (mode_ == TlsOptions::Mode::pin)
            stream.set_verify_callback(
                [pin = pin_, notes](bool, asio::ssl::verify_context& checked) {
                    return decided(checked, [&] { return is_pinned(pin, checked, *notes); });
                },
                error);
        else
            stream.set_verify_callback(
                [who = who_, notes](bool good, asio::ssl::verify_context& checked) {
                    return good && decided(checked, [&] { return is_right(who, checked, *notes); });
                },
                error);
        return error;
    }

    stream::TlsFacts facts(TlsStream& stream, const Notes& notes) const override {
        SSL_set_cert_cb(stream.native_handle(), nullptr, nullptr);
        return {channel_bindings(*stream.native_handle()), {}, notes.own_certificate_wanted};
    }

  private:
    // OpenSSL, which asks, is C: an exception through it would leave its locks held, and its memory lost.
    template <class Decide>
    static bool decided(asio::ssl::verify_context& checked, const Decide& decide) noexcept {
        try {
            return decide();
        } catch (const std::bad_alloc&) {
            X509_STORE_CTX_set_error(checked.native_handle(), X509_V_ERR_OUT_OF_MEM);
            return false;
        }
    }

    static void note_whether_ours_is_wanted(SSL* ssl, Notes& notes) {
        SSL_set_cert_cb(
            ssl,
            [](SSL*, void* those) {
                static_cast<Notes*>(those)->own_certificate_wanted = true;
                return 1;
            },
            &notes);
    }

    // Asked for each certificate of the chain, from its root: only the peer's own counts, at depth 0.
    static bool is_pinned(const std::string& pin, asio::ssl::verify_context& checked, Notes& notes) {
        X509_STORE_CTX* store = checked.native_handle();
        if (X509_STORE_CTX_get_error_depth(store) != 0) return true;
        const bool right = fingerprint(X509_STORE_CTX_get0_cert(store)) == pin;
        X509_STORE_CTX_set_error(store, right ? X509_V_OK : X509_V_ERR_APPLICATION_VERIFICATION);
        if (!right) notes.refusal = make_error_code(NetError::pin_mismatch).message();
        return right;
    }

    static bool is_right(const ReferenceIdentity& who, asio::ssl::verify_context& checked, Notes& notes) {
        X509_STORE_CTX* store = checked.native_handle();
        if (X509_STORE_CTX_get_error_depth(store) != 0) return true;
        CertificateNames names = names_of(*X509_STORE_CTX_get0_cert(store));
        if (is_bound_to_names(X509_STORE_CTX_get0_chain(store))) names.services.clear(), names.addresses.clear();
        if (matches(names, who)) return true;
        X509_STORE_CTX_set_error(store, X509_V_ERR_HOSTNAME_MISMATCH);
        notes.refusal = "its certificate was refused: hostname mismatch (it is for " + describe(names) + ", not for " +
                        who.domain + ")";
        return false;
    }

    TlsOptions::Mode mode_;
    std::string pin_;
    ReferenceIdentity who_;
};

// Where it was the system that would not.
std::string words_behind(const std::error_code& reason) {
    if (reason.category() != std::system_category() && reason.category() != std::generic_category()) return {};
    return " (" + words_for({reason.value(), boost::system::generic_category()}) + ")";
}

std::error_code trust(asio::ssl::context& context, const TlsOptions& options, std::string& why) {
    boost::system::error_code error;
    if (options.ca_file.empty())
        context.set_default_verify_paths(error);
    else
        context.load_verify_file(options.ca_file, error);
    if (error) {
        const std::error_code reason = what_failed(error, make_error_code(NetError::bad_certificate));
        why = "The certificate authorities could not be read from " +
              (options.ca_file.empty() ? "the system" : options.ca_file) + words_behind(reason) + ".";
        return reason;
    }
    SSL_CTX* native = context.native_handle();
    X509_VERIFY_PARAM* param = SSL_CTX_get0_param(native);
    X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    if (options.crl_file.empty()) return {};
    X509_LOOKUP* lookup = X509_STORE_add_lookup(SSL_CTX_get_cert_store(native), X509_LOOKUP_file());
    if (lookup == nullptr || X509_load_crl_file(lookup, options.crl_file.c_str(), X509_FILETYPE_PEM) < 1) {
        const std::error_code reason = what_failed({}, make_error_code(NetError::bad_certificate));
        const std::string words = words_behind(reason);
        why = "The list of revoked certificates could not be read from " + options.crl_file +
              (words.empty() ? " (" + last_openssl_error() + ")" : words) + ".";
        ERR_clear_error();
        return reason;
    }
    X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_CRL_CHECK);
    return {};
}

std::error_code show(asio::ssl::context& context, const OwnCertificate& own, std::string& why) {
    if (own.file.empty()) return {};
    boost::system::error_code error;
    context.use_certificate_chain_file(own.file, error);
    if (error) {
        why = "Our certificate could not be read from " + own.file + " (" + words_for(error) + ").";
        return what_failed(error, make_error_code(NetError::bad_certificate));
    }
    const std::string& key = own.key_file.empty() ? own.file : own.key_file;
    context.use_private_key_file(key, asio::ssl::context::pem, error);
    if (!error) return {};
    why = "The key of our certificate could not be read from " + key + " (" + words_for(error) + ").";
    return what_failed(error, make_error_code(NetError::bad_certificate));
}

}  // namespace

Result<std::shared_ptr<const TlsSide>> TlsSide::client(const TlsOptions& options, const ReferenceIdentity& who,
                                                       const OwnCertificate& own, std::string& why) {
    const std::string pin = plain_pin(options.pin);
    if (options.mode == TlsOptions::Mode::pin && pin.empty()) {
        why =
            "The pin \"" + options.pin + "\" is not understood: " + make_error_code(NetError::bad_pin).message() + ".";
        return make_error_code(NetError::bad_pin);
    }
    auto context = make_context(asio::ssl::context::tls_client);
    if (options.mode == TlsOptions::Mode::verify)
        if (const std::error_code error = trust(*context, options, why)) return error;
    if (const std::error_code error = show(*context, own, why)) return error;
    return std::make_shared<const ClientSide>(std::move(context), options.mode, pin, who);
}

}  // namespace rondel::net
