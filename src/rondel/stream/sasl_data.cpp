#include "rondel/stream/sasl_data.hpp"

#include "rondel/base/encoding.hpp"

namespace rondel::stream {

Result<std::string> sasl_data(xml::ElementView element) {
    if (!element.children().empty()) return make_error_code(TextError::bad_base64);
    return parse_base64(element.text());
}

Result<std::string> sasl_data_or_void(xml::ElementView element) {
    if (element.text() == "=" && element.children().empty()) return std::string();
    return sasl_data(element);
}

}  // namespace rondel::stream
