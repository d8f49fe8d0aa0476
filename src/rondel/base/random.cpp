#include "rondel/base/random.hpp"

#include <atomic>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <stdexcept>

#include <openssl/rand.h>
#include <pthread.h>

namespace rondel {

namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// How many forks lie between the first process and this one. Asking the kernel for the process id would cost a call for
// each id.
std::atomic<unsigned> forks{0};

unsigned fork_count() {
    static const int registered =
        pthread_atfork(nullptr, nullptr, [] { forks.fetch_add(1, std::memory_order_relaxed); });
    if (registered != 0) throw std::runtime_error("Cannot watch for forks (pthread_atfork): out of memory.");
    return forks.load(std::memory_order_relaxed);
}

}  // namespace

void fill_random(std::span<unsigned char> bytes) {
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
        throw std::runtime_error("OpenSSL's random generator fails; without it no id is safe.");
}

std::string random_token(std::size_t bits) {
    std::string out((bits + 5) / 6, '\0');
    fill_random({reinterpret_cast<unsigned char*>(out.data()), out.size()});
    for (char& c : out) c = alphabet[static_cast<unsigned char>(c) % alphabet.size()];  // 64 divides 256: even
    return out;
}

RandomId RandomIds::next() {
    const unsigned now = fork_count();
    if (used_ == bytes_.size() || fork_count_ != now) {
        fill_(bytes_);
        used_ = 0;
        fork_count_ = now;
    }
    RandomId id;
    char* out = id.text_.data();
    for (std::size_t i = 0; i < id_bytes; i += 3) {
        const unsigned char* three = bytes_.data() + used_ + i;
        *out++ = alphabet[three[0] >> 2];
        *out++ = alphabet[(three[0] & 3) << 4 | three[1] >> 4];
        *out++ = alphabet[(three[1] & 15) << 2 | three[2] >> 6];
        *out++ = alphabet[three[2] & 63];
    }
    used_ += id_bytes;
    return id;
}

double random_uniform() {
    std::array<unsigned char, 8> bytes;
    fill_random(bytes);
    std::uint64_t number;
    std::memcpy(&number, bytes.data(), bytes.size());
    return std::ldexp(static_cast<double>(number >> 11), -53);
}

Duration random_duration(Duration limit, const Uniform& uniform) {
    const double ticks = uniform() * static_cast<double>(limit.count());
    return std::min(limit, Duration(static_cast<Duration::rep>(ticks)));
}

}  // namespace rondel
