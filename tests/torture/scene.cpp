#include "tests/torture/scene.hpp"

#include "rondel/net/client.hpp"
#include "rondel/net/client_guest.hpp"
#include "rondel/net/component.hpp"
#include "rondel/net/listener.hpp"
#include "rondel/net/server_certificate.hpp"
#include "rondel/server/component_session.hpp"
#include "rondel/server/domain.hpp"
#include "rondel/server/memory_storage.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/support/folder.hpp"
#include "tests/torture/scarce_memory.hpp"

namespace rondel::torture {

namespace {

using namespace std::chrono_literals;

std::size_t open_descriptors() {
    const Plenty plenty;
    const auto all = std::filesystem::directory_iterator("/proc/self/fd");
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

// Whoever waits in vain gives up soon; under load that may come too soon, and then it is tried again.
template <class Options>
void be_impatient(Options& stream) {
    stream.opening = 1s;
    stream.closing = 500ms;
    stream.ping_after = 500ms;
    stream.ping_timeout = 500ms;
}

class Scene {
  public:
    virtual ~Scene() = default;

    std::string play(const Hardship& hardship) {
        hardship.scarce();
        try {
            start();
        } catch (const std::bad_alloc&) {
            hardship.plenty();  // whoever starts it was told
            return {};
        }
        if (!until([this] { return first_is_over(); })) return "it hangs; " + last_words();
        if (ending) return "it ended: " + ending->why;
        if (!until([this] { return self().in_session(); })) return "there is no session again; " + last_words();
        if (!until([this] { return the_next_one_arrives(); }))
            return "the next message does not arrive; " + last_words();
        try {
            drain();
        } catch (const std::bad_alloc&) {
            drain();
        }
        if (!until([this] { return ending.has_value(); })) return "it does not end; " + last_words();
        hardship.plenty();
        return accounts();
    }

  protected:
    virtual void start() = 0;
    virtual Entity& self() = 0;
    virtual void drain() = 0;

    Router router() {
        const Plenty plenty;
        Router made;
        made.on_message([this](const Message& in, Entity&) {
            const std::string body(in.body().value_or(""));
            const Plenty enough;
            heard.push_back(body);
        });
        made.on_error([this](const Stanza&) {
            bounced = true;
            if (second) second->emplace(Outcome::rejected);  // to be said again, too
        });
        made.on_session([this](Entity& me) {
            if (++sessions > 1) return;
            was_begun = true;
            const Ticket ticket = me.send(to_myself("first"), [this](Outcome how) {
                const Plenty enough;
                outcomes.push_back(how);
            });
            was_sent = true;
            was_refused = !ticket;
        });
        return made;
    }
    Message to_myself(const std::string& body) {
        const Plenty plenty;
        return Message(self().address(), body);
    }
    LogSink log() {
        return [this](LogLevel, std::string_view sentence) {
            const Plenty plenty;
            said.emplace_back(sentence);
        };
    }
    std::function<void(const Ending&)> ended() {
        return [this](const Ending& how) {
            const Plenty plenty;
            ending = how;
        };
    }

    boost::asio::io_context io{1};
    bool may_lose_operations = false;  // in the middle of Asio's own, which are of TLS

  private:
    bool first_is_over() const {
        return count("first") > 0 || !outcomes.empty() || sessions > 1 || ending || (was_begun && !was_sent);
    }
    // What was broken may show only now; then it is said again, by who was told that it has not, or may not have,
    // arrived.
    bool the_next_one_arrives() {
        if (self().in_session() && (!second || (*second && **second != Outcome::acked))) {
            second.emplace();
            self().send(to_myself("second"), [this](Outcome how) { second = std::optional<Outcome>(how); });
        }
        return count("second") > 0;
    }
    std::size_t count(std::string_view body) const {
        return static_cast<std::size_t>(std::count(heard.begin(), heard.end(), body));
    }
    template <class Condition>
    bool until(const Condition& happened) {
        const auto limit = std::chrono::steady_clock::now() + 20s;
        while (!happened()) {
            if (std::chrono::steady_clock::now() > limit) return false;
            io.restart();
            try {
                io.run_one_for(50ms);
            } catch (const std::bad_alloc&) {
                if (!may_lose_operations) throw;  // as net::run_through does it
            }
        }
        return true;
    }
    std::string last_words() const { return said.empty() ? "nothing was said" : "last it said: " + said.back(); }

    // Each stanza has ended once, and in the way that it was told.
    std::string accounts() {
        const Ledger& ledger = self().ledger();
        if (ledger.open() != 0) return std::to_string(ledger.open()) + " stanzas have not ended";
        if (was_sent && outcomes.size() != 1)
            return "the end of the message was told " + std::to_string(outcomes.size()) + " times";
        if (count("first") > 1) return "the message arrived more than once";
        const bool arrived = count("first") == 1;
        if (outcomes.empty()) return {};
        const Outcome how = outcomes.front();
        if (how == Outcome::acked && !arrived && !bounced)
            return "a message that did not arrive was told to have arrived";
        if (arrived && (how == Outcome::rejected || how == Outcome::undelivered))
            return "a message that arrived was told not to have left";
        if (was_refused && how != Outcome::rejected) return "a message that was refused was told to be more than that";
        return {};
    }

    std::vector<std::string> heard, said;
    std::vector<Outcome> outcomes;
    int sessions = 0;
    bool was_begun = false, was_sent = false, was_refused = false, bounced = false;
    std::optional<std::optional<Outcome>> second;  // if it was sent; and how it ended

  protected:
    std::optional<Ending> ending;
};

class ComponentScene final : public Scene {
  public:
    ComponentScene() : listener(io.get_executor(), board, book, listener_options()) {
        book.add("echo.localhost"_jid, "pass");
        ComponentOptions options;
        options.domain = "echo.localhost";
        options.secret = "pass";
        options.connect_timeout = 1s;
        be_impatient(options.stream);
        options.server = listener.listen(*net::Endpoint::parse("127.0.0.1:0"))->str();
        options.reconnect_first = 2ms;
        options.reconnect_most = 10ms;
        options.log = log();
        component = std::make_unique<Component>(options, router());
    }

  private:
    static net::ListenerOptions listener_options() {
        net::ListenerOptions options;
        be_impatient(options.stream);
        return options;
    }
    void start() override { component->start(io.get_executor(), ended()); }
    Entity& self() override { return component->entity(); }
    void drain() override { component->drain(); }

    server::Switchboard board;
    server::ComponentBook book{board};
    net::Listener listener;
    std::unique_ptr<Component> component;
};

server::DomainOptions domain_options() {
    server::DomainOptions options;
    options.name = "capulet.example"_jid;
    options.iterations = 1;
    options.clock = [] { return Clock::now(); };
    options.calendar = [] { return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()); };
    return options;
}

class ClientScene final : public Scene {
  public:
    explicit ClientScene(bool with_tls) : listener(io.get_executor(), listener_options(with_tls)) {
        may_lose_operations = with_tls;
        domain.set_password("juliet", "r0m30");
        net::ClientGuestOptions welcome;
        welcome.stream.require_tls = with_tls;
        welcome.stream.ack_after = 1s;
        be_impatient(welcome.stream);
        const net::Door door{net::welcome_clients({&domain}, welcome),
                             with_tls ? net::Door::Tls::required : net::Door::Tls::none};
        ClientOptions options;
        options.jid = "juliet@capulet.example";
        options.password = "r0m30";
        options.server = listener.listen(*net::Endpoint::parse("127.0.0.1:0"), door)->str();
        options.tls.mode = with_tls ? net::TlsOptions::Mode::verify : net::TlsOptions::Mode::off;
        options.tls.ca_file = authorities();
        options.stream.sasl.fewest_iterations = 1;
        options.connect_timeout = 1s;
        be_impatient(options.stream);
        options.stream.want_token = false;
        options.reconnect_first = 2ms;
        options.reconnect_most = 10ms;
        options.log = log();
        client = std::make_unique<Client>(options, router());
    }

  private:
    static const net::ServerCertificate& certificate() {
        static const net::ServerCertificate made = net::make_self_signed({"capulet.example"_jid});
        return made;
    }
    // It vouches for itself.
    static std::string authorities() {
        static const test::Folder folder;
        const std::string file = folder.path() + "/ca.pem";
        if (!std::filesystem::exists(file)) std::ofstream(file) << certificate().chain;
        return file;
    }
    static net::ListenerOptions listener_options(bool with_tls) {
        net::ListenerOptions options;
        if (with_tls) options.certificate = certificate();
        return options;
    }
    void start() override { client->start(io.get_executor(), ended()); }
    Entity& self() override { return client->entity(); }
    void drain() override { client->drain(); }

    server::MemoryStorage storage;
    server::Switchboard board;
    server::Domain domain{board, storage, domain_options()};
    net::Listener listener;
    std::unique_ptr<Client> client;
};

std::unique_ptr<Scene> scene_of(Kind kind) {
    if (kind == Kind::component) return std::make_unique<ComponentScene>();
    return std::make_unique<ClientScene>(kind == Kind::client_with_tls);
}

std::string survive_in(Kind kind, const Hardship& hardship) {
    const std::size_t before = open_descriptors();
    std::string wrong = scene_of(kind)->play(hardship);
    if (wrong.empty() && open_descriptors() != before) wrong = "descriptors stay open";
    return wrong;
}

}  // namespace

std::string survive(Kind kind, const Hardship& hardship) {
    std::string wrong;
    std::thread([&] {
        try {
            wrong = survive_in(kind, hardship);
        } catch (const std::exception& thrown) {
            hardship.plenty();
            wrong = std::string("an exception came out of the loop: ") + thrown.what();
        }
    }).join();
    return wrong;
}

}  // namespace rondel::torture
