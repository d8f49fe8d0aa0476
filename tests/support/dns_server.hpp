// A DNS server of the test's own, on loopback: UDP and TCP on one port, and it does what the test tells it to. (RFC
// 1035)
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>

namespace rondel::testing {

// Owns: its port.   Threads: that of the io_context.
class DnsServer {
  public:
    explicit DnsServer(boost::asio::io_context& io);
    DnsServer(const DnsServer&) = delete;
    DnsServer& operator=(const DnsServer&) = delete;

    std::string here() const;  // "127.0.0.1:5353"

    void srv(const std::string& name, std::uint16_t priority, std::uint16_t weight, std::uint16_t port,
             const std::string& target);
    void a(const std::string& name, const std::string& address);
    void aaaa(const std::string& name, const std::string& address);
    void cname(const std::string& name, const std::string& target);

    // What is asked for and is not here does not exist (NXDOMAIN); a name with other records has none of this kind.
    std::set<std::string> broken;    // names that are answered with SERVFAIL
    std::set<std::string> silent;    // names that are not answered at all: "example.com", or "example.com AAAA"
    std::set<std::string> held;      // … until answer_held()
    std::size_t most_udp = 512;      // longer answers are truncated, and so asked for again by TCP
    std::vector<std::string> asked;  // "example.com SRV", and " by TCP" behind it
    void answer_held();

  private:
    using udp = boost::asio::ip::udp;
    using tcp = boost::asio::ip::tcp;
    struct Record {
        std::uint16_t type;
        std::string data;
    };
    struct Visit {
        explicit Visit(tcp::socket s) : socket(std::move(s)) {}
        tcp::socket socket;
        std::array<unsigned char, 2> size{};
        std::string query, answer;
    };

    void listen();
    void accept();
    void serve(const std::shared_ptr<Visit>& visit);
    std::string answer_to(std::string_view query, bool by_tcp);  // empty: none
    void send(const std::string& answer, const udp::endpoint& to);

    boost::asio::io_context& io_;
    udp::socket socket_;
    tcp::acceptor acceptor_;
    udp::endpoint from_;
    std::array<char, 2048> buffer_{};
    std::multimap<std::string, Record> records_;
    std::vector<std::pair<std::string, udp::endpoint>> held_answers_;
    bool hold_ = false;
};

}  // namespace rondel::testing
