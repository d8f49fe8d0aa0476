// Echoing does not touch the heap in the steady state: blocks come from the cache of the thread and go back to it.
#include "rondel/stanza/iq.hpp"
#include "rondel/stanza/message.hpp"

#include <cstdlib>
#include <new>
#include <string>

#include <gtest/gtest.h>

namespace {
thread_local std::size_t allocations = 0;
}

// Replaced for this whole test program; only the tests below look at the counter. Not inlined, or g++ sees a free()
// without malloc().
[[gnu::noinline]] void* operator new(std::size_t size) {
    ++allocations;
    if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace rondel {
namespace {

template <class F>
std::size_t allocations_in_steady_state(F step) {
    for (int i = 0; i < 4; ++i) step();
    const std::size_t before = allocations;
    for (int i = 0; i < 1000; ++i) step();
    return allocations - before;
}

Message received(std::size_t body_size) {
    Message message("echo.example.com"_jid, std::string(body_size, 'x'));
    message.set_from("juliet@capulet.lit/balcony"_jid);
    message.set_id("ktx72v49");
    return message;
}

TEST(Allocation, replies_touch_the_heap_zero_times) {
    for (const std::size_t size : {16u, 700u, 10'000u}) {
        const Message in = received(size);
        EXPECT_EQ(allocations_in_steady_state([&] { static_cast<void>(in.reply("echo: {}", *in.body())); }), 0u)
            << size;
        EXPECT_EQ(allocations_in_steady_state([&] { static_cast<void>(in.reply(*in.body())); }), 0u) << size;
        EXPECT_EQ(allocations_in_steady_state([&] { static_cast<void>(in.copy()); }), 0u) << size;
    }
}

TEST(Allocation, nor_do_answers_to_requests) {
    Iq in(IqType::get, "echo.example.com"_jid);
    in.set_from("juliet@capulet.lit/balcony"_jid);
    in.set_id("ktx72v49");
    in.add("ping", "urn:xmpp:ping");
    EXPECT_EQ(allocations_in_steady_state([&] { static_cast<void>(in.result()); }), 0u);
    EXPECT_EQ(allocations_in_steady_state([&] { static_cast<void>(in.error_reply(StanzaError(Condition::conflict))); }),
              0u);
}

}  // namespace
}  // namespace rondel
