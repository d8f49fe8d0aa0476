// The limit of this process for descriptors, put back at the end.
#pragma once

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace rondel::testing {

// Threads: of the whole process.
class DescriptorLimit {
  public:
    DescriptorLimit() { getrlimit(RLIMIT_NOFILE, &before_); }
    ~DescriptorLimit() { lift(); }
    DescriptorLimit(const DescriptorLimit&) = delete;
    DescriptorLimit& operator=(const DescriptorLimit&) = delete;

    bool set(rlim_t limit) {
        const rlimit wanted{limit, before_.rlim_max};
        return limit <= before_.rlim_max && setrlimit(RLIMIT_NOFILE, &wanted) == 0;
    }
    // So many can be opened from now on, and no more, as long as none is closed. (Numbers are given from the lowest
    // that is free: those that are open may leave gaps.)
    bool leave(int free) {
        constexpr int most = 64;
        int taken[most];
        if (free < 0 || free >= most) return false;
        lift();
        for (int i = 0; i <= free; ++i) taken[i] = ::dup(0);
        const int beyond = taken[free];
        for (int i = 0; i <= free; ++i) ::close(taken[i]);
        return beyond >= 0 && set(static_cast<rlim_t>(beyond));
    }
    void lift() { setrlimit(RLIMIT_NOFILE, &before_); }

  private:
    rlimit before_{};
};

}  // namespace rondel::testing

#ifdef __SANITIZE_ADDRESS__
// UBSan looks at a vptr by way of a pipe, and takes a pipe that it cannot have for an object that is none. So there is
// always one for it.
extern "C" __attribute__((weak, used)) int pipe(int* ends) noexcept {
    rlimit now{};
    getrlimit(RLIMIT_NOFILE, &now);
    const rlimit widest{now.rlim_max, now.rlim_max};
    setrlimit(RLIMIT_NOFILE, &widest);
    const long made = syscall(SYS_pipe2, ends, 0);
    setrlimit(RLIMIT_NOFILE, &now);
    return static_cast<int>(made);
}
#endif
