#include "rondel/tool/conformance_embedded.hpp"

#include "rondel/base/random.hpp"
#include "rondel/net/component.hpp"
#include "rondel/tool/echo_service.hpp"
#include "rondel/tool/serving.hpp"

#include <atomic>
#include <filesystem>
#include <optional>
#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <fmt/format.h>

namespace rondel::tool {

namespace asio = boost::asio;

namespace {

constexpr int accounts = 40;
constexpr auto domain = "localhost";
constexpr auto echo = "echo.localhost";
constexpr auto peer = "peer.localhost";

// For the certificate and its key, which somebody who checks it has to be given.
struct Folder {
    Folder() { std::filesystem::create_directory(path); }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    const std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("rondel-conformance-" + random_token(64));
};

}  // namespace

struct Embedded::State {
    explicit State(const conformance::Place& at) : harbour(at) {
        ServeOptions options;
        options.domains = {domain};
        for (const char* const kind : {"c2s", "component", "http"})
            for (auto& place : parse_places(fmt::format("{}=127.0.0.1:0", kind), "here"))
                options.places.push_back(place);
        for (int i = 0; i < accounts; ++i)
            options.accounts.push_back({fmt::format("user-{}@{}", i, domain), secret, "here"});
        for (const char* const name : {echo, peer}) options.components.push_back({name, secret, {}, "here"});
        options.certificate = folder.path / "certificate.pem";
        options.key = folder.path / "key.pem";
        serving.emplace(io.get_executor(), std::move(options), LogSink());
        begin_component();
        thread = std::thread([this] { io.run(); });
    }

    ~State() {
        asio::post(io, [this] {
            if (component) component->stop();
            component.reset();
            serving.reset();
            io.stop();
        });
        thread.join();
    }

    // Again where it ended: what tells it that trying again is of no use is told to it on purpose here.
    void begin_component() {
        ComponentOptions options;
        options.domain = echo;
        options.secret = secret;
        options.server = harbour.str();
        options.reconnect_first = std::chrono::milliseconds(20);
        options.reconnect_most = std::chrono::milliseconds(100);
        options.log = [](LogLevel, std::string_view) {};
        component = std::make_unique<Component>(std::move(options), echo_service());
        component->start(io.get_executor(), [this](const auto&) { has_ended = true; });
    }

    conformance::Place place(DoorKind kind) const {
        for (const auto& [of, at] : serving->opened())
            if (of == kind) return {at.host, at.port};
        return {};
    }

    const conformance::Place harbour;
    const std::string secret = random_token(96);
    Folder folder;
    asio::io_context io{1};
    asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
    std::optional<Serving> serving;
    std::unique_ptr<Component> component;
    std::atomic<bool> has_ended = false;
    std::thread thread;
};

Embedded::Embedded(const conformance::Place& harbour) : state_(std::make_unique<State>(harbour)) {}
Embedded::~Embedded() = default;

conformance::ServerUnderTest Embedded::server(Duration limit) const {
    conformance::ServerUnderTest tried;
    tried.domain = domain;
    tried.clients = state_->place(DoorKind::c2s);
    tried.websocket.at = state_->place(DoorKind::http);
    tried.trust.ca_file = state_->folder.path / "certificate.pem";
    for (int i = 0; i < accounts; ++i) tried.accounts.push_back({fmt::format("user-{}", i), state_->secret});
    for (const char* const name : {echo, peer})
        tried.components.push_back({name, state_->secret, state_->place(DoorKind::component)});
    tried.limit = limit;
    return tried;
}

conformance::ComponentUnderTest Embedded::component(Duration limit, Duration patience) {
    conformance::ComponentUnderTest tried;
    tried.domain = echo;
    tried.secret = state_->secret;
    tried.limit = limit;
    tried.patience = patience;
    tried.nudge = [state = state_.get()] {
        if (state->has_ended.exchange(false)) asio::post(state->io, [state] { state->begin_component(); });
    };
    return tried;
}

}  // namespace rondel::tool
