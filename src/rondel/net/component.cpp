#include "rondel/net/component.hpp"

#include "rondel/net/descriptors.hpp"
#include "rondel/net/host.hpp"
#include "rondel/net/weak_secret.hpp"

#include <utility>

#include <fmt/format.h>

namespace rondel {

using stream::CloseCause;
using stream::Closed;
using stream::StreamCondition;

namespace {

// Why trying again cannot help, as a sentence; empty where it may.
std::string final_problem(const Closed& closed, const ComponentOptions& options, bool had_session_before) {
    if (!closed.error) return {};
    switch (closed.error->condition) {
        case StreamCondition::not_authorized:
        case StreamCondition::host_unknown:
            if (closed.cause != CloseCause::refused) return {};
            return fmt::format("Not connected to {}. {}", options.server, closed.why);
        case StreamCondition::invalid_namespace:
            return closed.was_open ? std::string() : fmt::format("Not connected to {}. {}", options.server, closed.why);
        case StreamCondition::conflict:
            if (closed.was_open)
                return fmt::format(
                    "Another program took over the name {} at {}: stopping, so that the two do not fight.",
                    options.domain, options.server);
            // After a loss the server may still hold our own dead connection: that passes.
            if (had_session_before) return {};
            return fmt::format("Another program is already connected to {} as {}: stop that one first.", options.server,
                               options.domain);
        default:
            return {};
    }
}

}  // namespace

struct Component::State final : net::Host {
    State(ComponentOptions options_, Router router)
        : Host(net::host_options(options_), std::move(router)), options(std::move(options_)) {}

    std::string check(Jid& known) override {
        const Result<Jid> domain = Jid::parse(options.domain);
        if (domain) known = *domain;
        if (!domain || !domain->local().empty() || !domain->is_bare())
            return fmt::format("\"{}\" is no domain for a component. {}", options.domain,
                               domain ? "It has more than a domain part." : domain.error().message());
        const Result<net::Endpoint> at = net::Endpoint::parse(options.server);
        if (!at) return fmt::format("\"{}\" is no address of a server: {}.", options.server, at.error().message());
        if (at->is_unix() && options.tls.mode != net::TlsOptions::Mode::off)
            return fmt::format(
                "{} is a socket of this machine, where there is no TLS: it is safe as it is; switch TLS off.",
                at->str());
        if (options.secret.empty()) return fmt::format("There is no secret for {}.", options.domain);
        if (options.allow_plaintext && options.tls.mode == net::TlsOptions::Mode::off)
            if (const std::string weak = net::weakness_in_plain_text(options.secret); !weak.empty())
                log(LogLevel::warning, weak);
        address = *domain;
        server = *at;
        return {};
    }

    Obstacle plan(net::ConnectOptions& how) override {
        how.server = server;
        how.direct_tls = options.tls.mode != net::TlsOptions::Mode::off;
        how.allow_plaintext = options.allow_plaintext;
        if (!how.direct_tls) return {};
        std::string why;
        const std::string& name = options.tls.name.empty() ? server.host : options.tls.name;
        const auto side = net::TlsSide::client(options.tls, {name}, {}, why);
        if (!side) return {std::move(why), net::is_for_now(side.error())};
        how.tls = *side;
        return {};
    }

    std::unique_ptr<stream::Stream> make_stream(const net::Transport&) override {
        return std::make_unique<stream::ComponentStream>(stream::ComponentCredentials{address, options.secret},
                                                         options.stream);
    }

    void opened(const stream::Opened&, Instant now) override {
        session_began(address.str());
        entity().opened(*this, now);
    }

    bool carries_unsent() const override { return true; }

    Verdict judge(const Closed& over) override {
        const bool displaced = over.was_open && over.error && over.error->condition == StreamCondition::conflict;
        if (displaced && is_own_ghost()) return {over.why};
        std::string problem = final_problem(over, options, had_session());
        if (problem.empty()) return {over.why};
        return {std::move(problem), true};
    }

    ComponentOptions options;
    Jid address;
    net::Endpoint server;
};

Component::Component(ComponentOptions options, Router router)
    : state_(std::make_shared<State>(std::move(options), std::move(router))) {}

Component::~Component() { state_->abandon(); }

void Component::start(const boost::asio::any_io_executor& executor, std::function<void(const Ending&)> ended) {
    state_->start(executor, std::move(ended));
}
void Component::drain() { state_->drain(); }
void Component::stop() { state_->end({false, "Stopped."}); }
Entity& Component::entity() { return state_->self(); }
const ComponentOptions& Component::options() const { return state_->options; }

void Component::log_to(LogSink log) {
    if (!state_->options.log) state_->options.log = log;
    state_->log_to(std::move(log));
}

void Component::post(std::function<void(Entity&)> call) { state_->post(std::move(call)); }

}  // namespace rondel
