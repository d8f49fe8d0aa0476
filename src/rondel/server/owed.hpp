// The requests that were delivered to somebody and not answered yet, oldest first.
#pragma once

#include "rondel/stanza/iq.hpp"

#include <functional>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>

namespace rondel::server {

// A value but for copying.   Threads: one at a time.
class Owed {
  public:
    explicit Owed(std::size_t most) : most_(most) {}

    // Keeps type, id and addresses of a get or set, without its payload. Returns the oldest one where there are more
    // than `most` now: that one is not kept any more, and whoever asked should be told.
    std::optional<Iq> add(const Stanza& request);
    void settle(const Stanza& answer);           // a result or error from whoever owes it
    void settle_request(const Stanza& request);  // somebody else answers it
    std::list<Iq> take_all();
    std::size_t size() const { return requests_.size(); }

  private:
    void forget(const std::string& key);

    std::size_t most_;
    std::list<Iq> requests_;
    std::unordered_map<std::string, std::list<Iq>::iterator> index_;  // by id and asker
};

}  // namespace rondel::server
