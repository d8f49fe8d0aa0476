#include "rondel/base/secret.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <sys/stat.h>
#include <unistd.h>

namespace rondel {

namespace {

constexpr std::size_t size_limit = 4096;

class File {
  public:
    explicit File(const std::string& path) : descriptor_(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() {
        if (is_open()) close(descriptor_);
    }
    bool is_open() const { return descriptor_ >= 0; }
    int descriptor() const { return descriptor_; }

  private:
    int descriptor_;
};

// Memory for what is read, wiped at the end.
struct Buffer {
    std::array<char, size_limit + 1> bytes;
    std::size_t used = 0;

    Buffer() = default;
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;
    ~Buffer() { OPENSSL_cleanse(bytes.data(), bytes.size()); }
};

bool read_all(int descriptor, Buffer& buffer) {
    while (buffer.used < buffer.bytes.size()) {
        const ssize_t count = read(descriptor, buffer.bytes.data() + buffer.used, buffer.bytes.size() - buffer.used);
        if (count == 0) return true;
        if (count > 0)
            buffer.used += static_cast<std::size_t>(count);
        else if (errno != EINTR)
            return false;
    }
    return true;
}

std::string_view without_line_break(std::string_view text) {
    if (text.ends_with('\n')) text.remove_suffix(1);
    if (text.ends_with('\r')) text.remove_suffix(1);
    return text;
}

}  // namespace

void throw_exception_from_error(const SecretFileError& error, const boost::source_location&) {
    throw std::runtime_error(error.sentence);
}

boost::system::result<SecretFile, SecretFileError> read_secret_file(const std::string& path) {
    const File file(path);
    if (!file.is_open())
        return SecretFileError{fmt::format("Cannot open the secret file {}: {}.", path, std::strerror(errno))};
    struct stat about {};
    if (fstat(file.descriptor(), &about) != 0)
        return SecretFileError{fmt::format("Cannot examine the secret file {}: {}.", path, std::strerror(errno))};

    Buffer buffer;
    if (!read_all(file.descriptor(), buffer))
        return SecretFileError{fmt::format("Cannot read the secret file {}: {}.", path, std::strerror(errno))};
    if (buffer.used > size_limit)
        return SecretFileError{
            fmt::format("The secret file {} is longer than {} bytes; is it the right file?", path, size_limit)};
    const std::string_view text = without_line_break({buffer.bytes.data(), buffer.used});
    if (text.empty()) return SecretFileError{fmt::format("The secret file {} is empty.", path)};

    SecretFile found{Secret(text), ""};
    if (S_ISREG(about.st_mode) && (about.st_mode & S_IROTH) != 0)
        found.warning =
            fmt::format("Every user of this machine can read the secret file {}; run: chmod o-rwx {}", path, path);
    return found;
}

}  // namespace rondel
