#include "tests/support/dns_server.hpp"

#include <stdexcept>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

namespace rondel::testing {

namespace asio = boost::asio;

namespace {

constexpr std::uint16_t type_a = 1, type_cname = 5, type_aaaa = 28, type_srv = 33;

std::string sixteen(std::size_t number) { return {static_cast<char>(number >> 8), static_cast<char>(number & 0xFF)}; }

// "a.b" as labels (RFC 1035 §3.1).
std::string labels(const std::string& name) {
    std::string made;
    for (std::size_t at = 0; at < name.size() && name != ".";) {
        const std::size_t dot = std::min(name.find('.', at), name.size());
        made += static_cast<char>(dot - at) + name.substr(at, dot - at);
        at = dot + 1;
    }
    return made + '\0';
}

std::string type_name(std::uint16_t type) {
    return type == type_a ? "A" : type == type_aaaa ? "AAAA" : type == type_srv ? "SRV" : std::to_string(type);
}

template <class Bytes>
std::string text(const Bytes& bytes) {
    return {bytes.begin(), bytes.end()};
}

}  // namespace

DnsServer::DnsServer(asio::io_context& io) : io_(io), socket_(io), acceptor_(io) {
    // One port for both: what UDP got may be taken for TCP.
    for (int attempt = 0;; ++attempt) {
        socket_ = udp::socket(io, {asio::ip::address_v4::loopback(), 0});
        boost::system::error_code taken;
        acceptor_.open(tcp::v4());
        acceptor_.bind({asio::ip::address_v4::loopback(), socket_.local_endpoint().port()}, taken);
        if (!taken) break;
        if (attempt == 20) throw std::runtime_error("No port for a DNS server: " + taken.message());
        acceptor_.close();
    }
    acceptor_.listen();
    listen();
    accept();
}

std::string DnsServer::here() const { return "127.0.0.1:" + std::to_string(socket_.local_endpoint().port()); }

void DnsServer::srv(const std::string& name, std::uint16_t priority, std::uint16_t weight, std::uint16_t port,
                    const std::string& target) {
    records_.emplace(name, Record{type_srv, sixteen(priority) + sixteen(weight) + sixteen(port) + labels(target)});
}
void DnsServer::a(const std::string& name, const std::string& address) {
    records_.emplace(name, Record{type_a, text(asio::ip::make_address_v4(address).to_bytes())});
}
void DnsServer::aaaa(const std::string& name, const std::string& address) {
    records_.emplace(name, Record{type_aaaa, text(asio::ip::make_address_v6(address).to_bytes())});
}
void DnsServer::cname(const std::string& name, const std::string& target) {
    records_.emplace(name, Record{type_cname, labels(target)});
}

void DnsServer::listen() {
    socket_.async_receive_from(asio::buffer(buffer_), from_, [this](boost::system::error_code error, std::size_t size) {
        if (error) return;
        const std::string answer = answer_to({buffer_.data(), size}, false);
        if (hold_)
            held_answers_.emplace_back(answer, from_);
        else if (!answer.empty())
            send(answer, from_);
        listen();
    });
}

void DnsServer::send(const std::string& answer, const udp::endpoint& to) {
    boost::system::error_code gone;
    socket_.send_to(asio::buffer(answer), to, 0, gone);
}

void DnsServer::answer_held() {
    for (const auto& [answer, to] : std::exchange(held_answers_, {})) send(answer, to);
    held.clear();
}

void DnsServer::accept() {
    acceptor_.async_accept([this](boost::system::error_code error, tcp::socket socket) {
        if (error) return;
        serve(std::make_shared<Visit>(std::move(socket)));
        accept();
    });
}

void DnsServer::serve(const std::shared_ptr<Visit>& visit) {
    asio::async_read(
        visit->socket, asio::buffer(visit->size), [this, visit](boost::system::error_code error, std::size_t) {
            if (error) return;
            visit->query.resize(static_cast<std::size_t>(visit->size[0] << 8 | visit->size[1]));
            asio::async_read(visit->socket, asio::buffer(visit->query),
                             [this, visit](boost::system::error_code failed, std::size_t) {
                                 if (failed) return;
                                 const std::string answer = answer_to(visit->query, true);
                                 if (answer.empty()) return;
                                 visit->answer = sixteen(answer.size()) + answer;
                                 asio::async_write(
                                     visit->socket, asio::buffer(visit->answer),
                                     [this, visit](boost::system::error_code, std::size_t) { serve(visit); });
                             });
        });
}

std::string DnsServer::answer_to(std::string_view query, bool by_tcp) {
    constexpr std::size_t header = 12;
    std::string name;
    std::size_t at = header;
    while (at < query.size() && query[at] != 0) {
        const auto size = static_cast<unsigned char>(query[at]);
        name += (name.empty() ? "" : ".") + std::string(query.substr(at + 1, size));
        at += size + 1U;
    }
    const std::size_t end = at + 5;  // the root, type and class
    if (end > query.size()) return {};
    const auto type = static_cast<std::uint16_t>(static_cast<unsigned char>(query[at + 1]) << 8 |
                                                 static_cast<unsigned char>(query[at + 2]));
    const std::string question = name + " " + type_name(type);
    asked.push_back(question + (by_tcp ? " by TCP" : ""));
    if (silent.contains(name) || silent.contains(question)) return {};
    hold_ = held.contains(name) || held.contains(question);

    std::string answers;
    std::size_t count = 0;
    std::string wanted = name;
    for (int chain = 0; chain < 3; ++chain) {  // as much of a chain of aliases as a server gives at once
        std::string next;
        const auto [first, last] = records_.equal_range(wanted);
        for (auto record = first; record != last; ++record) {
            if (record->second.type != type && record->second.type != type_cname) continue;
            answers += labels(wanted) + sixteen(record->second.type) + sixteen(1) + std::string("\0\0\0\x05", 4) +
                       sixteen(record->second.data.size()) + record->second.data;
            ++count;
            if (record->second.type != type_cname) continue;
            for (std::size_t label = 0; record->second.data[label] != 0;) {
                const auto size = static_cast<unsigned char>(record->second.data[label]);
                next += (next.empty() ? "" : ".") + record->second.data.substr(label + 1, size);
                label += size + 1U;
            }
        }
        if (next.empty()) break;
        wanted = next;
    }
    constexpr int no_error = 0, server_failure = 2, no_such_name = 3;
    const int code = broken.contains(name) ? server_failure : records_.contains(name) ? no_error : no_such_name;
    if (code != no_error) answers.clear(), count = 0;
    std::string made(query.substr(0, 2));
    const bool truncated = !by_tcp && header + answers.size() + (end - header) > most_udp;
    if (truncated) answers.clear(), count = 0;
    made += static_cast<char>(0x85 | (truncated ? 0x02 : 0));  // an answer, authoritative, to a recursive question
    made += static_cast<char>(0x80 | code);
    made += sixteen(1) + sixteen(count) + sixteen(0) + sixteen(0);
    return made + std::string(query.substr(header, end - header)) + answers;
}

}  // namespace rondel::testing
