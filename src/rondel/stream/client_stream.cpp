#include "rondel/stream/client_stream.hpp"

#include "rondel/stream/client_core.hpp"

#include <utility>

namespace rondel::stream {

ClientStream::ClientStream(ClientIdentity who, ClientStreamOptions options, std::optional<Resumption> earlier)
    : Stream(std::make_unique<ClientCore>(std::move(who), std::move(options), std::move(earlier))) {}

std::optional<Resumption> ClientStream::take_resumption() { return static_cast<ClientCore&>(core()).take_resumption(); }
const std::vector<std::string>& ClientStream::features() const {
    return static_cast<const ClientCore&>(core()).features();
}
void ClientStream::set_active(bool active) { static_cast<ClientCore&>(core()).set_active(active); }

}  // namespace rondel::stream
