// In place of scan_avx2.cpp and jid_look_avx2.cpp: a processor without AVX2, whatever this one is.
#include "rondel/base/jid_look.hpp"
#include "rondel/xml/scan.hpp"

namespace rondel::jid_parts {

Look avx2_look() { return nullptr; }

}  // namespace rondel::jid_parts

namespace rondel::xml {

const Kernels* avx2_kernels() { return nullptr; }

}  // namespace rondel::xml
