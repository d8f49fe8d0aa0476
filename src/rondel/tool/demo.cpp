// rondel demo: the embedded server, the echo service on it, and you.
#include "rondel/base/random.hpp"
#include "rondel/base/utf8.hpp"
#include "rondel/net/listener.hpp"
#include "rondel/tool/commands.hpp"
#include "rondel/tool/connection_options.hpp"
#include "rondel/tool/echo_service.hpp"
#include "rondel/xep/disco.hpp"
#include "rondel/xep/ping.hpp"
#include "rondel/xep/version.hpp"

#include <csignal>
#include <istream>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/color.h>
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
    explicit Demo(DemoOptions options) : options_(std::move(options)), signals_(io_, SIGINT, SIGTERM), input_(io_) {}

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
            if (!error) leave();
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
        while (!echo_->entity().in_session()) co_await you.sleep(std::chrono::milliseconds(10));
        fmt::print("\n");
        const auto only_reply = [this](const Message& in) { return in.from().bare() == JidView(service_); };
        std::function<bool(const Message&)> wanted = only_reply;
        Message question = Message(service_, "Wherefore art thou?").from(person_);
        show_stanza("you  ->", question);
        you.send(std::move(question));
        const std::optional<Message> answer = co_await you.next_message(std::move(wanted), std::chrono::seconds(10));
        if (!answer || answer->body() != "echo: Wherefore art thou?")
            co_return fail("The echo service did not answer.");
        show_stanza("     <-", *answer);

        const Instant before = Clock::now();
        co_await ping::ask(you, service_);
        say("ping (XEP-0199)     answered in {:.2f} ms",
            std::chrono::duration<double, std::milli>(Clock::now() - before).count());
        const version::Version runs = co_await version::ask(you, service_);
        say("version (XEP-0092)  {} {}", runs.name, runs.version);
        const disco::Info info = co_await disco::info(you, service_);
        for (const Identity& identity : info.identities)
            say("disco (XEP-0030)    it is a {}/{}, {}", identity.category, identity.type, identity.name);
        for (const std::string& feature : info.features) say("                    it does {}", feature);
        fmt::print("\n");
        if (options_.once) co_return leave();
        co_await converse(you);
    }

    task<> converse(Entity& you) {
        say("Type a line and press Enter; the service answers. Ctrl-D ends.");
        talking_ = true;
        boost::system::error_code refused;
        input_.assign(dup(STDIN_FILENO), refused);
        while (!refused) {
            prompt();
            boost::system::error_code error;
            const std::size_t size =
                co_await asio::async_read_until(input_, asio::dynamic_buffer(typed_, 64 * 1024), '\n',
                                                asio::redirect_error(asio::use_awaitable, error));
            if (error) break;
            const std::string line = typed_.substr(0, size - 1);
            typed_.erase(0, size);
            if (line.empty()) continue;
            const Ticket ticket = you.send(Message(service_, line));
            if (!ticket) say("Not sent: {}.", ticket.refused.message());
        }
        if (refused) say("Standard input cannot be read ({}).", refused.message());
        fmt::print("\n");
        leave();
    }

    void hear(const Message& in) {
        fmt::print(
            "{}echo: {}\n", talking_ ? "\r" : "",
            sanitize_for_log(in.body().value_or("")).substr(std::min<std::size_t>(6, in.body().value_or("").size())));
        prompt();
    }

    void prompt() {
        if (talking_ && isatty(STDOUT_FILENO) != 0) fmt::print("you:  ");
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
        boost::system::error_code ignored;
        input_.close(ignored);
        signals_.cancel();
        you_->drain();
        echo_->drain();
    }

    void ended(const Ending& ending) {
        if (ending.failed) {
            fmt::print(stderr, "{}\n", ending.why);
            status_ = 1;
        }
        if (++ended_ == 2) io_.stop();
    }

    DemoOptions options_;
    asio::io_context io_{1};
    asio::signal_set signals_;
    asio::posix::stream_descriptor input_;
    std::string typed_;
    server::Switchboard board_;
    server::ComponentBook book_{board_};
    net::Listener listener_{io_.get_executor(), board_, book_};
    Jid service_ = "echo.localhost"_jid;
    Jid person_ = "you.localhost"_jid;
    std::unique_ptr<Component> echo_, you_;
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
