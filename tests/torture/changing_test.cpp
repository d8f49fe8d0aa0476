// F10: memory ends while a stanza gets an address or an id. It is what it was, or has all of it.
#include "rondel/stanza/message.hpp"
#include "rondel/xml/writer.hpp"

#include <functional>
#include <new>
#include <string>
#include <thread>

#include "tests/torture/scarce_memory.hpp"
#include <gtest/gtest.h>

namespace rondel::torture {
namespace {

// Up to more attributes than a block has room for at first.
constexpr int most_attributes = 40;

Message with_attributes(int count) {
    Message message("romeo@example.net"_jid);
    for (int i = 0; i < count; ++i) message.element().set("a" + std::to_string(i), "x");
    return message;
}

std::size_t fails(const std::function<void(Message&)>& change) {
    std::size_t failed = 0;
    for (int count = 0; count < most_attributes; ++count) {
        for (std::size_t number = 1;; ++number) {
            Message message = with_attributes(count);
            const std::string before = xml::to_string(message.element(), {});
            bool thrown = false;
            fail_allocation(number);
            try {
                change(message);
            } catch (const std::bad_alloc&) {
                thrown = true;
            }
            const bool has = has_failed();
            fail_allocation(0);
            EXPECT_EQ(thrown, has);
            if (!has) break;
            ++failed;
            EXPECT_EQ(xml::to_string(message.element(), {}), before);
            EXPECT_TRUE(message.from().empty());
            EXPECT_FALSE(message.id());
            change(message);
            EXPECT_NE(xml::to_string(message.element(), {}), before);
        }
    }
    return failed;
}

// On a thread of its own, whose blocks are new and small.
void expect_some_fail(const std::function<void(Message&)>& change) {
    std::thread([&] { EXPECT_GE(fails(change), 2U); }).join();
}

TEST(Torture, F10_a_stanza_for_which_memory_ends_while_it_gets_an_address_is_as_it_was) {
    const Jid juliet = "juliet@example.com/balcony"_jid;
    expect_some_fail([&](Message& message) { message.set_from(juliet); });
}

TEST(Torture, F10_a_stanza_for_which_memory_ends_while_it_gets_an_id_is_as_it_was) {
    expect_some_fail([](Message& message) { message.set_id("28482-98726-73623"); });
}

}  // namespace
}  // namespace rondel::torture
