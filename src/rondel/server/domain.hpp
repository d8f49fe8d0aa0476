// One domain of the embedded server, with its users: what RFC 6121 wants of a server. It sits at the switchboard like
// a component, and everything for its domain comes to it.
//
//   server::Switchboard board;
//   server::MemoryStorage storage;
//   server::Domain home(board, storage, {.name = "localhost"_jid, .clock = …, .calendar = …});
//   home.add_account("juliet", "secret");
//   … stream::AcceptingClientStream(home, …) and a ClientSession for each connection
#pragma once

#include "rondel/server/storage.hpp"
#include "rondel/server/switchboard.hpp"
#include "rondel/service/entity.hpp"
#include "rondel/stream/accepting_client_stream.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace rondel::server {

// What happens to a resource that is wanted and taken (RFC 6120 §7.7.2.2).
enum class ResourceConflict {
    replace_old,  // the old session ends with <conflict/>
    refuse_new,   // the new one is told <conflict/>, and may ask for another
    rename_new,   // the new one gets a resource of the server's making
};

struct DomainOptions {
    Jid name;
    ResourceConflict conflict = ResourceConflict::replace_old;
    std::size_t most_resources = 10;                    // of one account; then resource-constraint
    std::size_t most_offline = 1000;                    // messages kept for one account; then service-unavailable
    std::size_t most_roster_items = 10'000;             // then not-allowed… (RFC 6121 §2.1.5)
    std::size_t page = 100;                             // XEP-0313: entries of one page at most
    std::uint32_t iterations = 10'000;                  // SCRAM, for accounts made here
    bool registration = false;                          // XEP-0077
    bool anonymous = false;                             // SASL ANONYMOUS: accounts that last as long as their session
    Duration token_life = std::chrono::hours(24 * 14);  // XEP-0484
    Duration resumption = std::chrono::minutes(5);      // a session that was lost is kept for so long
    std::vector<std::string> admins = {};               // addresses for XEP-0157: "mailto:admin@example.com"
    std::string software = "rondel";
    std::function<Instant()> clock = {};  // both must be there: nothing here asks for the time
    std::function<Time()> calendar = {};
    LogSink log = {};
};

class ClientSession;

// Owns: sessions' state, presence, what is pending. Borrows: switchboard and storage.   Threads: one at a time.
class Domain final : public Party, public stream::ClientDirectory {
  public:
    // Throws std::invalid_argument if the name is no domain alone, is taken, or a clock is missing.
    Domain(Switchboard& board, Storage& storage, DomainOptions options);
    ~Domain();
    Domain(const Domain&) = delete;
    Domain& operator=(const Domain&) = delete;

    // Error: the name is no localpart, the password no password, or there is such an account (Condition::conflict).
    std::optional<Condition> add_account(std::string_view username, const Secret& password) override;
    // For the operator: replaces the password, or makes the account. Throws StorageError.
    void set_password(std::string_view username, const Secret& password);

    void expire(Instant now);  // call when deadline() has passed: sessions that were not resumed end
    Instant deadline() const;
    void on_deadline(std::function<void()> call);  // deadline() got earlier

    std::size_t sessions() const;
    std::size_t owed() const;  // requests that were delivered to users, and not answered yet
    void refuse_owed();        // the domain answers them: before the end, so that whoever asked knows
    const DomainOptions& options() const;

    // Party, and stream::ClientDirectory
    void deliver(Stanza stanza) override;
    std::optional<sasl::ScramKeys> keys_of(std::string_view username, sasl::Hash hash) const override;
    bool is_disabled(std::string_view username) const override;
    std::optional<std::string> certified(const std::vector<std::string>& addresses) const override;
    std::vector<Secret> tokens_of(std::string_view username, std::string_view mechanism) const override;
    bool serves(std::string_view domain) const override;
    std::variant<Jid, Condition> bind(const stream::BindRequest& request) override;
    std::optional<stream::Resumption> take_session(const Jid& account, std::string_view id) override;
    std::optional<std::uint32_t> handled_in(const Jid& account, std::string_view id) override;
    std::optional<sasl::Token> grant_token(const Jid& account, std::string_view mechanism,
                                           std::string_view client_id) override;
    void revoke_tokens(const Jid& account, std::string_view client_id) override;
    bool registration_open() const override;

    struct State;  // for the tests of this floor

  private:
    friend class ClientSession;
    std::unique_ptr<State> state_;
};

// One connection of a client: its stream on one side, the domain on the other. As ComponentSession.
// Owns: nothing that outlives it but a session that can be resumed, which the domain keeps. Borrows: domain, stream.
class ClientSession final {
  public:
    // `touched`: the stream has something to write that its own events did not cause. `end`: the stream is to be closed
    // with this error (a conflict, or the session went to another stream).
    ClientSession(Domain& domain, stream::AcceptingClientStream& stream, std::function<void()> touched);
    ~ClientSession();  // when nothing more is written: what never went out whole is bounced, or kept
    ClientSession(const ClientSession&) = delete;
    ClientSession& operator=(const ClientSession&) = delete;

    void take(stream::Event& event, Instant now);
    const Jid& address() const;  // full; empty until Opened

    bool is_held() const;  // as a ComponentSession
    Instant deadline() const;
    void expire(Instant now);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace rondel::server
