#include "rondel/service/handler.hpp"

#include <fmt/format.h>

namespace rondel {

void handling::refuse_payload(std::error_code why, std::string_view field) {
    if (field.empty()) throw StanzaError(Condition::bad_request, why.message());
    throw StanzaError(Condition::bad_request, fmt::format("{} ({})", why.message(), field));
}

}  // namespace rondel
