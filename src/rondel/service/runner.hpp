// A coroutine that runs one job after another and rests in between, so that what a coroutine costs to begin is paid
// once.
#pragma once

#include "rondel/service/job.hpp"
#include "rondel/service/parking.hpp"

#include <memory>

namespace rondel {

// Stands in the coroutine's own frame; who calls it on has a pointer to it as long as it rests.
struct Runner {
    std::unique_ptr<Job> job;  // that it runs; while it rests, one to be filled, unless that was taken
    Rest rest = {};
};

}  // namespace rondel
