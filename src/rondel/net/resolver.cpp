// The only file that asks through c-ares.
#include "rondel/net/resolver.hpp"

#include "rondel/base/idna.hpp"
#include "rondel/net/descriptors.hpp"
#include "rondel/net/scarce_memory.hpp"
#include "rondel/net/srv_answer.hpp"

#include <algorithm>
#include <map>
#include <new>
#include <utility>

#include <ares.h>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <netinet/in.h>
#include <sys/time.h>

namespace rondel::net {

namespace asio = boost::asio;
using Addresses = std::vector<asio::ip::address>;

namespace {

bool is_localhost(std::string_view host) {
    if (host.ends_with('.')) host.remove_suffix(1);
    constexpr std::string_view name = "localhost";
    if (host.size() < name.size()) return false;
    const bool ends = std::equal(name.begin(), name.end(), host.end() - static_cast<std::ptrdiff_t>(name.size()),
                                 [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b - 'A' + 'a' : b); });
    return ends && (host.size() == name.size() || host[host.size() - name.size() - 1] == '.');
}

// "_xmpp-client._tcp.example.com": the labels with underscores are no IDNA labels.
std::string as_asked(const std::string& name) { return domain_to_ascii(name).value_or(name); }

Addresses addresses_in(const ares_addrinfo& info) {
    Addresses found;
    for (const ares_addrinfo_node* node = info.nodes; node != nullptr; node = node->ai_next) {
        if (node->ai_family == AF_INET6) {
            const auto* six = reinterpret_cast<const sockaddr_in6*>(node->ai_addr);
            asio::ip::address_v6::bytes_type bytes;
            std::copy(std::begin(six->sin6_addr.s6_addr), std::end(six->sin6_addr.s6_addr), bytes.begin());
            found.emplace_back(asio::ip::address_v6(bytes, six->sin6_scope_id));
        } else if (node->ai_family == AF_INET) {
            const auto* four = reinterpret_cast<const sockaddr_in*>(node->ai_addr);
            found.emplace_back(asio::ip::address_v4(ntohl(four->sin_addr.s_addr)));
        }
    }
    return found;
}

// c-ares takes a socket that cannot be opened, or a file that cannot be read, for servers that are not there.
std::string why(int status) {
    const bool answered = status == ARES_ENODATA || status == ARES_ENOTFOUND;
    return !answered && out_of_descriptors() ? words_for_no_descriptors() : ares_strerror(status);
}

}  // namespace

struct Resolver::State : std::enable_shared_from_this<State> {
    // What c-ares holds of a question, until it calls back. `answer` is taken away by whoever answers first: c-ares, or
    // the limit.
    template <class Answer>
    struct Question {
        State* state;
        std::shared_ptr<std::function<void(Answer)>> answer;
        std::shared_ptr<asio::steady_timer> limit;
        std::string name = {};  // that was asked for

        // Where there is no memory for it, the limit answers: nothing may be thrown through c-ares, which is C.
        template <class Find>
        void end(const Find& find) {
            if (*answer == nullptr || state->closed) return static_cast<void>(limit->cancel());
            const auto post = [&] {
                const auto call = std::make_shared<std::function<void(Answer)>>();
                asio::post(state->executor, [call, kept = state->weak_from_this(), given = find()]() mutable {
                    const auto alive = kept.lock();
                    if (alive && !alive->closed) (*call)(std::move(given));
                });
                call->swap(*answer);  // from here on the limit finds nothing to do
                limit->cancel();
            };
            if_memory_lasts(post, [] {});
        }
    };

    State(asio::any_io_executor executor_, const ResolverOptions& options_)
        : executor(std::move(executor_)), options(options_), timer(executor) {}

    void open() {
        static const int library = ares_library_init(ARES_LIB_INIT_ALL);
        ares_options how{};
        how.timeout = static_cast<int>(std::max<std::int64_t>(
            1, std::chrono::duration_cast<std::chrono::milliseconds>(options.first_try).count()));
        how.tries = 3;
        how.sock_state_cb = [](void* self, ares_socket_t socket, int readable, int writable) {
            static_cast<State*>(self)->try_to(
                [=] { static_cast<State*>(self)->watch(socket, readable != 0, writable != 0); });
        };
        how.sock_state_cb_data = this;
        int status = library;
        if (status == ARES_SUCCESS)
            status = ares_init_options(&channel, &how, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB);
        if (status != ARES_SUCCESS) {
            channel = nullptr;
            problem = "The DNS cannot be asked (" + std::string(ares_strerror(status)) + ").";
            return;
        }
        std::string list;
        for (const std::string& server : options.servers) list += (list.empty() ? "" : ",") + server;
        if (!list.empty() && ares_set_servers_ports_csv(channel, list.c_str()) != ARES_SUCCESS)
            problem = "\"" + list + "\" are no addresses of name servers.";
    }

    void close() {
        if (std::exchange(closed, true)) return;
        timer.cancel();
        if (channel != nullptr) ares_destroy(std::exchange(channel, nullptr));
        sockets.clear();
    }

    template <class Answer>
    Question<Answer>* ask(std::function<void(Answer)> done, Answer too_late, std::string name = {}) {
        auto answer = std::make_shared<std::function<void(Answer)>>(std::move(done));
        auto limit = std::make_shared<asio::steady_timer>(executor, options.limit);
        limit->async_wait([answer, limit, kept = weak_from_this(),
                           too_late = std::move(too_late)](boost::system::error_code cancelled) mutable {
            const auto alive = kept.lock();
            if (!cancelled && alive && !alive->closed && *answer) std::exchange(*answer, nullptr)(std::move(too_late));
        });
        return new Question<Answer>{this, std::move(answer), std::move(limit), std::move(name)};
    }

    void srv(const std::string& name, SrvDone done) {
        auto* question = ask<SrvAnswer>(std::move(done), SrvAnswer{{}, "no answer in time"}, name);
        constexpr int in = 1, srv_type = 33;  // RFC 1035 §3.2.4, RFC 2782
        ares_query(
            channel, name.c_str(), in, srv_type,
            [](void* argument, int status, int, unsigned char* answer, int size) {
                const std::unique_ptr<Question<SrvAnswer>> mine(static_cast<Question<SrvAnswer>*>(argument));
                mine->end([&] {
                    SrvAnswer found;
                    if (status == ARES_SUCCESS)
                        found = parse_srv_answer(
                            {reinterpret_cast<const char*>(answer), static_cast<std::size_t>(size)}, mine->name);
                    else if (status != ARES_ENOTFOUND && status != ARES_ENODATA)
                        found.failure = why(status);
                    return found;
                });
            },
            question);
        try_to([&] { arm(); });
    }

    using Found = std::pair<Addresses, std::string>;

    void addresses(const std::string& host, Family family, AddressesDone done) {
        auto* question =
            ask<Found>([done = std::move(done)](Found found) { done(std::move(found.first), std::move(found.second)); },
                       Found{{}, "no answer in time"});
        ares_addrinfo_hints hints{};
        hints.ai_family = family == Family::ipv6 ? AF_INET6 : AF_INET;
        hints.ai_socktype = SOCK_STREAM;
        ares_getaddrinfo(
            channel, host.c_str(), nullptr, &hints,
            [](void* argument, int status, int, ares_addrinfo* info) {
                const std::unique_ptr<Question<Found>> mine(static_cast<Question<Found>*>(argument));
                mine->end([&] {
                    Found found;
                    if (info != nullptr) found.first = addresses_in(*info);
                    if (found.first.empty()) found.second = why(status == ARES_SUCCESS ? ARES_ENODATA : status);
                    return found;
                });
                if (info != nullptr) ares_freeaddrinfo(info);
            },
            question);
        try_to([&] { arm(); });
    }

    // What there is no memory for is not done: each question has its limit, which answers then.
    template <class Work>
    void try_to(const Work& work) {
        if_memory_lasts(work, [] {});
    }

    // c-ares opened a socket, wants something else of it, or (with neither) is about to close it.
    void watch(ares_socket_t socket, bool readable, bool writable) {
        if (!readable && !writable) {
            const auto found = sockets.find(socket);
            if (found == sockets.end()) return;
            found->second->descriptor.release();  // c-ares closes it
            sockets.erase(found);
            return;
        }
        const auto found = sockets.try_emplace(socket).first;
        if (found->second == nullptr) {
            boost::system::error_code refused;  // the system watches no more descriptors: as if no answer came
            try {
                found->second = std::make_shared<Watched>(executor, socket);
                found->second->descriptor.assign(socket, refused);
            } catch (const std::bad_alloc&) {
                sockets.erase(found);
                throw;
            }
            if (refused) return static_cast<void>(sockets.erase(found));
        }
        const std::shared_ptr<Watched> watched = found->second;
        watched->reads = readable;
        watched->writes = writable;
        wait(watched);
    }

    struct Watched {
        Watched(const asio::any_io_executor& executor, ares_socket_t number_) : descriptor(executor), number(number_) {}
        asio::posix::stream_descriptor descriptor;
        ares_socket_t number;
        bool reads = false, writes = false;
        bool waits_to_read = false, waits_to_write = false;
    };

    void wait(const std::shared_ptr<Watched>& watched) {
        using Descriptor = asio::posix::stream_descriptor;
        if (watched->reads && !watched->waits_to_read) {
            watched->descriptor.async_wait(Descriptor::wait_read,
                                           [self = shared_from_this(), watched](boost::system::error_code error) {
                                               watched->waits_to_read = false;
                                               self->go_on(watched, error, watched->number, ARES_SOCKET_BAD);
                                           });
            watched->waits_to_read = true;
        }
        if (watched->writes && !watched->waits_to_write) {
            watched->descriptor.async_wait(Descriptor::wait_write,
                                           [self = shared_from_this(), watched](boost::system::error_code error) {
                                               watched->waits_to_write = false;
                                               self->go_on(watched, error, ARES_SOCKET_BAD, watched->number);
                                           });
            watched->waits_to_write = true;
        }
    }

    void go_on(const std::shared_ptr<Watched>& watched, boost::system::error_code error, ares_socket_t readable,
               ares_socket_t writable) {
        if (error || channel == nullptr) return;
        ares_process_fd(channel, readable, writable);
        const auto still = sockets.find(watched->number);  // or another one of the same number
        try_to([&] {
            if (still != sockets.end() && still->second == watched) wait(watched);
            arm();
        });
    }

    // For the next try of c-ares.
    void arm() {
        timeval span{};
        if (channel == nullptr || ares_timeout(channel, nullptr, &span) == nullptr) return;
        timer.expires_after(std::chrono::seconds(span.tv_sec) + std::chrono::microseconds(span.tv_usec) +
                            std::chrono::milliseconds(1));
        timer.async_wait([self = shared_from_this()](boost::system::error_code cancelled) {
            if (cancelled || self->channel == nullptr) return;
            ares_process_fd(self->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
            self->try_to([&] { self->arm(); });
        });
    }

    asio::any_io_executor executor;
    ResolverOptions options;
    asio::steady_timer timer;
    ares_channel channel = nullptr;
    std::map<ares_socket_t, std::shared_ptr<Watched>> sockets;
    std::string problem;
    bool closed = false;
};

Resolver::Resolver(const asio::any_io_executor& executor, const ResolverOptions& options)
    : state_(std::make_shared<State>(executor, options)) {
    state_->open();
}
Resolver::~Resolver() { state_->close(); }

const std::string& Resolver::problem() const { return state_->problem; }

void Resolver::srv(const std::string& service, const std::string& domain, SrvDone done) {
    if (!state_->problem.empty())
        return asio::post(state_->executor,
                          [state = state_, done = std::move(done), answer = SrvAnswer{{}, state_->problem}]() mutable {
                              if (!state->closed) done(std::move(answer));
                          });
    state_->srv(service + "." + as_asked(domain), std::move(done));
}

void Resolver::addresses(const std::string& host, Family family, AddressesDone done) {
    boost::system::error_code no_address;
    const asio::ip::address literal = asio::ip::make_address(host, no_address);
    Addresses known;
    std::string why = state_->problem;
    if (!no_address)
        known.push_back(literal);
    else if (is_localhost(host))
        known = {asio::ip::address_v6::loopback(), asio::ip::address_v4::loopback()};
    else if (why.empty())
        return state_->addresses(as_asked(host), family, std::move(done));
    std::erase_if(known, [&](const asio::ip::address& each) { return each.is_v6() != (family == Family::ipv6); });
    if (!known.empty())
        why.clear();
    else if (why.empty())
        why = "it has no address of this kind";
    asio::post(state_->executor,
               [state = state_, done = std::move(done), known = std::move(known), why = std::move(why)]() mutable {
                   if (!state->closed) done(std::move(known), std::move(why));
               });
}

}  // namespace rondel::net
