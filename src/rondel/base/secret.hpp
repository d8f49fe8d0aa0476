// Passwords and the like: held where nobody prints them by mistake, and wiped when they are no longer needed.
#pragma once

#include <compare>
#include <cstddef>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>

#include <boost/system/result.hpp>
#include <fmt/core.h>

namespace rondel {

// A value. Its memory is overwritten when it ends, is assigned to or is moved from; a log shows "***". What it was made
// from is not wiped, except by `take`.
class Secret {
  public:
    Secret() = default;
    // Implicit, so that a configuration may say .secret = "pass".
    Secret(std::string_view text);  // NOLINT(google-explicit-constructor)
    Secret(const char* text) : Secret(std::string_view(text)) {}
    Secret(const std::string& text) : Secret(std::string_view(text)) {}
    static Secret take(std::string& text);  // wipes and empties `text`

    Secret(const Secret& other) : Secret(other.reveal()) {}
    Secret(Secret&& other) noexcept;
    Secret& operator=(Secret other) noexcept;
    ~Secret();

    // The only way to the text. Valid as long as the secret is neither assigned to nor moved from.
    std::string_view reveal() const { return {text_.get(), size_}; }
    bool empty() const { return size_ == 0; }

    friend bool operator==(const Secret& a, const Secret& b);  // in constant time

  private:
    std::unique_ptr<char[]> text_;  // not a string, which would leave short text behind when moved
    std::size_t size_ = 0;
};

std::ostream& operator<<(std::ostream&, const Secret&);  // "***"

struct SecretFile {
    Secret secret;
    std::string warning;  // a sentence for the operator, or empty
};

struct SecretFileError {
    std::string sentence;  // for the operator; names the file
};
[[noreturn]] void throw_exception_from_error(const SecretFileError&, const boost::source_location&);  // runtime_error

// The content of a file without its final line break. An error if the file is missing, cannot be read, is empty, or is
// longer than 4096 bytes. A file that every user of the machine can read gives a warning.
boost::system::result<SecretFile, SecretFileError> read_secret_file(const std::string& path);

}  // namespace rondel

template <>
struct fmt::formatter<rondel::Secret> : fmt::formatter<fmt::string_view> {
    template <class Context>
    auto format(const rondel::Secret&, Context& context) const {
        return fmt::formatter<fmt::string_view>::format("***", context);
    }
};
