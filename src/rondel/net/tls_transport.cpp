#include "rondel/net/tls_transport.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/error.hpp>
#include <openssl/ssl.h>

namespace rondel::net {

namespace asio = boost::asio;

namespace {

// A TLS record is written from a copy: OpenSSL wants the same bytes again when it could not finish, and the output
// moves meanwhile.
constexpr std::size_t most_at_once = 64 * 1024;

class TlsTransport final : public Transport {
  public:
    TlsTransport(std::unique_ptr<TlsStream> stream, stream::TlsFacts facts)
        : core_(std::make_shared<Core>()), facts_(std::move(facts)) {
        boost::system::error_code ignored;
        const auto peer = stream->next_layer().remote_endpoint(ignored);
        core_->description = "tls:" + peer.address().to_string(ignored) + ":" + std::to_string(peer.port());
        core_->stream = std::move(stream);
        SSL_set_ex_data(core_->stream->native_handle(), core_index(), core_.get());
        SSL_set_info_callback(core_->stream->native_handle(), cut_off_renegotiation);
    }
    ~TlsTransport() override { close(); }

    void read(std::span<char> into, ReadCallback done) override {
        core_->stream->async_read_some(
            asio::buffer(into.data(), into.size()),
            [core = core_, done = std::move(done)](boost::system::error_code error, std::size_t size) {
                if (core->closed) return;
                // Only close_notify is an end in order; a cut connection is told as such (stream_truncated).
                if (error == asio::error::eof) error.clear(), size = 0;
                done(error, size);
            });
    }

    Result<std::size_t> write(std::string_view bytes) override {
        Core& core = *core_;
        if (core.failed) return core.failed;
        if (core.writing) return std::size_t{0};
        if (core.taken != 0) return std::exchange(core.taken, 0);  // of what was offered before: the front of `bytes`
        if (bytes.empty()) return std::size_t{0};
        core.sending.assign(bytes.substr(0, most_at_once));
        core.writing = true;
        asio::async_write(*core.stream, asio::buffer(core.sending),
                          [core = core_](boost::system::error_code error, std::size_t) { finished(*core, error); });
        return std::size_t{0};
    }

    void on_writable(std::function<void()> call) override { core_->writable = std::move(call); }

    void end_output() override {
        if (core_->writing) {
            core_->ending = true;
            return;
        }
        core_->stream->async_shutdown([core = core_](boost::system::error_code) {});
    }

    void close() override {
        if (core_->closed) return;
        core_->closed = true;
        core_->writable = nullptr;
        boost::system::error_code ignored;
        core_->stream->next_layer().close(ignored);
    }

    bool secure() const override { return true; }
    stream::TlsFacts facts() const override { return facts_; }
    std::string description() const override { return core_->description; }

  private:
    struct Core {
        std::unique_ptr<TlsStream> stream;
        std::string description;
        std::string sending;
        std::size_t taken = 0;  // written, and not yet told to the caller
        std::error_code failed;
        std::function<void()> writable;
        bool writing = false;
        bool ending = false;
        bool closed = false;
    };

    static int core_index() {
        static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
        return index;
    }

    // OpenSSL refuses a peer that wants to negotiate anew with a warning, and goes on. RFC 6120 §5.3.5 wants the
    // connection closed at once, without a stream error.
    static void cut_off_renegotiation(const SSL* ssl, int where, int value) {
        if (where != SSL_CB_WRITE_ALERT || (value & 0xFF) != SSL_AD_NO_RENEGOTIATION) return;
        boost::system::error_code ignored;
        static_cast<Core*>(SSL_get_ex_data(ssl, core_index()))->stream->next_layer().close(ignored);
    }

    static void finished(Core& core, boost::system::error_code error) {
        core.writing = false;
        if (core.closed) return;
        if (error)
            core.failed = error;
        else
            core.taken = core.sending.size();
        if (core.ending) {
            core.ending = false;
            core.stream->async_shutdown([](boost::system::error_code) {});
        }
        if (core.writable) core.writable();
    }

    std::shared_ptr<Core> core_;
    stream::TlsFacts facts_;
};

}  // namespace

std::unique_ptr<Transport> make_transport(std::unique_ptr<TlsStream> stream, stream::TlsFacts facts) {
    return std::make_unique<TlsTransport>(std::move(stream), std::move(facts));
}

}  // namespace rondel::net
