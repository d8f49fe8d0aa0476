#include "rondel/tool/metrics_file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fmt/format.h>

namespace rondel::tool {

namespace {

constexpr auto every = std::chrono::seconds(15);

bool put(const std::string& path, const std::string& text) {
    const std::string beside = path + ".new";
    std::FILE* file = std::fopen(beside.c_str(), "we");
    if (file == nullptr) return false;
    const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
    return std::fclose(file) == 0 && written && std::rename(beside.c_str(), path.c_str()) == 0;
}

}  // namespace

void MetricsFile::write(const Entity& entity) {
    const NamedLedger one{entity.address().bare().str(), &entity.ledger()};
    errno = 0;
    const bool failed = !put(path_, to_prometheus({&one, 1}));
    if (failed && !failed_ && log_)
        log_(LogLevel::warning,
             fmt::format("The figures could not be written to {} ({}).", path_, std::strerror(errno)));
    failed_ = failed;
}

void MetricsFile::keep(Entity& self) {
    write(self);
    self.after(every, [this, &self] { keep(self); });
}

}  // namespace rondel::tool
