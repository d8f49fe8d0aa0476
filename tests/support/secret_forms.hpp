// A secret in every form in which it could get into a log.
#pragma once

#include "rondel/base/digest.hpp"
#include "rondel/base/encoding.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace rondel::test {

// What base64 shows of `text` wherever it stands in what is encoded: the characters that nothing else has a part in.
inline std::vector<std::string> base64_of_inner(std::string_view text) {
    std::vector<std::string> forms;
    for (const std::size_t before : {0U, 1U, 2U}) {
        const std::string whole = to_base64(std::string(before, '\0') + std::string(text));
        const std::size_t from = (before * 8 + 5) / 6;
        const std::size_t to = (before + text.size()) * 8 / 6;
        forms.push_back(whole.substr(from, to - from));
    }
    return forms;
}

// As it is, in base64, in hexadecimal, and its digests in both.
inline std::vector<std::string> forms_of(std::string_view secret) {
    std::vector<std::string> forms = base64_of_inner(secret);
    forms.emplace_back(secret);
    forms.push_back(to_hex(secret));
    const Sha1 sha1_of = sha1({secret});
    const Sha256 sha256_of = sha256({secret});
    for (const std::string_view digest :
         {std::string_view(reinterpret_cast<const char*>(sha1_of.data()), sha1_of.size()),
          std::string_view(reinterpret_cast<const char*>(sha256_of.data()), sha256_of.size())}) {
        forms.push_back(to_hex(digest));
        forms.push_back(to_base64(digest));
    }
    return forms;
}

}  // namespace rondel::test
