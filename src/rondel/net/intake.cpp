#include "rondel/net/intake.hpp"

#include <new>

#include <boost/asio/post.hpp>

namespace rondel::net {

void Intake::end(const boost::asio::any_io_executor& executor) {
    if (!is_reading_ || block_ == nullptr) return;
    try {
        const auto kept = std::make_shared<std::unique_ptr<InputBlock>>();
        boost::asio::post(executor, [kept] {});
        *kept = std::move(block_);
    } catch (const std::bad_alloc&) {
        InputBlocks::of_this_thread().bury(std::move(block_));
    }
}

}  // namespace rondel::net
