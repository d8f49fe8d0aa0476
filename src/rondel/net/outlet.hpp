// What a stream has to say goes out as fast as the other side takes it; and who takes nothing of it for too long is
// left. Inside the floor.
#pragma once

#include "rondel/base/time.hpp"
#include "rondel/net/transport.hpp"
#include "rondel/stream/stream.hpp"

#include <string>
#include <system_error>

namespace rondel::net {

// Threads: one.
class Outlet {
  public:
    explicit Outlet(Duration limit) : limit_(limit) {}

    // Whether anything went out. It may have before there was an error, which is left alone if there is none.
    bool write(stream::Stream& stream, Transport& transport, Instant now, std::error_code& error) {
        bool any = false;
        while (!stream.output().empty()) {
            const Result<std::size_t> size = transport.write(stream.output());
            if (!size) {
                error = size.error();
                close();
                return any;
            }
            if (*size == 0) break;
            stream.wrote(*size);
            any = true;
        }
        if (stream.output().empty())
            until_ = never;
        else if (any || until_ == never)
            until_ = now + limit_;
        return any;
    }
    void close() { until_ = never; }  // nothing more can go out

    Instant deadline() const { return until_; }
    bool is_stuck(Instant now) const { return now >= until_; }
    std::string why() const;  // it is

  private:
    Duration limit_;
    Instant until_ = never;  // by then the other side must have taken something
};

}  // namespace rondel::net
