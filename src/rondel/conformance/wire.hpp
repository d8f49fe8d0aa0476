// Bytes to and from one peer, over a plain socket or TLS: blocking, with a time limit. It shares nothing with net/, as
// a judge should share as little as may be with what he judges.
#pragma once

#include "rondel/base/time.hpp"
#include "rondel/conformance/trust.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace rondel::conformance {

struct Place {
    std::string host;
    std::uint16_t port = 0;

    bool known() const { return port != 0; }
    std::string str() const { return host + ":" + std::to_string(port); }
};

enum class TlsVersion { newest, tls_1_1 };  // the newest that is offered

// Owns: the socket.   Threads: one at a time.
class Wire {
  public:
    enum class Got { bytes, nothing, end };  // in time; by then; the peer ended its side, in order or not

    static Wire connect(const Place& to, Duration limit);  // throws Unmet
    explicit Wire(int socket);                             // connected
    Wire(Wire&&) noexcept;
    Wire& operator=(Wire&&) noexcept;
    ~Wire();

    // TLS, as the client. Throws Unmet if the handshake fails, or the certificate is not to be believed.
    void secure(const Trust& trust, const std::string& name, Duration limit, TlsVersion newest = TlsVersion::newest);
    bool is_secure() const;

    // What the peer does not take any more, because it has ended the connection, is dropped: reading tells.
    void send(std::string_view bytes, Duration limit);
    Got receive(std::string& into, Instant until);  // appends
    void close();                                   // at once

  private:
    struct State;
    std::unique_ptr<State> state_;
};

// A place where peers connect to. Owns: the socket.
class Harbour {
  public:
    explicit Harbour(const Place& at);  // port 0 takes a free one. Throws std::runtime_error
    Harbour(const Harbour&) = delete;
    Harbour& operator=(const Harbour&) = delete;
    ~Harbour();

    const Place& at() const { return at_; }
    Wire accept(Instant until);  // throws Unmet

  private:
    Place at_;
    int socket_ = -1;
};

}  // namespace rondel::conformance
