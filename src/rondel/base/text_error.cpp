#include "rondel/base/text_error.hpp"

#include <string>

namespace rondel {

namespace {

class TextCategory : public std::error_category {
  public:
    const char* name() const noexcept override { return "rondel.text"; }
    std::string message(int code) const override {
        switch (static_cast<TextError>(code)) {
            case TextError::bad_base64:
                return "The data is not base64 as RFC 4648 §4 has it: no line breaks, no other characters, padded with "
                       "zero bits and '='.";
            case TextError::bad_datetime:
                return "The text is no date and time: expected 2002-09-10T23:41:07Z, or with an offset such as +02:00 "
                       "instead of Z.";
            case TextError::bad_offset:
                return "The text is no offset from UTC: expected Z, or something between -14:00 and +14:00.";
        }
        return "Unknown text error.";
    }
};

}  // namespace

std::error_code make_error_code(TextError error) {
    static const TextCategory category;
    return {static_cast<int>(error), category};
}

}  // namespace rondel
