#include "rondel/net/input_blocks.hpp"

#include "rondel/net/pace.hpp"

#include <utility>

namespace rondel::net {

InputBlocks& InputBlocks::of_this_thread() {
    static thread_local InputBlocks blocks;
    return blocks;
}

InputBlocks::Shelf& InputBlocks::shelf_for(std::size_t size) { return size == Pace::usual ? usual_ : large_; }

std::unique_ptr<InputBlock> InputBlocks::take(std::size_t size) {
    for (std::unique_ptr<InputBlock>& place : shelf_for(size))
        if (place != nullptr) return std::exchange(place, nullptr);
    return std::make_unique<InputBlock>(size);
}

void InputBlocks::give_back(std::unique_ptr<InputBlock> block) {
    for (std::unique_ptr<InputBlock>& place : shelf_for(block->bytes.size()))
        if (place == nullptr) return place.swap(block);
}

void InputBlocks::bury(std::unique_ptr<InputBlock> block) {
    block->next = std::move(buried_);
    buried_ = std::move(block);
}

}  // namespace rondel::net
