// Echoing does not touch the heap in the steady state: blocks come from the cache of the thread and go back to it.
#include "rondel/stanza/iq.hpp"
#include "rondel/stanza/message.hpp"

#include <cstdlib>
#include <new>
#include <string>
#include <utility>

#include "tests/support/stanza_text.hpp"
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

// As it comes from a peer, with addresses that were looked at.
Stanza received(const std::string& text) {
    Element element = test::stanza_of(text);
    return std::move(*Stanza::parse(element));
}

constexpr const char* addresses = " from='juliet@capulet.lit/balcony' to='echo.example.com' id='ktx72v49'";

TEST(Allocation, replies_touch_the_heap_zero_times) {
    for (const std::size_t size : {16u, 700u, 10'000u}) {
        const Message in(received(std::string("<message") + addresses + " type='chat'><body>" + std::string(size, 'x') +
                                  "</body></message>"));
        EXPECT_EQ(allocations_in_steady_state([&] { static_cast<void>(in.reply("echo: {}", *in.body())); }), 0u)
            << size;
        EXPECT_EQ(allocations_in_steady_state([&] { static_cast<void>(in.reply(*in.body())); }), 0u) << size;
        EXPECT_EQ(allocations_in_steady_state([&] { static_cast<void>(in.reply("Other.").id("1")); }), 0u) << size;
        EXPECT_EQ(allocations_in_steady_state([&] { static_cast<void>(in.copy()); }), 0u) << size;
    }
}

TEST(Allocation, nor_do_answers_to_requests) {
    const Iq in(received(std::string("<iq type='get'") + addresses + "><ping xmlns='urn:xmpp:ping'/></iq>"));
    EXPECT_EQ(allocations_in_steady_state([&] { static_cast<void>(in.result()); }), 0u);
    EXPECT_EQ(allocations_in_steady_state([&] { static_cast<void>(in.error_reply(StanzaError(Condition::conflict))); }),
              0u);
}

}  // namespace
}  // namespace rondel
