// Start-up of a bot with many contacts, as a client and as a component. Each host runs in a process of its own.
//
//   startup_contacts_bench [CONTACTS]        100,000 unless told
#include "rondel/xml/reader.hpp"

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>

#include "host.hpp"
#include "server.hpp"
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <fmt/format.h>
#include <poll.h>

namespace {

using boost::asio::ip::tcp;

// In the process of the host.
int start(const std::string& host, const std::string& server, std::size_t contacts) {
    const bench::Started started =
        host == "client" ? bench::start_client(server, contacts) : bench::start_component(server, contacts);
    fmt::print("{} {} {}\n", started.seconds, started.cpu_seconds, started.peak_kib);
    return 0;
}

struct Row {
    bench::Served served;
    bench::Started started;
};

Row measure(const char* program, const char* host, std::size_t contacts) {
    boost::asio::io_context io;
    tcp::acceptor acceptor(io, {boost::asio::ip::address_v4::loopback(), 0});
    const std::string command =
        fmt::format("'{}' {} 127.0.0.1:{} {}", program, host, acceptor.local_endpoint().port(), contacts);
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> process(popen(command.c_str(), "r"), pclose);
    if (!process) throw std::runtime_error("The host could not be started.");
    pollfd knock{acceptor.native_handle(), POLLIN, 0};
    if (poll(&knock, 1, 30'000) <= 0) throw std::runtime_error("The host did not connect.");
    tcp::socket socket = acceptor.accept();
    Row row;
    row.served = std::string(host) == "client" ? bench::serve_client(std::move(socket), contacts)
                                               : bench::serve_component(std::move(socket), contacts);
    if (std::fscanf(process.get(), "%lf %lf %ld", &row.started.seconds, &row.started.cpu_seconds,
                    &row.started.peak_kib) != 3)
        throw std::runtime_error("The host did not say what it had measured.");
    return row;
}

std::string size_of(double bytes) {
    return bytes < 1024 * 1024 ? fmt::format("{:.1f} KiB", bytes / 1024)
                               : fmt::format("{:.1f} MiB", bytes / 1024 / 1024);
}

void print(const char* name, const Row& row) {
    fmt::print("| {} | {:.3f} s | {} in {} {} | {:.2f} s | {:.0f} MiB |\n", name, row.started.seconds,
               size_of(static_cast<double>(row.served.bytes)), row.served.stanzas,
               row.served.stanzas == 1 ? "stanza" : "stanzas", row.started.cpu_seconds,
               static_cast<double>(row.started.peak_kib) / 1024);
}

// The largest roster that the default limits of a stream let through.
std::size_t most_contacts() {
    const rondel::xml::Limits limits;
    std::size_t least = 0;
    std::size_t most = limits.elements - 2;  // the iq and the query are elements, too
    while (least < most) {
        const std::size_t middle = (least + most + 1) / 2;
        if (bench::roster_bytes(middle) <= limits.stanza_bytes)
            least = middle;
        else
            most = middle - 1;
    }
    return least;
}

void print_roster(std::size_t contacts) {
    fmt::print("\nThe roster is one stanza of {}; the default limits let one of {} contacts through.\n",
               size_of(static_cast<double>(bench::roster_bytes(contacts))), most_contacts());
}

}  // namespace

int main(int count, char** words) try {
    if (count == 4) return start(words[1], words[2], std::strtoul(words[3], nullptr, 10));
    const std::size_t contacts = count > 1 ? std::strtoul(words[1], nullptr, 10) : 100'000;
    fmt::print("| {} contacts | first answer after | received before it | CPU | peak memory |\n|---|--:|--:|--:|--:|\n",
               contacts);
    print("client", measure(words[0], "client", contacts));
    print("component", measure(words[0], "component", 0));
    print("component that probes all of them", measure(words[0], "component", contacts));
    print_roster(contacts);
    return 0;
} catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
}
