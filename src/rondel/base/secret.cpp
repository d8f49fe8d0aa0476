#include "rondel/base/secret.hpp"

#include "rondel/base/digest.hpp"

#include <algorithm>
#include <ostream>
#include <utility>

#include <openssl/crypto.h>

namespace rondel {

Secret::Secret(std::string_view text) : text_(text.empty() ? nullptr : new char[text.size()]), size_(text.size()) {
    std::copy(text.begin(), text.end(), text_.get());
}

Secret Secret::take(std::string& text) {
    Secret secret(text);
    OPENSSL_cleanse(text.data(), text.size());
    text.clear();
    return secret;
}

Secret::Secret(Secret&& other) noexcept : text_(std::move(other.text_)), size_(std::exchange(other.size_, 0)) {}

Secret& Secret::operator=(Secret other) noexcept {  // `other` takes the old text and wipes it
    std::swap(text_, other.text_);
    std::swap(size_, other.size_);
    return *this;
}

Secret::~Secret() {
    if (text_) OPENSSL_cleanse(text_.get(), size_);
}

bool operator==(const Secret& a, const Secret& b) { return equal_in_constant_time(a.reveal(), b.reveal()); }

std::ostream& operator<<(std::ostream& out, const Secret&) { return out << "***"; }

}  // namespace rondel
