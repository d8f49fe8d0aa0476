// What a session of the embedded server wants of its client's stream. Tests play it by hand.
#pragma once

#include "rondel/stanza/stanza.hpp"
#include "rondel/stream/resumption.hpp"
#include "rondel/stream/stream_error.hpp"

#include <optional>
#include <string_view>
#include <system_error>

namespace rondel::server {

class ClientLink {
  public:
    virtual std::error_code send(const Stanza& stanza) = 0;  // an error: refused, and nothing was written
    virtual std::size_t backlog() const = 0;                 // bytes that the client has not read yet
    virtual void end(const stream::StreamError& error) = 0;  // tells the client, and closes
    virtual std::string_view resumption_id() const = 0;      // empty: the session cannot be resumed
    virtual std::optional<stream::Resumption> take_resumption() = 0;
    virtual stream::Unsent take_unsent() = 0;  // when nothing more is written

  protected:
    ~ClientLink() = default;
};

}  // namespace rondel::server
