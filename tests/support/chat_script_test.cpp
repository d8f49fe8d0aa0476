#include "tests/support/chat_script.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace rondel::test {
namespace {

constexpr std::string_view cast =
    "# A title.\n"
    "[component] echo\n"
    "    jid: echo.localhost\n"
    "[server] the server\n"
    "    knows: echo.localhost secret\n"
    "    knows: other.localhost pass word\n"
    "---\n";

ChatScript parse(std::string_view lines) { return ChatScript::parse("x.chat", std::string(cast) + std::string(lines)); }

std::string complaint(std::string_view text) {
    try {
        ChatScript::parse("x.chat", text);
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return {};
}

TEST(ChatScript, has_a_cast_with_settings) {
    const ChatScript script = parse("echo connects\n");
    EXPECT_EQ(script.role("component").name, "echo");
    EXPECT_EQ(script.role("component").setting("jid"), "echo.localhost");
    EXPECT_EQ(script.role("component").setting("secret", "none"), "none");
    EXPECT_EQ(script.role("server").name, "the server");
    EXPECT_EQ(script.role("server").settings.count("knows"), 2u);
    EXPECT_FALSE(script.role("server").by_hand());
}

TEST(ChatScript, each_line_is_somebody_doing_something) {
    const ChatScript script = parse(
        "echo connects\n"
        "\n"
        "the server sends: <a/>\n"
        "# a comment\n"
        "echo closes\n"
        "echo closes with system-shutdown\n"
        "70 s pass\n"
        "echo ends: closed_by_us\n"
        "the server sends a space\n");
    ASSERT_EQ(script.lines.size(), 7u);
    EXPECT_EQ(script.lines[1].who, "the server");
    EXPECT_EQ(script.lines[1].verb, "sends");
    EXPECT_EQ(script.lines[1].what, "<a/>");
    EXPECT_EQ(script.lines[1].number, 10);
    EXPECT_EQ(script.lines[2].verb, "closes");
    EXPECT_EQ(script.lines[3].verb, "closes with");
    EXPECT_EQ(script.lines[3].what, "system-shutdown");
    EXPECT_EQ(script.lines[4].verb, "pass");
    EXPECT_EQ(script.lines[4].what, "70");
    EXPECT_EQ(script.lines[5].what, "closed_by_us");
    EXPECT_EQ(script.lines[6].verb, "sends a space");
}

TEST(ChatScript, xml_goes_on_in_indented_lines) {
    const ChatScript script = parse(
        "echo sends:\n"
        "    <a x='1'\n"
        "       y='2'>\n"
        "      <b/>\n"
        "    </a>\n");
    EXPECT_EQ(script.lines[0].what, "<a x='1' y='2'><b/></a>");
}

TEST(ChatScript, says_where_it_is_wrong) {
    EXPECT_EQ(complaint(std::string(cast) + "echo dances\n"), "x.chat:8: Nobody of the cast can do this: echo dances");
    EXPECT_NE(complaint(std::string(cast) + "nobody connects\n"), "");
    EXPECT_NE(complaint(std::string(cast)), "");
    EXPECT_NE(complaint("[component] echo\n[server] s\n"), "");
    EXPECT_NE(complaint("[component] echo\n---\necho connects\n"), "");
    EXPECT_NE(complaint("    jid: x\n"), "");
    EXPECT_NE(complaint("component\n"), "");
    EXPECT_NE(complaint(std::string(cast) + "    <a/>\n"), "");
}

}  // namespace
}  // namespace rondel::test
