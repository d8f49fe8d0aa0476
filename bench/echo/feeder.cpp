// echo_feeder: the server's side of XEP-0114, with nothing behind it but a script and a stop-watch (README.md).
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "conversation.hpp"
#include "greeting.hpp"
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace {

using namespace echo_bench;

// A JSON string, whatever the text: what is no UTF-8, cut off perhaps, becomes '?'.
std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (std::size_t at = 0; at < text.size();) {
        const auto c = static_cast<unsigned char>(text[at]);
        std::size_t length = c < 0x80 ? 1 : c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
        bool whole = c < 0x80 || (c >= 0xC2 && c < 0xF5 && at + length <= text.size());
        for (std::size_t more = 1; whole && more < length; ++more)
            whole = (static_cast<unsigned char>(text[at + more]) & 0xC0) == 0x80;
        if (!whole) length = 1;
        if (c == '"' || c == '\\') out += '\\';
        out += !whole ? "?" : c < 0x20 ? " " : text.substr(at, length);
        at += length;
    }
    return out + '"';
}

// A new file of zeros, which the contestant maps too.
Counters* make_counters(const std::string& path) {
    if (path.empty()) return nullptr;
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0 || ::ftruncate(file, sizeof(Counters)) != 0)
        throw std::system_error(errno, std::generic_category(), path);
    void* at = ::mmap(nullptr, sizeof(Counters), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    ::close(file);
    if (at == MAP_FAILED) throw std::system_error(errno, std::generic_category(), path);
    return static_cast<Counters*>(at);
}

std::size_t ring_of(const Options& options) {
    const std::size_t least = std::max<std::size_t>({512, 2 * options.in_flight, options.senders});
    return (least + options.senders - 1) / options.senders * options.senders;
}

struct Result {
    Verdict verdict = Verdict::absent;
    std::string why;
    Measured measured;
    Histogram latency;
    std::uint64_t unanswered = 0;
};

double per(double what, double many) { return many == 0 ? 0 : what / many; }

void print_json(const Options& options, const Result& result) {
    const Measured& m = result.measured;
    const auto answers = static_cast<double>(m.answers);
    const auto microseconds = [&](double share) { return result.latency.quantile(share) / 1000; };
    std::printf(
        "{\"case\":\"%s\",\"in_flight\":%lu,\"burst\":%lu,\"senders\":%lu,\"read_size\":%lu,\"verdict\":\"%s\","
        "\"why\":%s,",
        options.what.c_str(), options.in_flight, options.burst, options.senders, options.read_size,
        std::string(to_string(result.verdict)).c_str(), quoted(result.why).c_str());
    std::printf(
        "\"replies\":%lu,\"stanzas\":%lu,\"unanswered\":%lu,\"parsed\":%lu,\"seconds\":%.6f,"
        "\"replies_per_second\":%.1f,\"stanzas_per_second\":%.1f,\"bytes_out\":%lu,\"bytes_in\":%lu,"
        "\"feeder_cpu_share\":%.3f,",
        m.answers, m.stanzas, result.unanswered, m.parsed, m.seconds, per(answers, m.seconds),
        per(static_cast<double>(m.stanzas), m.seconds), m.bytes_out, m.bytes_in, per(m.feeder_cpu, m.seconds));
    std::printf("\"latency_us\":{\"count\":%lu,\"p50\":%.2f,\"p90\":%.2f,\"p99\":%.2f,\"p99_9\":%.2f,\"max\":%.2f}",
                result.latency.total(), microseconds(0.5), microseconds(0.9), microseconds(0.99), microseconds(0.999),
                static_cast<double>(result.latency.most()) / 1000);
    if (!options.counters.empty())
        std::printf(
            ",\"allocations_per_reply\":%.6f,\"allocated_bytes_per_reply\":%.3f,\"frees_per_reply\":%.6f,"
            "\"writes_per_reply\":%.6f,\"reads_per_reply\":%.6f",
            per(static_cast<double>(m.allocations), answers), per(static_cast<double>(m.allocated_bytes), answers),
            per(static_cast<double>(m.frees), answers), per(static_cast<double>(m.writes), answers),
            per(static_cast<double>(m.reads), answers));
    std::printf("}\n");
}

void print_text(const Options& options, const Result& result) {
    const Measured& m = result.measured;
    std::printf("%s: %s%s%s; %.0f replies/s, p50 %.2f µs, p99 %.2f µs, p99.9 %.2f µs\n", options.what.c_str(),
                std::string(to_string(result.verdict)).c_str(), result.why.empty() ? "" : ": ", result.why.c_str(),
                per(static_cast<double>(m.answers), m.seconds), result.latency.quantile(0.5) / 1000,
                result.latency.quantile(0.99) / 1000, result.latency.quantile(0.999) / 1000);
}

Result serve(const Options& options, const Script& script, const Socket& listener, const Counters* counters) {
    Result result;
    const auto until = Clock::now() + std::chrono::duration_cast<Clock::duration>(options.wait_for);
    if (!listener.wait(false, until)) {
        result.why = "No component connected.";
        return result;
    }
    const Socket peer = accept_one(listener);
    std::string rest;
    result.why = greet(peer, options, rest);
    if (!result.why.empty()) return result;

    Conversation conversation(options, script, peer, counters, [&](const char* phase) {
        if (!options.phases) return;
        std::printf("{\"phase\":\"%s\"}\n", phase);
        std::fflush(stdout);
    });
    conversation.begin_with(rest);
    conversation.run();
    result = {conversation.verdict(), conversation.why(), conversation.measured(), conversation.latency(),
              conversation.unanswered()};
    (options.json ? print_json : print_text)(options, result);
    std::fflush(stdout);
    for (char c = 0; options.hold && ::read(STDIN_FILENO, &c, 1) > 0;) continue;
    constexpr std::string_view farewell = "</stream:stream>";
    const iovec bytes{const_cast<char*>(farewell.data()), farewell.size()};
    peer.write({&bytes, 1});
    peer.end_output();
    return result;
}

int feed(const Options& options) {
    std::uint16_t port = 0;
    const Socket listener = listen_on_loopback(options.port, port);
    const Counters* counters = make_counters(options.counters);
    std::printf("{\"port\":%u}\n", static_cast<unsigned>(port));
    std::fflush(stdout);
    const Script script({options.what, ring_of(options), options.senders, options.domain});
    const Result result = serve(options, script, listener, counters);
    if (result.verdict == Verdict::absent) (options.json ? print_json : print_text)(options, result);
    return result.verdict == Verdict::ok ? 0 : 3;
}

}  // namespace

int main(int count, char** words) {
    const Options options = parse_options(count, words);
    try {
        return feed(options);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "echo_feeder: %s\n", error.what());
        return 1;
    }
}
