#include "rondel/sasl/offer_hash.hpp"

#include "rondel/base/encoding.hpp"
#include "rondel/sasl/scram_proof.hpp"

#include <algorithm>

namespace rondel::sasl {

namespace {

void append_sorted(std::vector<std::string>& names, std::string& out) {
    std::sort(names.begin(), names.end());  // by octets (RFC 4790 §9.3)
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i > 0) out += '\x1e';
        out += names[i];
    }
}

}  // namespace

std::string offer_hash(Hash hash, std::vector<std::string> mechanisms,
                       std::optional<std::vector<std::string>> binding_types) {
    std::string text;
    append_sorted(mechanisms, text);
    if (binding_types) {
        text += '\x1f';
        append_sorted(*binding_types, text);
    }
    return to_base64(digest(hash, {text}));
}

}  // namespace rondel::sasl
