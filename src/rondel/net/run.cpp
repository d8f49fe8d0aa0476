#include "rondel/net/run.hpp"

#include "rondel/net/run_through.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <fmt/format.h>

namespace rondel {

namespace {

void print_log(LogLevel level, std::string_view sentence) {
    if (level == LogLevel::debug) return;
    fmt::print(stderr, "{}{}\n",
               level == LogLevel::info      ? ""
               : level == LogLevel::warning ? "warning: "
                                            : "error: ",
               sentence);
}

template <class Host>
int run_until_ended(Host& host) {
    host.log_to(print_log);
    boost::asio::io_context io(1);
    int status = 0;
    boost::asio::signal_set signals(io, SIGTERM, SIGINT);
    std::signal(SIGPIPE, SIG_IGN);  // a closed standard output must not end the service

    host.start(io.get_executor(), [&](const Ending& ending) {
        if (ending.failed) fmt::print(stderr, "{}\n", ending.why);
        status = ending.failed ? 1 : 0;
        signals.cancel();
        io.stop();
    });
    signals.async_wait([&](boost::system::error_code error, int) {
        if (error) return;
        host.drain();
        signals.async_wait([](boost::system::error_code again, int number) {
            if (!again) std::_Exit(128 + number);
        });
    });
    net::run_through(io, print_log);
    return status;
}

}  // namespace

int run(Component& component) { return run_until_ended(component); }
int run(Client& client) { return run_until_ended(client); }

}  // namespace rondel
