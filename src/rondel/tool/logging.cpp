#include "rondel/tool/logging.hpp"

#include <memory>

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

namespace rondel::tool {

namespace {

spdlog::level::level_enum level_of(LogLevel level) {
    switch (level) {
        case LogLevel::debug:
            return spdlog::level::debug;
        case LogLevel::info:
            return spdlog::level::info;
        case LogLevel::warning:
            return spdlog::level::warn;
        case LogLevel::error:
            return spdlog::level::err;
    }
    return spdlog::level::err;
}

std::shared_ptr<spdlog::logger> make_logger(const char* name, const char* pattern) {
    auto logger = std::make_shared<spdlog::logger>(name, std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
    logger->set_pattern(pattern);
    logger->flush_on(spdlog::level::trace);
    return logger;
}

}  // namespace

LogSink make_log(const LogOptions& options) {
    auto logger = make_logger("rondel", "%H:%M:%S.%e %^%-7l%$ %v");
    logger->set_level(spdlog::level::from_str(options.level));
    return [logger](LogLevel level, std::string_view sentence) { logger->log(level_of(level), sentence); };
}

net::PeerTrafficSink make_peer_traffic_log(const LogOptions& options) {
    if (!options.traffic) return {};
    auto logger = make_logger("traffic", "%H:%M:%S.%e %v");
    const bool colour = isatty(STDERR_FILENO) != 0;
    return [logger, colour](net::Direction direction, std::string_view peer, std::string_view xml) {
        const bool in = direction == net::Direction::in;
        const std::string_view arrow = in ? "<-" : "->", gap = peer.empty() ? "" : " ";
        if (colour)
            logger->info("\x1b[{}m{}{}{}\x1b[0m {}", in ? 36 : 33, arrow, gap, peer, xml);
        else
            logger->info("{}{}{} {}", arrow, gap, peer, xml);
    };
}

net::TrafficSink make_traffic_log(const LogOptions& options) {
    if (!options.traffic) return {};
    return [show = make_peer_traffic_log(options)](net::Direction direction, std::string_view xml) {
        show(direction, {}, xml);
    };
}

}  // namespace rondel::tool
