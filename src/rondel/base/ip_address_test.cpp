#include "rondel/base/ip_address.hpp"

#include <gtest/gtest.h>

namespace rondel {
namespace {

TEST(IpAddress, v4_is_four_decimal_numbers) {
    for (const char* text : {"0.0.0.0", "127.0.0.1", "255.255.255.255"}) EXPECT_TRUE(is_ipv4(text)) << text;
    for (const char* text :
         {"", "1", "1.2.3", "1.2.3.4.5", "256.0.0.1", "01.2.3.4", "0x1.2.3.4", " 1.2.3.4", "1.2.3.4 ", "1..3.4", "::1"})
        EXPECT_FALSE(is_ipv4(text)) << text;
    EXPECT_FALSE(is_ipv4(std::string_view("1.2.3.4\0", 8)));
}

TEST(IpAddress, v6_is_RFC4291_text) {
    for (const char* text : {"::", "::1", "2001:db8::1", "2001:DB8:0:0:0:0:0:1", "1:2:3:4:5:6:7:8", "::ffff:192.0.2.1"})
        EXPECT_TRUE(is_ipv6(text)) << text;
    for (const char* text : {"", ":", ":::", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3",
                             "12345::", "g::", "::1%eth0", "[::1]", "127.0.0.1"})
        EXPECT_FALSE(is_ipv6(text)) << text;
    EXPECT_FALSE(is_ipv6(std::string(1000, ':')));
}

TEST(IpAddress, a_literal_has_brackets_and_perhaps_a_zone) {
    EXPECT_EQ(ip_literal("[::1]"), "[::1]");
    EXPECT_EQ(ip_literal("[2001:DB8::A]"), "[2001:db8::a]");
    EXPECT_EQ(ip_literal("[FE80::1%25Eth0]"), "[fe80::1%25Eth0]");
    EXPECT_EQ(ip_literal("[fe80::1%25a%20b]"), "[fe80::1%25a%20b]");
    EXPECT_EQ(ip_literal("[::1%25Zz09-._~%aF%Fa%00]"), "[::1%25Zz09-._~%aF%Fa%00]");
    for (const char* text :
         {"",           "[",           "]",           "[]",          "::1",         "[::1",        "::1]",
          "[[::1]]",    "[::1] ",      "[127.0.0.1]", "[v1.a]",      "[::1%eth0]",  "[::1%25]",    "[::1%25a/b]",
          "[::1%25%2]", "[::1%25%zz]", "[::1%25%0G]", "[::1%25%g0]", "[::1%25%:0]", "[::1%25%`0]", "[::1%25{]",
          "[::1%25[]",  "[::1%25:]",   "[%25a]"})
        EXPECT_EQ(ip_literal(text), std::nullopt) << text;
}

}  // namespace
}  // namespace rondel
