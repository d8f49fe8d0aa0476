#include "tests/simulator/server.hpp"

#include "rondel/base/random.hpp"

#include <algorithm>
#include <list>
#include <optional>
#include <utility>

#include "tests/simulator/carrier.hpp"
#include <fmt/format.h>

namespace rondel::simulator {

using namespace rondel::literals;

void ForgetfulStorage::keep_offline(std::string_view username, server::Time stamp, std::string_view stanza) {
    if (dead) throw server::StorageError("The server was killed.");
    MemoryStorage::keep_offline(username, stamp, stanza);
}

void ForgetfulStorage::drop_offline(std::string_view username, std::uint64_t up_to_number) {
    if (dead) throw server::StorageError("The server was killed.");
    MemoryStorage::drop_offline(username, up_to_number);
}

// One connection, as net/component_guest.cpp and net/client_guest.cpp have it.
class Server::Guest : protected net::ConnectionOwner {
  public:
    Guest(World& world, std::function<void(Guest*)> over) : world_(world), over_(std::move(over)) {}
    Guest(const Guest&) = delete;
    Guest& operator=(const Guest&) = delete;
    virtual ~Guest() = default;
    void shut_down() {
        carrier_->stream().close({stream::StreamCondition::system_shutdown, {}}, world_.time.now());
        carrier_->touched();
    }

  protected:
    void tell(const stream::Event& event, const Jid& who) const {
        const auto* closed = std::get_if<stream::Closed>(&event);
        if (closed != nullptr && world_.log) world_.say(fmt::format("The server, of {}: {}", who.str(), closed->why));
    }
    void on_finished() override {
        const auto over = std::move(over_);  // it destroys us
        over(this);
    }
    bool hears() const { return carrier_->stream().backlog() <= most_backlog; }

    World& world_;
    std::optional<Carrier> carrier_;

  private:
    static constexpr std::size_t most_backlog = 8 * 1024 * 1024;
    std::function<void(Guest*)> over_;
};

namespace {

class ComponentGuest final : public Server::Guest {
  public:
    ComponentGuest(World& world, std::shared_ptr<Line> line, server::Switchboard& board,
                   const server::ComponentBook& book, const ServerOptions& options, std::function<void(Guest*)> over)
        : Guest(world, std::move(over)) {
        carrier_.emplace(world.time, std::move(line), Side::server,
                         std::make_unique<stream::AcceptingStream>(book, random_token(128), options.component_stream),
                         static_cast<net::ConnectionOwner&>(*this));
        session_.emplace(
            board, carrier_->stream(), [this] { carrier_->touched(); }, book.duplicates());
        carrier_->start();
    }

  private:
    void on_event(stream::Event& event, Instant now) override {
        tell(event, session_->address());
        session_->take(event, now);
    }
    void on_written(Instant) override { session_->wrote(); }
    bool wants_to_read() const override { return hears() && !session_->is_held(); }
    void expire(Instant now) override { session_->expire(now); }
    Instant deadline() const override { return session_->deadline(); }
    std::optional<server::ComponentSession> session_;
};

class ClientGuest final : public Server::Guest {
  public:
    ClientGuest(World& world, std::shared_ptr<Line> line, server::Domain& domain, const ServerOptions& options,
                std::function<void(Guest*)> over)
        : Guest(world, std::move(over)), domain_(domain) {
        auto made = std::make_unique<stream::AcceptingClientStream>(domain, options.client_stream,
                                                                    [] { return random_token(128); });
        stream_ = made.get();
        carrier_.emplace(world.time, std::move(line), Side::server, std::move(made),
                         static_cast<net::ConnectionOwner&>(*this));
        carrier_->start();
    }

  private:
    void on_event(stream::Event& event, Instant now) override {
        if (std::holds_alternative<stream::Opened>(event))
            session_.emplace(domain_, *stream_, [this] { carrier_->touched(); });
        tell(event, session_ ? session_->address() : Jid());
        if (session_) session_->take(event, now);
    }
    void on_written(Instant) override {}
    bool wants_to_read() const override { return hears() && !(session_ && session_->is_held()); }
    void expire(Instant now) override {
        if (session_) session_->expire(now);
    }
    Instant deadline() const override { return session_ ? session_->deadline() : never; }
    server::Domain& domain_;
    stream::AcceptingClientStream* stream_ = nullptr;
    std::optional<server::ClientSession> session_;
};

}  // namespace

// What is gone with the process.
struct Server::House : std::enable_shared_from_this<House> {
    House(World& world_, ServerOptions& options_, ForgetfulStorage& storage)
        : world(world_), options(options_), board(options.jams), book(board, options.duplicates) {
        for (const std::string& name : options.components) {
            const Jid component = Jid::parse(name).value();
            book.add(component, "secret");
            board.expect(component);
        }
        server::DomainOptions about = options.domain;
        about.name = "home.example"_jid;
        about.iterations = 1;
        about.clock = [this] { return world.time.now(); };
        about.calendar = [this] {
            return server::Time(std::chrono::sys_days(std::chrono::year(2026) / 1 / 1)) +
                   std::chrono::duration_cast<server::Time::duration>(world.time.now().time_since_epoch());
        };
        about.log = [this](LogLevel, std::string_view line) { world.say(line); };
        domain.emplace(board, storage, about);
        for (const std::string& user : options.users)
            if (!storage.account(user)) domain->add_account(user, "secret");
        domain->on_deadline([this] { keep_time(*domain, domain_armed_for); });
    }

    void open() {
        if (!options.service_router) return;
        service.emplace(board, Jid::parse(options.service).value(), options.service_router(), world.loop.executor(),
                        server::AttachmentOptions{options.service_entity,
                                                  {},
                                                  [this] { return world.time.now(); },
                                                  [this](LogLevel, std::string_view line) { world.say(line); }});
        service->on_deadline([this] { keep_time(*service, service_armed_for); });
        keep_time(*service, service_armed_for);
        if (options.service_is) options.service_is(&service->entity());
    }

    ~House() {
        guests.clear();
        if (service && options.service_is) options.service_is(nullptr);
        service.reset();
    }

    template <class Timed>
    void keep_time(Timed& timed, Instant& armed_for) {
        const Instant next = timed.deadline();
        if (next >= armed_for) return;
        armed_for = next;
        world.time.at(next, [weak = weak_from_this(), &timed, &armed_for, next] {
            const auto self = weak.lock();
            if (self == nullptr || armed_for != next) return;
            armed_for = never;
            if (timed.deadline() <= self->world.time.now()) timed.expire(self->world.time.now());
            self->keep_time(timed, armed_for);
        });
    }

    void welcome(DoorKind door, std::shared_ptr<Line> line) {
        const auto over = [weak = weak_from_this()](Guest* guest) {
            if (const auto self = weak.lock())
                std::erase_if(self->guests, [guest](const auto& one) { return one.get() == guest; });
        };
        if (door == DoorKind::components)
            guests.push_back(std::make_unique<ComponentGuest>(world, std::move(line), board, book, options, over));
        else
            guests.push_back(std::make_unique<ClientGuest>(world, std::move(line), *domain, options, over));
    }

    World& world;
    ServerOptions& options;
    server::Switchboard board;
    server::ComponentBook book;
    std::optional<server::Domain> domain;
    std::optional<server::Attachment> service;
    Instant domain_armed_for = never;
    Instant service_armed_for = never;
    std::list<std::unique_ptr<Guest>> guests;
    bool closing = false;
};

Server::Server(World& world, ServerOptions options) : world_(world), options_(std::move(options)) {}
Server::~Server() { close_house(); }

void Server::start() {
    if (house_ != nullptr) return;
    storage_.dead = false;
    house_ = std::make_shared<House>(world_, options_, storage_);
    house_->open();
}

void Server::close_house() {
    const auto old = std::exchange(house_, nullptr);  // the guests' ends find no house
}

void Server::shut_down() {
    if (house_ == nullptr || std::exchange(house_->closing, true)) return;
    world_.say("The server shuts down.");
    for (const auto& guest : house_->guests) guest->shut_down();
    world_.time.after(std::chrono::seconds(8), [this, weak = std::weak_ptr(house_)] {
        const auto self = weak.lock();
        if (self == nullptr || self != house_) return;
        self->guests.clear();
        if (self->domain->sessions() != 0 && options_.held_sessions_go) options_.held_sessions_go();
        close_house();
    });
}

void Server::kill() {
    if (house_ == nullptr) return;
    world_.say("The server is killed.");
    world_.books.server_killed();
    storage_.dead = true;
    for (const auto& line : lines()) line->cut(world_.chance.up_to(std::chrono::milliseconds(10)), Duration::zero());
    close_house();
}

std::size_t Server::guests() const { return house_ == nullptr ? 0 : house_->guests.size(); }

std::size_t Server::owed() const { return house_ == nullptr ? 0 : house_->board.owed() + house_->domain->owed(); }

std::vector<std::shared_ptr<Line>> Server::lines() {
    std::vector<std::shared_ptr<Line>> live;
    std::erase_if(lines_, [&live](const auto& weak) {
        auto line = weak.lock();
        if (line == nullptr || line->is_over()) return true;
        live.push_back(std::move(line));
        return false;
    });
    return live;
}

void Server::connect(DoorKind door, std::function<void(std::shared_ptr<Line>)> done) {
    const Duration takes = std::chrono::milliseconds(1) + world_.chance.up_to(options_.slowest_connect);
    world_.time.after(takes, [this, door, number = ++connects_begun_, done = std::move(done)] {
        if (number < last_connected_) ++connects_overtaken_;
        last_connected_ = std::max(last_connected_, number);
        if (house_ == nullptr || house_->closing) return done(nullptr);
        auto line = std::make_shared<Line>(world_.time, world_.chance, options_.lines,
                                           [this](Side, std::string_view bytes) { world_.books.lost(bytes); });
        if (world_.shows_bytes)
            line->watch = [this, number = ++line_number_](Side from, std::string_view bytes) {
                world_.say(
                    fmt::format("{} {} {}", number, from == Side::caller ? "to the server:" : "from there:", bytes));
            };
        lines_.push_back(line);
        house_->welcome(door, line);
        done(std::move(line));
    });
}

}  // namespace rondel::simulator
