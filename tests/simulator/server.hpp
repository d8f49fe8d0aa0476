// The embedded server on the virtual clock: switchboard, a domain with users, the sessions of components and clients,
// and a service inside. It can be shut down, killed, and started again; what it stored is still there then.
#pragma once

#include "rondel/server/attachment.hpp"
#include "rondel/server/component_session.hpp"
#include "rondel/server/domain.hpp"
#include "rondel/server/memory_storage.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/simulator/world.hpp"

namespace rondel::simulator {

struct ServerOptions {
    std::vector<std::string> components = {};
    std::vector<std::string> users = {};
    server::DuplicateComponent duplicates = server::DuplicateComponent::refuse_new;
    server::DomainOptions domain = {};  // name and clocks are made here
    server::JamLimits jams = {};
    stream::AcceptingOptions component_stream = {};
    stream::AcceptingClientOptions client_stream = {};
    std::string service = "inside.example";
    std::function<Router()> service_router = {};   // asked at each start; nothing: there is no service inside
    std::function<void(Entity*)> service_is = {};  // whom the service is now; nullptr: it is gone
    EntityOptions service_entity = {};
    // The server ends in order, and with it sessions that wait to be resumed, and what is kept for them: today that is
    // lost without a word (seed 28).
    std::function<void()> held_sessions_go = {};
    LineManner lines = {};
    Duration slowest_connect = std::chrono::seconds(1);  // so that connects overtake each other
};

// Where archives would grow by what was said, this one forgets it. While it is dead it takes nothing any more.
class ForgetfulStorage final : public server::MemoryStorage {
  public:
    bool dead = false;
    void archive(std::string_view, const Entry&) override {}
    void keep_offline(std::string_view username, server::Time stamp, std::string_view stanza) override;
    void drop_offline(std::string_view username, std::uint64_t up_to_number) override;
};

// Owns: all of the server, and what it stored. Borrows: the world.   Threads: one.
class Server final : public Network {
  public:
    Server(World& world, ServerOptions options);
    ~Server() override;
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    void start();
    void shut_down();  // in order: everybody is told, and it is gone when they are, or five seconds later
    void kill();       // at once: what it had in its hands is gone
    bool is_up() const { return house_ != nullptr; }

    void connect(DoorKind door, std::function<void(std::shared_ptr<Line>)> done) override;
    std::vector<std::shared_ptr<Line>> lines();  // those that live
    ForgetfulStorage& storage() { return storage_; }
    std::size_t connects_overtaken() const { return connects_overtaken_; }  // by others that began later
    std::size_t guests() const;
    std::size_t owed() const;  // requests that it delivered, and whose answers did not come yet

    class Guest;

  private:
    struct House;

    void close_house();

    World& world_;
    ServerOptions options_;
    ForgetfulStorage storage_;
    std::vector<std::weak_ptr<Line>> lines_;
    std::size_t line_number_ = 0;
    std::size_t connects_begun_ = 0, last_connected_ = 0, connects_overtaken_ = 0;
    std::shared_ptr<House> house_;
};

}  // namespace rondel::simulator
