#include "rondel/net/descriptors.hpp"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace rondel::net {

namespace {

bool is_lack_of_descriptors(const std::error_code& error) {
    return error == std::errc::too_many_files_open || error == std::errc::too_many_files_open_in_system;
}

}  // namespace

bool out_of_descriptors() noexcept {
    const int one = ::open("/", O_PATH | O_CLOEXEC);
    if (one < 0) return errno == EMFILE || errno == ENFILE;
    ::close(one);
    return false;
}

bool is_for_now(const std::error_code& error) {
    return is_lack_of_descriptors(error) || error == std::errc::not_enough_memory;
}

std::string words_for(const boost::system::error_code& error) {
    return is_lack_of_descriptors(error) ? words_for_no_descriptors() : error.message();
}

std::string words_for_no_descriptors() {
    return std::generic_category().message(EMFILE) +
           "; the limit of this program may be too low: ulimit -n, LimitNOFILE";
}

}  // namespace rondel::net
