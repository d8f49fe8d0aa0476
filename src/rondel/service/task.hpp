// task<T>: what a handler that waits returns. It is asio::awaitable<T>, so that everything that works with Asio works
// in a handler.
//
// g++ 12.2 frees twice, silently, a brace-made aggregate or a capturing lambda that is a temporary inside a co_await
// expression: name it first.
#pragma once

#include <boost/asio/awaitable.hpp>

namespace rondel {

template <class T = void>
using task = boost::asio::awaitable<T>;

}  // namespace rondel
