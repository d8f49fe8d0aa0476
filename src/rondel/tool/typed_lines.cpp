#include "rondel/tool/typed_lines.hpp"

#include <iostream>
#include <mutex>
#include <thread>

namespace rondel::tool {

struct TypedLines::Shared {
    std::mutex mutex;
    std::function<void(std::optional<std::string>)> line;  // empty: nobody listens any more

    bool tell(std::optional<std::string> text) {
        const std::lock_guard lock(mutex);
        if (line) line(std::move(text));
        return static_cast<bool>(line);
    }
};

TypedLines::TypedLines(std::function<void(std::optional<std::string>)> line) : shared_(std::make_shared<Shared>()) {
    shared_->line = std::move(line);
    std::thread([shared = shared_] {
        std::string text;
        while (std::getline(std::cin, text))
            if (!shared->tell(text)) return;
        shared->tell(std::nullopt);
    }).detach();
}

TypedLines::~TypedLines() {
    const std::lock_guard lock(shared_->mutex);
    shared_->line = nullptr;
}

}  // namespace rondel::tool
