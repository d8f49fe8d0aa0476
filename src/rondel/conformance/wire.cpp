#include "rondel/conformance/wire.hpp"

#include "rondel/base/encoding.hpp"
#include "rondel/conformance/verdict.hpp"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace rondel::conformance {

namespace {

bool wait(int socket, short what, Instant until) {
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
        pollfd one{socket, what, 0};
        const int ready = ::poll(&one, 1, static_cast<int>(std::clamp<long>(left, 0, 1'000'000)));
        if (ready > 0) return true;
        if (ready == 0) return false;
        if (errno != EINTR) throw Unmet(fmt::format("poll: {}", std::strerror(errno)));
    }
}

struct Addresses {
    addrinfo* first = nullptr;
    ~Addresses() {
        if (first != nullptr) freeaddrinfo(first);
    }
};

void find(const Place& place, Addresses& found, int flags) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = flags;
    if (const int error = getaddrinfo(place.host.c_str(), std::to_string(place.port).c_str(), &hints, &found.first))
        throw std::runtime_error(fmt::format("\"{}\" is no host: {}.", place.host, gai_strerror(error)));
}

std::string openssl_error() {
    const unsigned long error = ERR_get_error();
    ERR_clear_error();
    char text[160] = "the connection ended";
    if (error != 0) ERR_error_string_n(error, text, sizeof text);
    return text;
}

std::string digits_of(std::string_view pin) {
    if (pin.starts_with("sha256:")) pin.remove_prefix(7);
    std::string digits;
    for (const char c : pin)
        if (c != ':') digits += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return digits;
}

}  // namespace

struct Wire::State {
    int socket = -1;
    SSL_CTX* context = nullptr;
    SSL* tls = nullptr;
    bool dead = false;  // for TLS: nothing is written into it any more

    ~State() {
        SSL_free(tls);
        SSL_CTX_free(context);
        if (socket >= 0) ::close(socket);
    }

    // What TLS waits for. False: it failed, or time is over.
    bool wait_for_tls(int result, Instant until) const {
        switch (SSL_get_error(tls, result)) {
            case SSL_ERROR_WANT_READ:
                return wait(socket, POLLIN, until);
            case SSL_ERROR_WANT_WRITE:
                return wait(socket, POLLOUT, until);
            default:
                return false;
        }
    }

    ssize_t write(std::string_view bytes, Instant until) {
        for (;;) {
            if (tls != nullptr) {
                const int wrote = SSL_write(tls, bytes.data(), static_cast<int>(bytes.size()));
                if (wrote > 0 || !wait_for_tls(wrote, until)) return wrote;
            } else {
                const ssize_t wrote = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
                if (wrote >= 0 || errno != EAGAIN || !wait(socket, POLLOUT, until)) return wrote;
            }
        }
    }
};

Wire::Wire(int socket) : state_(std::make_unique<State>()) {
    state_->socket = socket;
    fcntl(socket, F_SETFL, fcntl(socket, F_GETFL) | O_NONBLOCK);
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}
Wire::Wire(Wire&&) noexcept = default;
Wire& Wire::operator=(Wire&&) noexcept = default;
Wire::~Wire() = default;

Wire Wire::connect(const Place& to, Duration limit) {
    Addresses found;
    find(to, found, 0);
    const Instant until = Clock::now() + limit;
    std::string why = "no address";
    for (const addrinfo* each = found.first; each != nullptr; each = each->ai_next) {
        const int socket =
            ::socket(each->ai_family, each->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, each->ai_protocol);
        if (socket < 0) throw Unmet(fmt::format("No socket: {}.", std::strerror(errno)));
        Wire wire(socket);
        if (::connect(socket, each->ai_addr, each->ai_addrlen) == 0) return wire;
        int error = errno;
        if (error == EINPROGRESS && wait(socket, POLLOUT, until)) {
            socklen_t size = sizeof error;
            getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size);
            if (error == 0) return wire;
        }
        why = std::strerror(error);
    }
    throw Unmet(fmt::format("No connection to {}: {}.", to.str(), why));
}

void Wire::secure(const Trust& trust, const std::string& name, Duration limit, TlsVersion newest) {
    State& s = *state_;
    s.context = SSL_CTX_new(TLS_client_method());
    if (newest == TlsVersion::tls_1_1) {
        SSL_CTX_set_min_proto_version(s.context, TLS1_VERSION);
        SSL_CTX_set_max_proto_version(s.context, TLS1_1_VERSION);
        SSL_CTX_set_security_level(s.context, 0);  // else our own side would refuse
    } else {
        SSL_CTX_set_min_proto_version(s.context, TLS1_2_VERSION);
    }
    const bool by_authority = !trust.anybody && trust.pin.empty();
    if (by_authority) {
        if (trust.ca_file.empty() ? SSL_CTX_set_default_verify_paths(s.context) != 1
                                  : SSL_CTX_load_verify_locations(s.context, trust.ca_file.c_str(), nullptr) != 1)
            throw std::runtime_error("The authorities could not be read from " + trust.ca_file + ".");
        SSL_CTX_set_verify(s.context, SSL_VERIFY_PEER, nullptr);
    }
    s.tls = SSL_new(s.context);
    SSL_set_fd(s.tls, s.socket);
    SSL_set_tlsext_host_name(s.tls, name.c_str());
    if (by_authority) SSL_set1_host(s.tls, name.c_str());
    const Instant until = Clock::now() + limit;
    int done = 0;
    while ((done = SSL_connect(s.tls)) != 1)
        if (!s.wait_for_tls(done, until)) {
            s.dead = true;
            const long verdict = SSL_get_verify_result(s.tls);
            throw Unmet("The TLS handshake failed: " +
                        (verdict != X509_V_OK ? std::string(X509_verify_cert_error_string(verdict)) : openssl_error()));
        }
    if (trust.pin.empty()) return;
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    X509* theirs = SSL_get1_peer_certificate(s.tls);
    if (theirs != nullptr) X509_digest(theirs, EVP_sha256(), digest, &size);
    X509_free(theirs);
    if (to_hex(std::string_view(reinterpret_cast<const char*>(digest), size)) != digits_of(trust.pin))
        throw Unmet("The certificate is not the one that was pinned.");
}

bool Wire::is_secure() const { return state_->tls != nullptr; }

void Wire::send(std::string_view bytes, Duration limit) {
    const Instant until = Clock::now() + limit;
    while (!bytes.empty() && !state_->dead) {
        const ssize_t wrote = state_->write(bytes, until);
        if (wrote <= 0) {
            state_->dead = true;
            return;
        }
        bytes.remove_prefix(static_cast<std::size_t>(wrote));
    }
}

Wire::Got Wire::receive(std::string& into, Instant until) {
    State& s = *state_;
    char buffer[16 * 1024];
    for (;;) {
        if (s.tls != nullptr) {
            ERR_clear_error();
            const int got = SSL_read(s.tls, buffer, sizeof buffer);
            if (got > 0) return into.append(buffer, static_cast<std::size_t>(got)), Got::bytes;
            const int why = SSL_get_error(s.tls, got);
            if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) return ERR_clear_error(), Got::end;
        } else {
            const ssize_t got = ::recv(s.socket, buffer, sizeof buffer, 0);
            if (got > 0) return into.append(buffer, static_cast<std::size_t>(got)), Got::bytes;
            if (got == 0 || (errno != EAGAIN && errno != EINTR)) return Got::end;
        }
        if (!wait(s.socket, POLLIN, until)) return Got::nothing;
    }
}

void Wire::close() {
    if (state_->tls != nullptr && !state_->dead) SSL_shutdown(state_->tls);
    ::shutdown(state_->socket, SHUT_RDWR);
}

Harbour::Harbour(const Place& at) : at_(at) {
    Addresses found;
    find(at, found, AI_PASSIVE);
    socket_ = ::socket(found.first->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (socket_ < 0 || ::bind(socket_, found.first->ai_addr, found.first->ai_addrlen) != 0 ||
        ::listen(socket_, 16) != 0)
        throw std::runtime_error(fmt::format("Nobody can listen at {}: {}.", at.str(), std::strerror(errno)));
    sockaddr_storage here{};
    socklen_t size = sizeof here;
    getsockname(socket_, reinterpret_cast<sockaddr*>(&here), &size);
    at_.port = ntohs(here.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6&>(here).sin6_port
                                                : reinterpret_cast<const sockaddr_in&>(here).sin_port);
}

Harbour::~Harbour() { ::close(socket_); }

Wire Harbour::accept(Instant until) {
    if (!wait(socket_, POLLIN, until)) throw Unmet("The component did not connect.");
    const int socket = ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) throw Unmet(fmt::format("The component did not connect: {}.", std::strerror(errno)));
    return Wire(socket);
}

}  // namespace rondel::conformance
