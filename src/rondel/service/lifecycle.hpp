// Why a session, or an attempt at one, ended.
#pragma once

#include <string>

namespace rondel {

struct Lost {
    std::string why;  // one sentence for the person who must act; safe to log
    bool had_session = false;
    bool final = false;  // the host will not try again
};

}  // namespace rondel
