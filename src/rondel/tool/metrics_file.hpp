// --metrics FILE: what a program's ledger says, for Prometheus, in a file that is written anew now and then and at the
// end (as the textfile collector of its node exporter reads them).
#pragma once

#include "rondel/net/run.hpp"
#include "rondel/service/metrics.hpp"

#include <string>

namespace rondel::tool {

// Owns: the file, which is there whole or not at all. What cannot be written is told once in a row, and tried again.
class MetricsFile {
  public:
    MetricsFile(std::string path, LogSink log) : path_(std::move(path)), log_(std::move(log)) {}
    void write(const Entity& entity);
    void keep(Entity& self);  // from now on. Precondition: *this outlives the host

  private:
    std::string path_;
    LogSink log_;
    bool failed_ = false;
};

// Runs the host, and keeps the file if there is to be one.
template <class Host>
int run_with_metrics(Host host, const std::string& path) {
    if (path.empty()) return run(host);
    MetricsFile file(path, host.options().log);
    host.post([&file](Entity& self) { file.keep(self); });
    const int status = run(host);
    file.write(host.entity());
    return status;
}

}  // namespace rondel::tool
