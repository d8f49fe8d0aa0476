#include "rondel/net/websocket_url.hpp"

#include <gtest/gtest.h>

namespace rondel::net {
namespace {

TEST(WebSocketUrl, has_a_host_a_port_and_a_path) {
    const WebSocketUrl url = *WebSocketUrl::parse("wss://chat.example.com:5281/ws?v=1");
    EXPECT_TRUE(url.tls);
    EXPECT_EQ(url.where.str(), "chat.example.com:5281");
    EXPECT_EQ(url.path, "/ws?v=1");
    EXPECT_EQ(WebSocketUrl::parse("ws://[::1]:5280/")->where.str(), "[::1]:5280");
    EXPECT_EQ(WebSocketUrl::parse("ws://[::1]:5280/")->path, "/");
}

TEST(WebSocketUrl, what_is_left_out_is_as_usual) {
    EXPECT_EQ(WebSocketUrl::parse("wss://example.com")->where.port, 443);
    EXPECT_EQ(WebSocketUrl::parse("ws://example.com")->where.port, 80);
    EXPECT_FALSE(WebSocketUrl::parse("ws://example.com")->tls);
    EXPECT_EQ(WebSocketUrl::parse("wss://example.com")->path, "/xmpp-websocket");
}

TEST(WebSocketUrl, V03_what_is_none_is_refused) {
    for (const char* bad : {"", "http://example.com/", "wss:example.com", "wss://", "wss:///path", "wss://a b/",
                            "wss://example.com/a b", "wss://example.com/\r\nHost: x", "wss://user@example.com/",
                            "wss://example.com/#part", "wss://unix:/tmp/x", "wss://example.com:0x50/"})
        EXPECT_FALSE(WebSocketUrl::parse(bad)) << bad;
}

}  // namespace
}  // namespace rondel::net
