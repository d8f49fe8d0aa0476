// rondel demo: the embedded server, the echo service on it, and you.
#include "rondel/base/random.hpp"
#include "rondel/base/utf8.hpp"
#include "rondel/net/listener.hpp"
#include "rondel/tool/commands.hpp"
#include "rondel/tool/connection_options.hpp"
#include "rondel/tool/echo_service.hpp"
#include "rondel/tool/typed_lines.hpp"
#include "rondel/xep/disco.hpp"
#include "rondel/xep/ping.hpp"
#include "rondel/xep/version.hpp"

#include <csignal>
#include <cstdlib>
#include <stdexcept>

#include <boost/asio/io_context.hpp>
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
        book_.add(service_, random_token());
        book_.add(person_, random_token());
        const Result<net::Endpoint> at = listener_.listen(net::Endpoint{"127.0.0.1", 0, {}});
        if (!at) {
            fmt::print(stderr, "The embedded server could not listen: {}.\n", at.error().message());
            return 1;
        }
        say("The embedded server takes components at {} (XEP-0114), on this machine only.", at->str());
        Router service = echo_service();
        service.on_session([](Entity& self) { say("{} connected by TCP: the echo service.", self.address().str()); });
        Router you;
        you.on_session([](Entity& self) { say("{} connected by TCP: that is you.", self.address().str()); });
        you.on_session([this](Entity& self) { self.spawn(show(self)); });
        you.on_message([this](const Message& in) { hear(in); });
        echo_ = start(service_, *at, std::move(service));
        you_ = start(person_, *at, std::move(you));
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
    std::unique_ptr<Component> start(const Jid& domain, const net::Endpoint& at, Router router) {
        ComponentOptions with;
        with.domain = domain.str();
        with.secret = *book_.secret_of(domain.str());
        with.server = at.str();
        with.log = make_log(options_.log);
        with.traffic = make_traffic_log(options_.log);
        auto component = std::make_unique<Component>(std::move(with), std::move(router));
        component->start(io_.get_executor(), [this](const Ending& ending) { ended(ending); });
        return component;
    }

    // What both can do, once; then the person's turn.
    task<> show(Entity& you) {
        std::string problem;
        try {
            co_await exchange(you);
        } catch (const std::exception& error) {
            problem = error.what();
        }
        if (!problem.empty()) co_return fail("The exchange failed: " + problem);
        if (options_.once) co_return leave();
        say("Type a line and press Enter; the service answers. Ctrl-D ends.");
        talking_ = true;
        prompt();
        lines_ = std::make_unique<TypedLines>([this](std::optional<std::string> line) {
            you_->post([this, line = std::move(line)](Entity& self) { typed(line, self); });
        });
    }

    task<> exchange(Entity& you) {
        while (!echo_->entity().in_session()) co_await you.sleep(std::chrono::milliseconds(10));
        fmt::print("\n");
        std::function<bool(const Message&)> wanted = [this](const Message& in) {
            return in.from().bare() == JidView(service_);
        };
        Message question = Message(service_, "Wherefore art thou?").from(person_);
        show_stanza("you  ->", question);
        you.send(std::move(question));
        const std::optional<Message> answer = co_await you.next_message(std::move(wanted), std::chrono::seconds(10));
        if (!answer || answer->body() != "echo: Wherefore art thou?")
            throw std::runtime_error("the echo service did not answer");
        show_stanza("     <-", *answer);

        const Duration took = co_await ping::ask(you, service_);
        say("ping (XEP-0199)     answered in {:.2f} ms", std::chrono::duration<double, std::milli>(took).count());
        const version::Version runs = co_await version::ask(you, service_);
        say("version (XEP-0092)  {} {}", runs.name, runs.version);
        const disco::Info info = co_await disco::info(you, service_);
        for (const Identity& identity : info.identities)
            say("disco (XEP-0030)    it is a {}/{}, {}", identity.category, identity.type, identity.name);
        for (const std::string& feature : info.features) say("                    it does {}", feature);
        fmt::print("\n");
    }

    void typed(const std::optional<std::string>& line, Entity& self) {
        if (!line) {
            fmt::print("\n");
            at_end_ = true;
            if (unheard_ == 0) return leave();
            return self.after(std::chrono::seconds(2), [this] { leave(); });
        }
        if (line->empty()) return prompt();
        const Ticket ticket = self.send(Message(service_, *line));
        if (ticket)
            ++unheard_;
        else
            say("Not sent: {}", ticket.refused.message());
    }

    void hear(const Message& in) {
        constexpr std::string_view prefix = "echo: ";
        const std::string_view body = in.body().value_or("");
        say("{}{}", prefix, sanitize_for_log(body.starts_with(prefix) ? body.substr(prefix.size()) : body));
        if (unheard_ > 0) --unheard_;
        if (at_end_ && unheard_ == 0) return leave();
        prompt();
    }

    void prompt() const {
        if (talking_ && isatty(STDIN_FILENO) != 0) fmt::print("you:  ");
        std::fflush(stdout);
    }

    void show_stanza(const char* who, const Stanza& stanza) { say("{} {}", who, net::masked_text(stanza.element())); }

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
        you_->drain();
        echo_->drain();
    }

    void ended(const Ending& ending) {
        if (ending.failed) {
            fmt::print(stderr, "{}\n", ending.why);
            status_ = 1;
            leave();
        }
        if (++ended_ == 2) io_.stop();
    }

    DemoOptions options_;
    asio::io_context io_{1};
    asio::signal_set signals_;
    server::Switchboard board_;
    server::ComponentBook book_{board_};
    net::Listener listener_{io_.get_executor(), board_, book_};
    Jid service_ = "echo.localhost"_jid;
    Jid person_ = "you.localhost"_jid;
    std::unique_ptr<Component> echo_, you_;
    std::unique_ptr<TypedLines> lines_;
    std::size_t unheard_ = 0;  // lines sent whose echo has not come
    bool at_end_ = false;      // of the input
    bool talking_ = false;
    int ended_ = 0;
    int status_ = 0;
};

}  // namespace

void add_demo(CLI::App& app, Action& action) {
    CLI::App* command =
        app.add_subcommand("demo", "An embedded server, the echo service on it, and a prompt to talk to it");
    auto options = std::make_shared<DemoOptions>();
    command->add_flag("--once", options->once, "Show the exchange and end, without a prompt");
    add_log_options(*command, options->log);
    command->callback([options, &action] { action = [options] { return Demo(*options).run(); }; });
}

}  // namespace rondel::tool
