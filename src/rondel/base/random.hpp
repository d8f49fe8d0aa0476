// Unpredictable values. All come from OpenSSL's generator, which is seeded by the operating system and again after a
// fork; there is no other source of randomness in the library (CVE-2016-1232 is what happens otherwise).
//
// All throw std::runtime_error if the generator fails: a guessable id is worse than none.
// Threads: the free functions can be called anywhere.
#pragma once

#include "rondel/base/time.hpp"

#include <array>
#include <compare>
#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace rondel {

void fill_random(std::span<unsigned char> bytes);

// Text of at least `bits` unguessable bits, rounded up to six, out of A–Z a–z 0–9 - _ (nothing that XML or a URL would
// escape). For stream ids, secrets, resources.
std::string random_token(std::size_t bits = 128);

// An id of 96 unguessable bits, on the stack.
class RandomId {
  public:
    static constexpr std::size_t size = 16;

    std::string_view view() const { return {text_.data(), size}; }
    operator std::string_view() const { return view(); }  // NOLINT(google-explicit-constructor): as std::string does
    std::string str() const { return std::string(view()); }
    friend auto operator<=>(const RandomId&, const RandomId&) = default;

  private:
    friend class RandomIds;
    std::array<char, size> text_;
};

// A stream of RandomIds, cheap enough for every stanza: no heap, and the generator is asked only once in 64 ids.
// After a fork, parent and child go different ways.
// Owns: its store of random bytes.   Threads: one at a time; give each connection or entity its own.
class RandomIds {
  public:
    using Fill = std::function<void(std::span<unsigned char>)>;

    RandomIds() : RandomIds(fill_random) {}
    explicit RandomIds(Fill fill) : fill_(std::move(fill)) {}  // for tests that want the same ids each time
    RandomIds(const RandomIds&) = delete;                      // a copy would give the same ids again
    RandomIds& operator=(const RandomIds&) = delete;

    RandomId next();

  private:
    static constexpr std::size_t id_bytes = 12;

    Fill fill_;
    std::array<unsigned char, 64 * id_bytes> bytes_;
    std::size_t used_ = sizeof bytes_;
    unsigned fork_count_ = 0;
};

// Numbers that are even over [0, 1). Tests put their own in its place.
using Uniform = std::function<double()>;
double random_uniform();

// Even over [0, limit]. `uniform` gives a number of [0, 1).
Duration random_duration(Duration limit, const Uniform& uniform = random_uniform);

}  // namespace rondel
