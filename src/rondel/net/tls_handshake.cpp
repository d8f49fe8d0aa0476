#include "rondel/net/tls_handshake.hpp"

#include "rondel/net/descriptors.hpp"
#include "rondel/net/net_error.hpp"
#include "rondel/net/scarce_memory.hpp"
#include "rondel/net/socket_transport.hpp"

#include <array>
#include <new>

#include <boost/asio/post.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/sslerr.h>
#include <openssl/x509.h>
#include <sys/socket.h>

namespace rondel::net {

namespace asio = boost::asio;

struct TlsHandshake::State : std::enable_shared_from_this<State> {
    State(asio::ip::tcp::socket socket, std::shared_ptr<const TlsSide> side_, Done done_)
        : side(std::move(side_)), done(std::move(done_)), plain(std::move(socket)), limit(plain.get_executor()) {}

    void begin(const TlsHandshakeOptions& options) {
        prepare(plain);
        limit.expires_after(options.limit);
        limit.async_wait([self = shared_from_this()](boost::system::error_code cancelled) {
            if (!cancelled) self->finish(make_error_code(NetError::timed_out).message());
        });
        try {
            side->accepts() ? await_greeting() : greet(options.protocol);
        } catch (const std::bad_alloc&) {
            abandon();  // or the limit would tell of an end, too
            throw;
        }
    }

    // TLS takes 90 KiB for itself, and whoever connects and says nothing, or half a greeting, is to have none of it
    // (V14). So the socket reports nothing before the first record is there, whole; or its end.
    void await_greeting() {
        plain.async_wait(asio::socket_base::wait_read, [self = shared_from_this()](boost::system::error_code) {
            if (!self->done) return;
            if_memory_lasts([&] { self->look(); }, [&] { self->finish("no memory"); });
        });
    }

    void look() {
        constexpr int record_header = 5;
        constexpr unsigned char handshake = 22;
        std::array<unsigned char, record_header> head = {handshake};
        const auto heard = ::recv(plain.native_handle(), head.data(), head.size(), MSG_PEEK | MSG_DONTWAIT);
        int wanted = heard < record_header ? record_header : record_header + (head[3] << 8) + head[4];
        if (head[0] != handshake) wanted = 0;  // no TLS, as will be told
        boost::system::error_code ignored;
        const bool is_news = wanted > awaited;  // else it has ended before it was whole
        if (is_news && plain.available(ignored) < static_cast<std::size_t>(wanted)) {
            awaited = wanted;
            plain.set_option(asio::socket_base::receive_low_watermark(wanted), ignored);
            return await_greeting();
        }
        plain.set_option(asio::socket_base::receive_low_watermark(1), ignored);
        greet({});
    }

    void greet(const std::string& protocol) {
        stream = std::make_unique<TlsStream>(std::move(plain), side->context());
        if (const std::error_code error = side->prepare(*stream, protocol, notes))
            return asio::post(stream->get_executor(), [self = shared_from_this(), error] {
                self->finish("TLS could not be set up (" + error.message() + ")");
            });
        const auto type = side->accepts() ? asio::ssl::stream_base::server : asio::ssl::stream_base::client;
        stream->async_handshake(type, [self = shared_from_this()](boost::system::error_code error) {
            self->finish(error ? self->explain(error) : std::string());
        });
    }

    std::string explain(const boost::system::error_code& error) const {
        try {
            return problem(error);
        } catch (const std::bad_alloc&) {
            return "no memory";
        }
    }

    std::string problem(const boost::system::error_code& error) const {
        if (!notes->refusal.empty()) return notes->refusal;
        const long result = SSL_get_verify_result(stream->native_handle());
        // The system's authorities are files that are opened when they are wanted.
        const bool no_authority =
            result == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT || result == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY;
        if (!side->accepts() && no_authority && out_of_descriptors())
            return "its certificate could not be checked (" + words_for_no_descriptors() + ")";
        if (!side->accepts() && result != X509_V_OK)
            return std::string("its certificate was refused: ") + X509_verify_cert_error_string(result);
        if (error == asio::ssl::error::stream_truncated || error == asio::error::eof)
            return "the other side ended the connection";
        const std::string what = what_it_means(error);
        return what.empty() ? error.message() : what + " (" + error.message() + ")";
    }

    // What OpenSSL says is for those who know it.
    std::string what_it_means(const boost::system::error_code& error) const {
        if (error.category() != asio::error::get_ssl_category()) return {};
        switch (ERR_GET_REASON(static_cast<unsigned long>(error.value()))) {
            case SSL_R_WRONG_VERSION_NUMBER:
            case SSL_R_HTTP_REQUEST:
                return side->accepts() ? "what came from there is no TLS"
                                       : "what answers there speaks no TLS; is this the right port?";
            case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
            case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
            case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
            case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
                return "the other side refuses our certificate";
            default:
                return {};
        }
    }

    void finish(const std::string& why) {
        if (!done) return;
        limit.cancel();
        const Done call = std::exchange(done, nullptr);
        if (!why.empty()) {
            abandon();
            return call(nullptr, why);
        }
        std::unique_ptr<Transport> transport;
        try {
            stream::TlsFacts facts = side->facts(*stream, *notes);
            // The handshake that ends inside its own callback must not take the stream along, which still runs it.
            transport = make_transport(std::move(stream), std::move(facts));
        } catch (const std::bad_alloc&) {
            abandon();
            return call(nullptr, "no memory");
        }
        call(std::move(transport), {});
    }

    void abandon() {
        done = nullptr;
        limit.cancel();
        boost::system::error_code ignored;
        plain.close(ignored);
        if (stream) stream->next_layer().close(ignored);
    }

    std::shared_ptr<const TlsSide> side;
    Done done;
    std::shared_ptr<TlsSide::Notes> notes = std::make_shared<TlsSide::Notes>();
    asio::ip::tcp::socket plain;  // until there is a stream
    std::unique_ptr<TlsStream> stream;
    int awaited = 0;  // bytes of the first record, before anything is read
    asio::steady_timer limit;
};

TlsHandshake::TlsHandshake(asio::ip::tcp::socket socket, std::shared_ptr<const TlsSide> side,
                           TlsHandshakeOptions options, Done done)
    : state_(std::make_shared<State>(std::move(socket), std::move(side), std::move(done))) {
    state_->begin(options);
}

TlsHandshake::~TlsHandshake() { state_->abandon(); }

}  // namespace rondel::net
