#include "rondel/server/client_seat.hpp"
#include "rondel/server/domain_state.hpp"

#include <new>
#include <utility>

namespace rondel::server {

namespace {

class StreamLink final : public ClientLink {
  public:
    StreamLink(const Home& home, stream::AcceptingClientStream& stream, std::function<void()> touched)
        : home_(home), stream_(stream), touched_(std::move(touched)) {}

    std::error_code send(const Stanza& stanza) override {
        try {
            if (const std::error_code refused = stream_.send(stanza)) return refused;
        } catch (const std::bad_alloc&) {  // no reason to end the connection of whoever sent it
            return std::make_error_code(std::errc::not_enough_memory);
        }
        touched_();
        return {};
    }
    std::size_t backlog() const override { return stream_.backlog(); }
    void end(const stream::StreamError& error) override {
        stream_.close(error, home_.now());
        touched_();
    }
    std::string_view resumption_id() const override { return stream_.resumption_id(); }
    std::optional<stream::Resumption> take_resumption() override { return stream_.take_resumption(); }
    stream::Unsent take_unsent() override { return stream_.take_unsent(); }

  private:
    const Home& home_;
    stream::AcceptingClientStream& stream_;
    std::function<void()> touched_;
};

}  // namespace

struct ClientSession::State {
    State(Domain::State& domain, stream::AcceptingClientStream& stream, std::function<void()> touched)
        : board(domain.home.board),
          restraint(touched),
          link(domain.home, stream, std::move(touched)),
          seat(domain.home, domain.sessions, link) {}
    Switchboard& board;
    Restraint restraint;
    StreamLink link;
    ClientSeat seat;
};

ClientSession::ClientSession(Domain& domain, stream::AcceptingClientStream& stream, std::function<void()> touched)
    : state_(std::make_unique<State>(*domain.state_, stream, std::move(touched))) {}
ClientSession::~ClientSession() = default;

void ClientSession::take(stream::Event& event, Instant now) {
    state_->board.take_jam();  // somebody else's
    state_->seat.take(event);
    state_->restraint.wait_for(state_->board.take_jam(), now);
}

const Jid& ClientSession::address() const { return state_->seat.address(); }
bool ClientSession::is_held() const { return state_->restraint.is_waiting(); }
Instant ClientSession::deadline() const { return state_->restraint.deadline(); }
void ClientSession::expire(Instant now) { state_->restraint.expire(now); }

}  // namespace rondel::server
