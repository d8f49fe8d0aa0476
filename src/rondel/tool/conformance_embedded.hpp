// What `rondel conformance` tries if nothing else is named: the embedded server and the echo service, in this process,
// on a thread of their own, over real sockets.
#pragma once

#include "rondel/conformance/encounter.hpp"
#include "rondel/conformance/server_under_test.hpp"

#include <memory>

namespace rondel::tool {

// Owns: all of it.   Threads: one at a time.
class Embedded {
  public:
    // Listens, and the component tries to connect, when it returns. Throws std::runtime_error.
    explicit Embedded(const conformance::Place& harbour);
    ~Embedded();
    Embedded(const Embedded&) = delete;
    Embedded& operator=(const Embedded&) = delete;

    conformance::ServerUnderTest server(Duration limit) const;
    conformance::ComponentUnderTest component(Duration limit, Duration patience);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace rondel::tool
