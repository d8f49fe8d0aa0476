// What is done for every stanza does not touch the heap: the steady state of an echo allocates nothing.
#include "rondel/base/digest.hpp"
#include "rondel/base/jid.hpp"
#include "rondel/base/random.hpp"
#include "rondel/base/utf8.hpp"

#include <cstdlib>
#include <new>
#include <string>

#include <gtest/gtest.h>

namespace {
thread_local std::size_t allocations = 0;
}

// For this whole test program; the array and nothrow forms end up here too. Never inlined: g++ 12 then sees free() and
// takes it for a mistake.
[[gnu::noinline]] void* operator new(std::size_t size) {
    ++allocations;
    if (void* memory = std::malloc(size)) return memory;
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace rondel {
namespace {

template <class Work>
std::size_t allocations_of(Work work) {
    const std::size_t before = allocations;
    work();
    return allocations - before;
}

TEST(NoHeap, the_counter_counts) {
    EXPECT_GE(allocations_of([] { EXPECT_EQ(std::string(100, 'a').size(), 100u); }), 1u);
}

TEST(NoHeap, looking_at_an_address) {
    const std::string text = "user@example.com/resource-that-is-longer-than-any-small-string";
    EXPECT_EQ(allocations_of([&] {
                  EXPECT_TRUE(JidView::is_prepared(text));
                  EXPECT_FALSE(JidView::is_prepared("User@example.com"));
                  const JidView jid = JidView::of_prepared(text);
                  EXPECT_EQ(jid.bare().resource().size(), 0u);
                  EXPECT_EQ(jid.domain().size(), 11u);
                  EXPECT_EQ(std::hash<JidView>()(jid), std::hash<JidView>()(jid));
              }),
              0u);
}

TEST(NoHeap, making_an_id) {
    RandomIds ids;
    ids.next();  // fills the store, and seeds OpenSSL's generator
    EXPECT_EQ(allocations_of([&] {
                  for (int i = 0; i < 63; ++i) EXPECT_EQ(ids.next().view().size(), 16u);
              }),
              0u);
}

TEST(NoHeap, checking_text_and_secrets) {
    EXPECT_EQ(allocations_of([] {
                  EXPECT_TRUE(is_xml_text("some text \u00E4"));
                  EXPECT_TRUE(is_utf8("some text \u00E4"));
                  EXPECT_FALSE(equal_in_constant_time("a", "b"));
              }),
              0u);
}

}  // namespace
}  // namespace rondel
