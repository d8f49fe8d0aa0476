// The only file that sees Boost.Beast.
#include "rondel/net/websocket_handshake.hpp"

#include "rondel/net/net_error.hpp"
#include "rondel/net/scarce_memory.hpp"
#include "rondel/net/transport_stream.hpp"
#include "rondel/stream/framing.hpp"

#include <new>
#include <optional>
#include <utility>

#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>

namespace rondel::net {

namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;

namespace {

using Stream = websocket::stream<TransportStream, false>;  // without permessage-deflate
constexpr std::string_view subprotocol = "xmpp";
constexpr std::string_view end_of_message(&stream::message_end, 1);

class WebSocketTransport final : public Transport {
  public:
    explicit WebSocketTransport(std::unique_ptr<Stream> stream) : core_(std::make_shared<Core>(std::move(stream))) {}
    ~WebSocketTransport() override { close(); }

    void read(std::span<char> into, ReadCallback done) override { core_->read(into, std::move(done)); }

    // One message at a time, and only whole ones.
    Result<std::size_t> write(std::string_view bytes) override {
        Core& core = *core_;
        if (core.failed) return core.failed;
        if (core.writing) return std::size_t{0};
        if (core.taken != 0) return std::exchange(core.taken, 0);  // of what was offered before: the front of `bytes`
        const std::size_t end = bytes.find(stream::message_end);
        if (end == std::string_view::npos) return std::size_t{0};
        core.sending.assign(bytes.substr(0, end));
        core.writing = true;
        core.stream->async_write(asio::buffer(core.sending),
                                 [core = core_](boost::system::error_code error, std::size_t) { core->wrote(error); });
        return std::size_t{0};
    }

    void on_writable(std::function<void()> call) override { core_->writable = std::move(call); }

    void end_output() override {
        if (core_->writing)
            core_->ending = true;
        else
            core_->say_end(websocket::close_code::normal);
    }

    void close() override { core_->close(); }

    bool secure() const override { return core_->stream->next_layer().transport().secure(); }
    stream::TlsFacts facts() const override { return core_->stream->next_layer().transport().facts(); }
    std::string description() const override {
        return "websocket:" + core_->stream->next_layer().transport().description();
    }

  private:
    struct Core : std::enable_shared_from_this<Core> {
        explicit Core(std::unique_ptr<Stream> stream_) : stream(std::move(stream_)) {}

        void read(std::span<char> into, ReadCallback done) {
            if (end_due) {
                end_due = false;
                into.front() = stream::message_end;
                return asio::post(stream->get_executor(), [core = shared_from_this(), done = std::move(done)] {
                    if (!core->closed) done({}, 1);
                });
            }
            stream->async_read_some(asio::buffer(into.data(), into.size()),
                                    [core = shared_from_this(), into, done = std::move(done)](
                                        boost::system::error_code error, std::size_t size) mutable {
                                        core->take(into, error, size, std::move(done));
                                    });
        }

        void take(std::span<char> into, boost::system::error_code error, std::size_t size, ReadCallback done) {
            if (closed) return;
            // Behind our own close frame the peer's comes, to whoever reads it first.
            const bool over = end_said && error == asio::error::operation_aborted;
            if (error == websocket::error::closed || over) return done({}, 0);
            if (error) return done(error, 0);
            const std::string_view text(into.data(), size);
            if (stream->got_binary() || text.find(stream::message_end) != text.npos) {
                // RFC 7395 §3.2: text. A NUL, which XML cannot have, would pass for the end of a message.
                say_end(stream->got_binary() ? websocket::close_code::unknown_data
                                             : websocket::close_code::bad_payload);
                return done(make_error_code(NetError::bad_message), 0);
            }
            if (stream->is_message_done()) {
                if (size < into.size())
                    into[size++] = stream::message_end;
                else
                    end_due = true;
            }
            if (size == 0) return read(into, std::move(done));  // an empty fragment
            done({}, size);
        }

        void wrote(boost::system::error_code error) {
            writing = false;
            if (closed) return;
            if (error)
                failed = error;
            else
                taken = sending.size() + end_of_message.size();
            if (std::exchange(ending, false)) say_end(websocket::close_code::normal);
            if (writable) writable();
        }

        void say_end(websocket::close_code why) {
            if (std::exchange(end_said, true) || closed) return;
            stream->async_close(why, [core = shared_from_this()](boost::system::error_code) {});
        }

        void close() {
            if (std::exchange(closed, true)) return;
            writable = nullptr;
            stream->next_layer().close();
        }

        std::unique_ptr<Stream> stream;
        std::string sending;
        std::size_t taken = 0;  // written, and not yet told to the caller
        std::error_code failed;
        std::function<void()> writable;
        bool end_due = false;  // the message was read to its end, but there was no room to say so
        bool writing = false;
        bool ending = false;
        bool end_said = false;
        bool closed = false;
    };

    std::shared_ptr<Core> core_;
};

bool names_subprotocol(std::string_view list) {
    for (std::size_t at = 0; at <= list.size();) {
        const std::size_t comma = std::min(list.find(',', at), list.size());
        std::string_view name = list.substr(at, comma - at);
        while (!name.empty() && (name.front() == ' ' || name.front() == '\t')) name.remove_prefix(1);
        while (!name.empty() && (name.back() == ' ' || name.back() == '\t')) name.remove_suffix(1);
        if (name == subprotocol) return true;
        at = comma + 1;
    }
    return false;
}

std::string_view view(boost::beast::string_view text) { return {text.data(), text.size()}; }

}  // namespace

struct WebSocketHandshake::State : std::enable_shared_from_this<State> {
    State(const asio::any_io_executor& executor, std::unique_ptr<Transport> transport, Done done_)
        : done(std::move(done_)), stream(std::make_unique<Stream>(executor, std::move(transport))), limit(executor) {}

    void begin(std::size_t most_message, Duration most_time) {
        stream->read_message_max(most_message);
        stream->write_buffer_bytes(16 * 1024);
        stream->auto_fragment(false);
        stream->text(true);
        stream->set_option(websocket::stream_base::timeout{websocket::stream_base::none(),
                                                           websocket::stream_base::none(), false});  // `limit` is ours
        limit.expires_after(most_time);
        limit.async_wait([self = shared_from_this()](boost::system::error_code cancelled) {
            if (!cancelled) self->finish(make_error_code(NetError::timed_out).message());
        });
    }

    // ---- the client's side ----

    void connect(const WebSocketClientOptions& options) {
        stream->set_option(websocket::stream_base::decorator([](websocket::request_type& request) {
            request.set(http::field::sec_websocket_protocol, boost::beast::string_view(subprotocol.data(), 4));
        }));
        stream->async_handshake(
            response, options.host, options.path, [self = shared_from_this()](boost::system::error_code error) {
                self->guard([&] { self->finish(error ? self->problem(error) : self->problem_of_response()); });
            });
    }

    std::string problem(boost::system::error_code error) const {
        if (error == websocket::error::upgrade_declined)
            return "it answered " + std::to_string(response.result_int()) + ", which is no WebSocket";
        return error.message();
    }
    // RFC 7395 §3.1
    std::string problem_of_response() const {
        if (view(response[http::field::sec_websocket_protocol]) == subprotocol) return {};
        return "what answers there does not speak XMPP over WebSocket (RFC 7395)";
    }

    // ---- the server's side ----

    void accept(WebSocketServerOptions options) {
        server = std::move(options);
        constexpr std::uint32_t most_header = 8 * 1024;
        parser.header_limit(most_header);
        http::async_read_header(stream->next_layer(), buffer, parser,
                                [self = shared_from_this()](boost::system::error_code error, std::size_t) {
                                    if (!self->done) return;
                                    self->guard([&] {
                                        if (error) return self->finish(error.message());
                                        self->answer();
                                    });
                                });
    }

    void answer() {
        const auto& request = parser.get();
        const std::string_view target = view(request.target());
        if (target.substr(0, target.find('?')) != server.path)
            return refuse(http::status::not_found, "There is nothing here but " + server.path + ".");
        if (!websocket::is_upgrade(request) || buffer.size() > 0)
            return refuse(http::status::bad_request, "Here is a WebSocket (RFC 6455) for XMPP (RFC 7395).");
        if (!names_subprotocol(view(request[http::field::sec_websocket_protocol])))
            return refuse(http::status::bad_request, "Ask for the subprotocol \"xmpp\" (RFC 7395 §3.1).");
        const std::string_view origin = view(request[http::field::origin]);
        if (!origin.empty() && server.allows_origin && !server.allows_origin(origin))
            return refuse(http::status::forbidden, "Pages of this origin may not connect.");
        stream->set_option(websocket::stream_base::decorator([](websocket::response_type& agreed) {
            agreed.set(http::field::sec_websocket_protocol, boost::beast::string_view(subprotocol.data(), 4));
        }));
        stream->async_accept(request, [self = shared_from_this()](boost::system::error_code error) {
            self->finish(error ? error.message() : std::string());
        });
    }

    void refuse(http::status status, const std::string& why) {
        refusal.result(status);
        refusal.set(http::field::content_type, "text/plain; charset=utf-8");
        refusal.set(http::field::connection, "close");
        refusal.body() = why + "\n";
        refusal.prepare_payload();
        http::async_write(stream->next_layer(), refusal,
                          [self = shared_from_this(), why](boost::system::error_code, std::size_t) {
                              if (!self->done) return;
                              self->stream->next_layer().transport().end_output();
                              self->finish(why);
                          });
    }

    // ---- both ----

    // Where a callback comes in: memory that is not there is the end of this attempt.
    template <class Work>
    void guard(const Work& work) {
        if_memory_lasts(work, [this] { finish("no memory"); });
    }

    void finish(const std::string& why) {
        if (!done) return;
        const Done call = std::exchange(done, nullptr);
        limit.cancel();
        if (!why.empty()) {
            abandon();
            return call(nullptr, why);
        }
        std::unique_ptr<Transport> transport;
        try {
            transport = std::make_unique<WebSocketTransport>(std::move(stream));
        } catch (const std::bad_alloc&) {
            abandon();
            return call(nullptr, "no memory");
        }
        call(std::move(transport), {});
    }

    void abandon() {
        const auto self = shared_from_this();  // its handlers may be all that keeps us
        done = nullptr;
        limit.cancel();
        if (stream) stream->next_layer().close();
    }

    Done done;
    std::unique_ptr<Stream> stream;
    asio::steady_timer limit;
    websocket::response_type response;
    WebSocketServerOptions server;
    boost::beast::flat_buffer buffer;
    http::request_parser<http::empty_body> parser;
    http::response<http::string_body> refusal;
};

WebSocketHandshake::WebSocketHandshake(const asio::any_io_executor& executor, std::unique_ptr<Transport> transport,
                                       WebSocketServerOptions options, Done done)
    : state_(std::make_shared<State>(executor, std::move(transport), std::move(done))) {
    state_->begin(options.most_message, options.limit);
    state_->accept(std::move(options));
}

WebSocketHandshake::WebSocketHandshake(const asio::any_io_executor& executor, std::unique_ptr<Transport> transport,
                                       WebSocketClientOptions options, Done done)
    : state_(std::make_shared<State>(executor, std::move(transport), std::move(done))) {
    state_->begin(options.most_message, options.limit);
    state_->connect(options);
}

WebSocketHandshake::~WebSocketHandshake() { state_->abandon(); }

}  // namespace rondel::net
