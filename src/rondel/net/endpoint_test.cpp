#include "rondel/net/endpoint.hpp"

#include <gtest/gtest.h>

namespace rondel::net {
namespace {

TEST(Endpoint, takes_a_name_with_and_without_a_port) {
    EXPECT_EQ(Endpoint::parse("example.com")->str(), "example.com:5347");
    EXPECT_EQ(Endpoint::parse("example.com:8888")->port, 8888);
    EXPECT_EQ(Endpoint::parse("127.0.0.1:0", 1)->port, 0);
}

TEST(Endpoint, takes_ipv6_with_brackets_and_bare) {
    EXPECT_EQ(Endpoint::parse("[::1]:5347")->host, "::1");
    EXPECT_EQ(Endpoint::parse("[::1]")->port, component_port);
    EXPECT_EQ(Endpoint::parse("2001:db8::7")->str(), "[2001:db8::7]:5347");
}

TEST(Endpoint, takes_a_unix_socket) {
    const Endpoint endpoint = *Endpoint::parse("unix:/run/xmpp/component.sock");
    EXPECT_TRUE(endpoint.is_unix());
    EXPECT_EQ(endpoint.path, "/run/xmpp/component.sock");
    EXPECT_EQ(endpoint.str(), "unix:/run/xmpp/component.sock");
}

TEST(Endpoint, refuses_what_is_none_of_these_with_a_sentence) {
    for (const char* bad : {"", ":5347", "host:", "host:port", "host:65536", "host:-1", "host:53 47", "[::1",
                            "[::1]5347", "a b", "unix:", "user@host", "http://host",
                            "unix:/"
                            "a-path-that-is-longer-than-the-hundred-and-seven-bytes-that-the-address-of-a-unix-socket-"
                            "has-room-for-on-linux"}) {
        const Result<Endpoint> endpoint = Endpoint::parse(bad);
        ASSERT_FALSE(endpoint) << bad;
        EXPECT_NE(endpoint.error().message().find("HOST:PORT"), std::string::npos);
    }
}

}  // namespace
}  // namespace rondel::net
