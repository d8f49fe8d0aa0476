// In place of scan_avx2.cpp: a processor without AVX2, whatever this one is.
#include "rondel/xml/scan.hpp"

namespace rondel::xml {

const Kernels* avx2_kernels() { return nullptr; }

}  // namespace rondel::xml
