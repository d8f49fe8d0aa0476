// How a case ends other than well.
#pragma once

#include <stdexcept>
#include <string>

namespace rondel::conformance {

// What had to come did not, or something else did. A sentence for whoever mends the peer.
struct Unmet : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// The case could not be tried: the peer does not offer what it is about, or we were not given what it takes.
struct NotOffered : std::runtime_error {
    using std::runtime_error::runtime_error;
};

}  // namespace rondel::conformance
