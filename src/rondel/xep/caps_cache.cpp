#include "rondel/service/parking.hpp"
#include "rondel/xep/caps.hpp"

#include <deque>
#include <map>
#include <unordered_map>
#include <vector>

namespace rondel::caps {

using InfoPtr = std::shared_ptr<const disco::Info>;

struct Cache::State {
    // The hash is part of the name: two hashes that happen to give the same text are not the same.
    static std::string name_of(const Caps& caps) { return caps.hash + ' ' + caps.ver; }

    InfoPtr find(const std::string& name) const {
        const auto at = known.find(name);
        return at == known.end() ? InfoPtr() : at->second;
    }
    void add(const std::string& name, InfoPtr info) {
        if (!known.emplace(name, std::move(info)).second) return;
        order.push_back(name);
        if (order.size() <= most) return;
        known.erase(order.front());
        order.pop_front();
    }

    std::size_t most = 0;
    std::unordered_map<std::string, InfoPtr> known;
    std::deque<std::string> order;                                       // oldest first
    std::map<std::string, std::vector<std::shared_ptr<Parking>>> asked;  // and who waits for the answer
};

namespace {

bool can_be_verified(const Caps& caps) { return (caps.hash == "sha-1" || caps.hash == "sha-256") && !caps.ver.empty(); }

// While it lives, others who want the same wait.   Threads: one.
class Asking {
  public:
    template <class S>
    Asking(const std::shared_ptr<S>& state, const std::string& name)
        : end_([state, name] {
              const auto waiting = state->asked.extract(name);
              for (const auto& one : waiting.mapped()) one->wake();
          }) {
        state->asked[name];
    }
    ~Asking() { end_(); }
    Asking(const Asking&) = delete;
    Asking& operator=(const Asking&) = delete;

  private:
    std::function<void()> end_;
};

template <class S>
task<InfoPtr> look_up(std::shared_ptr<S> state, Entity& self, Jid of, Caps caps) {
    const std::string name = S::name_of(caps);
    for (;;) {
        if (InfoPtr known = state->find(name)) co_return known;
        const auto asked = state->asked.find(name);
        if (asked == state->asked.end()) break;
        const auto parking = std::make_shared<Parking>();
        asked->second.push_back(parking);
        co_await parking->wait();
    }
    const Asking asking(state, name);
    const std::string node = caps.node + '#' + caps.ver;
    auto told = std::make_shared<disco::Info>(co_await disco::info(self, of, node));
    if (verification(*told, caps.hash) == caps.ver) state->add(name, told);
    co_return told;
}

task<InfoPtr> ask_plainly(Entity& self, Jid of) {
    co_return std::make_shared<const disco::Info>(co_await disco::info(self, of));
}

}  // namespace

Cache::Cache(std::size_t most) : state_(std::make_shared<State>()) { state_->most = most; }

task<InfoPtr> Cache::info(Entity& self, const Presence& presence) {
    Result<Caps> caps = xml::decode<Caps>(presence.payload("c", ns));
    if (!caps || !can_be_verified(*caps)) return ask_plainly(self, Jid(presence.from()));
    return look_up(state_, self, Jid(presence.from()), *std::move(caps));
}

InfoPtr Cache::find(const Caps& caps) const { return state_->find(State::name_of(caps)); }

bool Cache::add(const Caps& caps, disco::Info info) {
    if (!can_be_verified(caps) || verification(info, caps.hash) != caps.ver) return false;
    state_->add(State::name_of(caps), std::make_shared<const disco::Info>(std::move(info)));
    return true;
}

std::size_t Cache::size() const { return state_->known.size(); }

}  // namespace rondel::caps
