#include "rondel/stream/stream_fault.hpp"

#include <string>

namespace rondel::stream {

namespace {

class StreamFaults : public std::error_category {
  public:
    const char* name() const noexcept override { return "rondel.stream"; }
    std::string message(int fault) const override {
        switch (static_cast<StreamFault>(fault)) {
            case StreamFault::not_open:
                return "The stream is not open, so no stanza can be sent on it.";
            case StreamFault::no_from:
                return "A stanza from a component must have a 'from' (XEP-0114).";
            case StreamFault::foreign_from:
                return "The 'from' of a component's stanza must be an address of the component's own domain "
                       "(XEP-0114).";
            case StreamFault::no_to:
                return "A stanza from a component must have a 'to' (XEP-0114).";
        }
        return "The stream refused the stanza.";
    }
};

}  // namespace

std::error_code make_error_code(StreamFault fault) {
    static const StreamFaults category;
    return {static_cast<int>(fault), category};
}

}  // namespace rondel::stream
