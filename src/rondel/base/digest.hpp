// Hashes and HMACs over pieces of text, by OpenSSL, and the comparison of secrets.
//
// All throw std::runtime_error if OpenSSL cannot compute the hash: out of memory, or an algorithm that its
// configuration forbids. Threads: free functions without state.
#pragma once

#include <array>
#include <initializer_list>
#include <string_view>

namespace rondel {

using Sha1 = std::array<unsigned char, 20>;
using Sha256 = std::array<unsigned char, 32>;
using Pieces = std::initializer_list<std::string_view>;  // hashed as if they were one text

Sha1 sha1(Pieces pieces);
Sha256 sha256(Pieces pieces);
Sha1 hmac_sha1(std::string_view key, Pieces pieces);
Sha256 hmac_sha256(std::string_view key, Pieces pieces);

// Equality for secrets and whatever is derived from them: the time tells nothing about where they differ. It does tell
// whether the lengths are the same. Use this, never ==, so that nobody can guess a secret piece by piece
// (CVE-2021-32921).
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace rondel
