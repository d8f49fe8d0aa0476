// rondel demo: the embedded server, the echo service on it three times, and you.
#include "rondel/base/random.hpp"
#include "rondel/base/utf8.hpp"
#include "rondel/net/client.hpp"
#include "rondel/net/ticker.hpp"
#include "rondel/server/attachment.hpp"
#include "rondel/tool/commands.hpp"
#include "rondel/tool/connection_options.hpp"
#include "rondel/tool/echo_service.hpp"
#include "rondel/tool/serving.hpp"
#include "rondel/tool/typed_lines.hpp"
#include "rondel/xep/disco.hpp"
#include "rondel/xep/ping.hpp"
#include "rondel/xep/version.hpp"

#include <csignal>
#include <cstdlib>
#include <stdexcept>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <fmt/format.h>
#include <unistd.h>

namespace rondel::tool {

namespace asio = boost::asio;
using namespace literals;

namespace {

struct DemoOptions {
    bool once = false;
    LogOptions log{.level = "warning"};
};

// The pieces of the house, in one process and on one thread; only the sockets between them are real.
class Demo {
  public:
    explicit Demo(DemoOptions options) : options_(std::move(options)), signals_(io_, SIGINT, SIGTERM) {}

    int run() {
        std::signal(SIGPIPE, SIG_IGN);
        serving_ = std::make_unique<Serving>(io_.get_executor(), server_options(), make_log(options_.log));
        say("An embedded server, on this machine only, and the same echo handler on three hosts:");
        say("  {:<20} a component, connected by TCP (XEP-0114)", component_.str());
        say("  {:<20} a client bot, connected by TCP and TLS", bot_.str());
        say("  {:<20} in process, without a socket", inside_.str());
        start_component();
        start_bot();
        attachment_ = std::make_unique<server::Attachment>(serving_->board(), inside_, echo_service(),
                                                           io_.get_executor(), attachment_options());
        ticker_ = net::keep_time(io_.get_executor(), *attachment_);
        start_you();
        signals_.async_wait([this](boost::system::error_code error, int) {
            if (error) return;
            leave();
            signals_.async_wait([](boost::system::error_code again, int number) {
                if (!again) std::_Exit(128 + number);
            });
        });
        io_.run();
        return status_;
    }

  private:
    ServeOptions server_options() {
        ServeOptions options;
        options.places = parse_places("127.0.0.1:0", "demo");
        for (const Jid& each : {you_, bot_, guest_}) {
            Secret password = random_token(72);
            passwords_.emplace_back(each, password);
            options.accounts.push_back({each.str(), std::move(password), "demo"});
        }
        component_secret_ = random_token();
        options.components.push_back({component_.str(), component_secret_, {}, "demo"});
        return options;
    }

    server::AttachmentOptions attachment_options() {
        server::AttachmentOptions options;
        options.clock = [] { return Clock::now(); };
        options.log = make_log(options_.log);
        return options;
    }

    std::string address_of(DoorKind kind) const {
        for (const Serving::Opened& each : serving_->opened())
            if (each.kind == kind) return each.at.str();
        return {};
    }
    const Secret& password_of(const Jid& account) const {
        for (const auto& [jid, password] : passwords_)
            if (jid == account) return password;
        throw std::logic_error("The demo has no such account.");
    }

    void start_component() {
        ComponentOptions with;
        with.domain = component_.str();
        with.secret = component_secret_;
        with.server = address_of(DoorKind::component);
        with.log = make_log(options_.log);
        with.traffic = make_traffic_log(options_.log);
        echo_ = std::make_unique<Component>(std::move(with), echo_service());
        echo_->start(io_.get_executor(), [this](const Ending& ending) { ended(ending); });
    }

    ClientOptions client_options(const Jid& account) const {
        ClientOptions with;
        with.jid = account.str() + "/demo";
        with.password = password_of(account);
        with.server = address_of(DoorKind::c2s);
        with.tls.mode = net::TlsOptions::Mode::pin;
        with.tls.pin = serving_->pin();
        with.log = make_log(options_.log);
        return with;
    }

    void start_bot() {
        echo_bot_ = std::make_unique<Client>(client_options(bot_), echo_service(EchoHost::client));
        echo_bot_->start(io_.get_executor(), [this](const Ending& ending) { ended(ending); });
    }

    void start_you() {
        Router router;
        router.on_session([this](Entity& self) { self.spawn(show(self)); });
        router.on_message([this](const Message& in) { hear(in); });
        ClientOptions with = client_options(you_);
        with.traffic = make_traffic_log(options_.log);
        client_ = std::make_unique<Client>(std::move(with), std::move(router));
        client_->start(io_.get_executor(), [this](const Ending& ending) { ended(ending); });
    }

    // What all of them can do, once; then the person's turn.
    task<> show(Entity& you) {
        if (std::exchange(shown_, true)) co_return;
        std::string problem;
        try {
            co_await exchange(you);
        } catch (const std::exception& error) {
            problem = error.what();
        }
        if (!problem.empty()) co_return fail("The exchange failed: " + problem);
        if (options_.once) co_return leave();
        invite();
        talking_ = true;
        prompt();
        lines_ = std::make_unique<TypedLines>([this](std::optional<std::string> line) {
            client_->post([this, line = std::move(line)](Entity& self) { typed(line, self); });
        });
    }

    task<> exchange(Entity& you) {
        while (!echo_->entity().in_session() || !echo_bot_->entity().in_session())
            co_await you.sleep(std::chrono::milliseconds(10));
        say("You are {}: a real client connection, too.\n", you.address().str());
        for (const Jid& service : services_) {
            std::function<bool(const Message&)> wanted = [service](const Message& in) {
                return in.from().bare() == JidView(service);
            };
            Message question(service, "Wherefore art thou?");
            show_stanza("you  ->", question);
            you.send(std::move(question));
            const auto answer = co_await you.next_message(std::move(wanted), std::chrono::seconds(10));
            if (!answer || answer->body() != "echo: Wherefore art thou?")
                throw std::runtime_error(service.str() + " did not answer");
            show_stanza("     <-", *answer);
        }
        fmt::print("\n");

        const Duration took = co_await ping::ask(you, component_);
        say("ping (XEP-0199)     answered in {:.2f} ms", std::chrono::duration<double, std::milli>(took).count());
        const version::Version runs = co_await version::ask(you, component_);
        say("version (XEP-0092)  {} {}", runs.name, runs.version);
        const disco::Info info = co_await disco::info(you, component_);
        for (const Identity& identity : info.identities)
            say("disco (XEP-0030)    it is a {}/{}, {}", identity.category, identity.type, identity.name);
        for (const std::string& feature : info.features) say("                    it does {}", feature);
        fmt::print("\n");
    }

    void invite() const {
        say("With any other XMPP client on this machine:");
        say("  server    {}", address_of(DoorKind::c2s));
        say("  account   {}", guest_.str());
        say("  password  {}", password_of(guest_).reveal());
        say("  its certificate is self-signed, for this run only: {}", serving_->pin());
        say("Write to {}, {} or {}; or to {}, who is you here.\n", component_.str(), bot_.str(), inside_.str(),
            you_.str());
        say("Type a line and press Enter; all three answer. Ctrl-D ends.");
    }

    void typed(const std::optional<std::string>& line, Entity& self) {
        if (!line) {
            fmt::print("\n");
            at_end_ = true;
            if (unheard_ == 0) return leave();
            return self.after(std::chrono::seconds(2), [this] { leave(); });
        }
        if (line->empty()) return prompt();
        for (const Jid& service : services_) {
            const Ticket ticket = self.send(Message(service, *line));
            if (!ticket) return say("Not sent: {}", ticket.refused.message());
            ++unheard_;
        }
    }

    void hear(const Message& in) {
        if (!in.body()) return;
        say("{:<20} {}", in.from().bare().str(), sanitize_for_log(*in.body()));
        if (unheard_ > 0) --unheard_;
        if (unheard_ > 0) return;
        if (at_end_) return leave();
        prompt();
    }

    void prompt() const {
        if (talking_ && isatty(STDIN_FILENO) != 0) fmt::print("you:  ");
        std::fflush(stdout);
    }

    static void show_stanza(const char* who, const Stanza& stanza) {
        say("{} {}", who, net::masked_text(stanza.element()));
    }

    template <class... Args>
    static void say(fmt::format_string<Args...> format, Args&&... args) {
        fmt::print("{}\n", fmt::format(format, std::forward<Args>(args)...));
        std::fflush(stdout);
    }

    void fail(std::string_view why) {
        fmt::print(stderr, "{}\n", why);
        status_ = 1;
        leave();
    }

    void leave() {
        lines_.reset();
        client_->drain();
        echo_->drain();
        echo_bot_->drain();
    }

    void ended(const Ending& ending) {
        if (ending.failed) {
            fmt::print(stderr, "{}\n", ending.why);
            status_ = 1;
            leave();
        }
        if (++ended_ == 3) io_.stop();
    }

    DemoOptions options_;
    asio::io_context io_{1};
    asio::signal_set signals_;
    Jid component_ = "echo.localhost"_jid, bot_ = "echo@localhost"_jid, inside_ = "inside.localhost"_jid;
    std::vector<Jid> services_ = {component_, bot_, inside_};
    Jid you_ = "you@localhost"_jid, guest_ = "guest@localhost"_jid;
    std::vector<std::pair<Jid, Secret>> passwords_;
    Secret component_secret_;
    std::unique_ptr<Serving> serving_;
    std::unique_ptr<server::Attachment> attachment_;
    std::unique_ptr<net::Ticker> ticker_;
    std::unique_ptr<Component> echo_;
    std::unique_ptr<Client> echo_bot_, client_;
    std::unique_ptr<TypedLines> lines_;
    std::size_t unheard_ = 0;  // answers that have not come
    bool at_end_ = false;      // of the input
    bool talking_ = false;
    bool shown_ = false;
    int ended_ = 0;
    int status_ = 0;
};

}  // namespace

void add_demo(CLI::App& app, Action& action) {
    CLI::App* command = app.add_subcommand(
        "demo", "An embedded server, the echo service on it on three hosts, and a prompt to talk to them");
    auto options = std::make_shared<DemoOptions>();
    command->add_flag("--once", options->once, "Show the exchange and end, without a prompt");
    add_log_options(*command, options->log);
    command->callback([options, &action] { action = [options] { return Demo(*options).run(); }; });
}

}  // namespace rondel::tool
