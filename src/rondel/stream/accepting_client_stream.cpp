#include "rondel/stream/accepting_client_stream.hpp"

#include "rondel/stream/accepting_client_core.hpp"

#include <utility>

namespace rondel::stream {

AcceptingClientStream::AcceptingClientStream(ClientDirectory& directory, AcceptingClientOptions options,
                                             std::function<std::string()> stream_ids)
    : Stream(std::make_unique<AcceptingClientCore>(directory, std::move(options), std::move(stream_ids))) {}

std::optional<Resumption> AcceptingClientStream::take_resumption() {
    return static_cast<AcceptingClientCore&>(core()).take_resumption();
}

std::string_view AcceptingClientStream::resumption_id() const {
    return static_cast<AcceptingClientCore&>(core()).resumption_id();
}

}  // namespace rondel::stream
