// Every version of the kernels that this processor can run.
#pragma once

#include "rondel/xml/scan.hpp"

#include <vector>

namespace rondel::xml {

inline std::vector<const Kernels*> all_kernels() {
    std::vector<const Kernels*> all{&portable_kernels};
    if (avx2_kernels() != nullptr) all.push_back(avx2_kernels());
    return all;
}

}  // namespace rondel::xml
