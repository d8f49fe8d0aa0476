// What connections of one thread read into, one after the other. A connection that waits for bytes has none; one that
// is not done with them keeps its own. Inside the floor.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>

namespace rondel::net {

struct InputBlock {
    explicit InputBlock(std::size_t size)
        : memory(std::make_unique_for_overwrite<char[]>(size)), bytes(memory.get(), size) {}

    const std::unique_ptr<char[]> memory;
    const std::span<char> bytes;
    std::unique_ptr<InputBlock> next;  // of those that are buried
};

class InputBlocks {
  public:
    static InputBlocks& of_this_thread();

    std::unique_ptr<InputBlock> take(std::size_t size);  // one of Pace's two sizes
    void give_back(std::unique_ptr<InputBlock> block);
    // One that may still be written into, and there is no memory to wait for that: until the thread ends.
    void bury(std::unique_ptr<InputBlock> block);

  private:
    using Shelf = std::array<std::unique_ptr<InputBlock>, 4>;
    Shelf& shelf_for(std::size_t size);

    Shelf usual_, large_;
    std::unique_ptr<InputBlock> buried_;
};

}  // namespace rondel::net
