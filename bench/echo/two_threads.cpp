// Two connections on two threads: how much more they echo than one, in process: each thread has a component of its own,
// and is fed from memory. Beside it the same in two processes, which share nothing: what the machine can do.
//
//   two_threads [CASE [ROUNDS]]     a case of the echo bench (16), rounds of 0.3 s each (5)
//
// Each round measures one thread, two threads, two processes, so that what else the machine does meets all of them.
#include "rondel/xep/ping.hpp"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <string>
#include <thread>
#include <vector>

#include "bench/echo/script.hpp"
#include "bench/in_process.hpp"
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using namespace rondel;
using Clock = std::chrono::steady_clock;

constexpr auto round_time = std::chrono::milliseconds(300);
constexpr auto warm_up = std::chrono::milliseconds(50);

void echo(const Message& in, Entity& self) {
    if (auto text = in.body()) self.send(in.reply(*text));
}

task<> echo_coroutine(const Message& in, Entity& self) {
    if (auto text = in.body()) self.send(in.reply(*text));
    co_return;
}

struct Work {
    std::string batch;
    std::size_t stanzas = 0;
    bool coroutine = false;
};

// What the workers of a round tell each other; far apart, so that they do not disturb.
struct alignas(128) Cell {
    std::atomic<std::uint64_t> stanzas = 0;
};
struct Shared {
    alignas(128) std::atomic<int> ready = 0;
    alignas(128) std::atomic<bool> go = false;
    alignas(128) std::atomic<bool> stop = false;
    Cell cells[2];
};

void work(const Work& work, Shared& shared, Cell& cell) {
    Router router;
    if (work.coroutine)
        router.on_message(echo_coroutine);
    else
        router.on_message(echo);
    ping::install(router);
    bench::InProcess host(std::move(router));
    for (const auto until = Clock::now() + warm_up; Clock::now() < until;) host.feed(work.batch);
    ++shared.ready;
    while (!shared.go) host.feed(work.batch);
    std::uint64_t batches = 0;
    for (; !shared.stop.load(std::memory_order_relaxed); ++batches) host.feed(work.batch);
    cell.stanzas = batches * work.stanzas;
}

// Stanzas a second of so many workers, in all.
double measure(const Work& what, int workers, bool processes) {
    void* const memory = ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) std::exit(1);
    Shared& shared = *new (memory) Shared;
    std::vector<std::thread> threads;
    std::vector<pid_t> children;
    for (int at = 0; at < workers; ++at) {
        if (!processes) {
            threads.emplace_back([&shared, &what, at] { work(what, shared, shared.cells[at]); });
        } else if (const pid_t child = ::fork(); child == 0) {
            work(what, shared, shared.cells[at]);
            ::_exit(0);
        } else {
            children.push_back(child);
        }
    }
    while (shared.ready != workers) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    shared.go = true;
    const auto began = Clock::now();
    std::this_thread::sleep_for(round_time);
    shared.stop = true;
    const std::chrono::duration<double> took = Clock::now() - began;
    for (std::thread& thread : threads) thread.join();
    for (const pid_t child : children) ::waitpid(child, nullptr, 0);
    const double all = static_cast<double>(shared.cells[0].stanzas + shared.cells[1].stanzas);
    ::munmap(memory, sizeof(Shared));
    return all / took.count();
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

void compare(const Work& work, const char* handler, int rounds) {
    std::vector<double> one, threads, processes, ratios, of_processes;
    for (int round = 0; round < rounds; ++round) {
        one.push_back(measure(work, 1, false));
        threads.push_back(measure(work, 2, false));
        processes.push_back(measure(work, 2, true));
        ratios.push_back(threads.back() / one.back());
        of_processes.push_back(processes.back() / one.back());
    }
    std::printf("%-10s %12.0f %12.0f %12.0f %10.2f %10.2f\n", handler, median(one), median(threads), median(processes),
                median(ratios), median(of_processes));
}

}  // namespace

int main(int count, char** words) {
    const std::string what = count > 1 ? words[1] : "16";
    const int rounds = count > 2 ? std::clamp(std::atoi(words[2]), 1, 20) : 5;
    if (!echo_bench::is_case(what)) {
        std::fprintf(stderr, "two_threads: there is no case '%s'.\n", what.c_str());
        return 2;
    }
    const echo_bench::Script script({what, 400, 100, "echo.example.com"});
    Work work;
    std::size_t units = 0;
    for (; units < script.units() && (units == 0 || script.start(units + 1) <= 16 * 1024); ++units)
        work.stanzas += script.stanzas(units);
    work.batch = script.bytes(0, units);

    std::printf("stanzas/s  %12s %12s %12s %10s %10s\n", "one thread", "two threads", "two procs", "threads", "procs");
    compare(work, "plain", rounds);
    work.coroutine = true;
    compare(work, "coroutine", rounds);
}
