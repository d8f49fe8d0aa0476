// Lines that a person types, or that come from a pipe or a file, without holding up the event loop.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace rondel::tool {

// Reads standard input on a thread of its own, and hands each line to `line`; nullopt at the end of input. The thread
// may still wait for a line when this ends; it then says nothing more. Threads: `line` is called on the reading thread.
class TypedLines {
  public:
    explicit TypedLines(std::function<void(std::optional<std::string>)> line);
    ~TypedLines();
    TypedLines(const TypedLines&) = delete;
    TypedLines& operator=(const TypedLines&) = delete;

  private:
    struct Shared;
    std::shared_ptr<Shared> shared_;
};

}  // namespace rondel::tool
