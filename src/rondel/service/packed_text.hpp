// A short text that is kept in great numbers: one pointer, and the bytes themselves.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

namespace rondel {

// Owns: its bytes. Moved, not copied.
class PackedText {
  public:
    PackedText() = default;
    explicit PackedText(std::string_view text)
        : bytes_(std::make_unique_for_overwrite<char[]>(sizeof(Size) + text.size())) {
        const auto size = static_cast<Size>(text.size());
        std::memcpy(bytes_.get(), &size, sizeof size);
        std::memcpy(bytes_.get() + sizeof size, text.data(), text.size());
    }

    std::string_view view() const {
        if (bytes_ == nullptr) return {};
        Size size = 0;
        std::memcpy(&size, bytes_.get(), sizeof size);
        return {bytes_.get() + sizeof size, size};
    }

  private:
    using Size = std::uint32_t;
    std::unique_ptr<char[]> bytes_;
};

}  // namespace rondel
