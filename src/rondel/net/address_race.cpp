#include "rondel/net/address_race.hpp"

#include "rondel/net/descriptors.hpp"
#include "rondel/net/net_error.hpp"
#include "rondel/net/scarce_memory.hpp"

#include <algorithm>
#include <deque>
#include <list>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

namespace rondel::net {

namespace asio = boost::asio;
using asio::ip::tcp;

struct AddressRace::State : std::enable_shared_from_this<State> {
    State(asio::any_io_executor executor_, std::uint16_t port_, const RaceOptions& options_, Done done_)
        : executor(std::move(executor_)),
          port(port_),
          options(options_),
          done(std::move(done_)),
          head_start(executor),
          limit(executor) {}

    void begin() {
        limit.expires_after(options.limit);
        limit.async_wait([self = shared_from_this()](boost::system::error_code cancelled) {
            if (!cancelled) self->fail(make_error_code(NetError::timed_out).message());
        });
    }

    void add(const std::vector<asio::ip::address>& addresses) {
        for (const asio::ip::address& address : addresses) {
            if (options.loopback_only && !address.is_loopback())
                refused = true;
            else
                (address.is_v6() ? six : four).push_back(address);
        }
        if (running.empty() || std::exchange(starved, false)) start_next();
    }

    void complete(const std::string& why) {
        all_known = true;
        if (last_trouble.empty()) last_trouble = why;
        if (running.empty() && six.empty() && four.empty()) lost();
    }

    std::optional<asio::ip::address> next() {
        auto& turn = (v6_next && !six.empty()) || four.empty() ? six : four;
        if (turn.empty()) return std::nullopt;
        const asio::ip::address address = turn.front();
        turn.pop_front();
        v6_next = address.is_v4();
        return address;
    }

    void start_next() {
        if (!done) return;
        const auto address = next();
        if (!address) {
            starved = true;
            if (all_known && running.empty()) lost();
            return;
        }
        const auto attempt = running.emplace(running.end(), executor);
        attempt->async_connect(tcp::endpoint(*address, port),
                               [self = shared_from_this(), attempt](boost::system::error_code error) {
                                   self->guard([&] { self->ended(attempt, error); });
                               });
        if (six.empty() && four.empty() && all_known) return;
        head_start.expires_after(options.head_start);
        head_start.async_wait([self = shared_from_this()](boost::system::error_code cancelled) {
            if (!cancelled) self->guard([&] { self->start_next(); });
        });
    }

    template <class Work>
    void guard(const Work& work) {
        if_memory_lasts(work, [this] { fail("no memory"); });
    }

    void ended(std::list<tcp::socket>::iterator attempt, boost::system::error_code error) {
        if (!done) return;
        if (!error) {
            RaceEnd won;
            won.socket = std::move(*attempt);
            running.erase(attempt);
            return finish(std::move(won));
        }
        last_trouble = words_for(error);
        running.erase(attempt);
        head_start.cancel();
        start_next();
    }

    void lost() {
        asio::post(executor, [self = shared_from_this()] { self->fail(self->last_trouble); });
    }

    void fail(const std::string& why) {
        RaceEnd none;
        none.why = why;
        none.refused_off_machine = refused;
        finish(std::move(none));
    }

    void finish(RaceEnd end) {
        if (!done) return;
        const Done call = std::exchange(done, nullptr);
        abandon();
        call(std::move(end));
    }

    void abandon() {
        done = nullptr;
        head_start.cancel();
        limit.cancel();
        boost::system::error_code ignored;
        for (tcp::socket& each : running) each.close(ignored);
    }

    asio::any_io_executor executor;
    std::uint16_t port;
    RaceOptions options;
    Done done;
    asio::steady_timer head_start, limit;
    std::deque<asio::ip::address> six, four;  // not tried yet
    bool v6_next = true;
    std::list<tcp::socket> running;
    std::string last_trouble;
    bool all_known = false;
    bool starved = false;  // an attempt could begin, and there was no address for it
    bool refused = false;
};

AddressRace::AddressRace(const asio::any_io_executor& executor, std::uint16_t port, const RaceOptions& options,
                         Done done)
    : state_(std::make_shared<State>(executor, port, options, std::move(done))) {
    state_->begin();
}
AddressRace::~AddressRace() { state_->abandon(); }

void AddressRace::add(const std::vector<asio::ip::address>& addresses) { state_->add(addresses); }
void AddressRace::complete(const std::string& why) { state_->complete(why); }

}  // namespace rondel::net
