// A reply with the very text that came is written as that stood (docs/decisions/0012-text-as-it-was-written.md); with
// any other it is escaped.
#include "rondel/stanza/message.hpp"
#include "rondel/xml/writer.hpp"

#include <optional>
#include <string>

#include "tests/support/stanza_text.hpp"
#include <gtest/gtest.h>

namespace rondel {
namespace {

using test::stanza_of;

// With a `to` an answer comes from a mould, and without one it does not (docs/decisions/0019-answers-from-moulds.md).
class Echo : public testing::TestWithParam<bool> {
  protected:
    Message message_of(std::string_view inside) const {
        return Message(
            Stanza(stanza_of("<message from='a@example.org/x'" + to + ">" + std::string(inside) + "</message>")));
    }
    std::string reply_with(std::string_view body) const {
        return "<message to='a@example.org/x'" + from +
               (body.empty() ? "><body/>" : "><body>" + std::string(body) + "</body>") + "</message>";
    }
    const std::string to = GetParam() ? " to='echo.example.org'" : "";
    const std::string from = GetParam() ? " from='echo.example.org'" : "";
};
INSTANTIATE_TEST_SUITE_P(WithAndWithoutTo, Echo, testing::Bool());

std::string written(const Message& message) { return xml::to_string(message.element(), xml::stanza_ns); }

TEST_P(Echo, of_the_body_is_as_it_stood) {
    for (const std::string& stood :
         {std::string("a &quot;b&quot; &lt;c&gt; &amp; &apos;d&apos;"), std::string("plain"), std::string(),
          std::string(20'000, 'x'), std::string("\xC3\xBC&apos;\xF4\x8F\xBF\xBF"),
          "&quot;" + std::string(5'000, 'x')}) {
        const Message in = message_of("<body>" + stood + "</body>");
        EXPECT_EQ(written(in.reply(*in.body())), reply_with(stood));
        EXPECT_EQ(in.reply(*in.body()).body(), in.body());
        EXPECT_TRUE(same(stanza_of(written(in.reply(*in.body()))), in.reply(*in.body()).element()));
    }
}

TEST_P(Echo, V44_T_ESC_of_anything_else_is_escaped) {
    const Message in = message_of("<subject>&apos;s&apos;</subject><body>a&quot;b&quot;&lt;c</body>");
    const Message other = message_of("<body>&gt;&quot;</body>");
    const std::string_view body = *in.body();
    EXPECT_EQ(written(in.reply(body.substr(0, 4))), reply_with("a\"b\""));
    EXPECT_EQ(written(in.reply(body.substr(1))), reply_with("\"b\"&lt;c"));
    EXPECT_EQ(written(in.reply(body.substr(0, 0))), reply_with(""));
    EXPECT_EQ(written(in.reply(body.substr(body.size()))), reply_with(""));
    EXPECT_EQ(written(in.reply(std::string_view(body.data(), body.size() + 8))), reply_with("a\"b\"&lt;ca&amp;quot;b"))
        << "what stands behind it is no part of it, but nobody can tell";
    EXPECT_EQ(written(in.reply(std::string(body))), reply_with("a\"b\"&lt;c")) << "the same text, of other memory";
    EXPECT_EQ(written(in.reply(*other.body())), reply_with("&gt;\""));
    EXPECT_EQ(written(in.reply("{}", body)), reply_with("a\"b\"&lt;c"));
    EXPECT_EQ(written(in.reply(*in.subject())), reply_with("&apos;s&apos;")) << "which is one of its own as well";
    EXPECT_EQ(written(in.reply("<&\"")), reply_with("&lt;&amp;\""));
    EXPECT_EQ(xml::to_string(in.reply("\x01").element()).substr(0, 4), "<!--") << "XML cannot carry it";
}

TEST_P(Echo, of_a_body_with_more_than_text_is_its_text) {
    const Message in = message_of("<body>&quot;<b xmlns='x'>bold</b>&apos;</body>");
    EXPECT_EQ(written(in.reply(*in.body())), reply_with("\"'"));
    const Message one = message_of("<body>a&quot;<b xmlns='x'>bold</b></body>");
    EXPECT_EQ(one.reply(*one.body()).body(), "a\"");
    const Message mixed = message_of("&quot;a&apos;<body>b</body>");
    EXPECT_EQ(mixed.reply(mixed.element().text()).body(), "\"a'") << "text that is in no child";
    EXPECT_TRUE(same(stanza_of(written(mixed.reply(mixed.element().text()))), stanza_of(reply_with("&quot;a&apos;"))));
}

TEST_P(Echo, of_a_body_that_was_changed_is_as_it_is_now) {
    Message in = message_of("<body>a&quot;b</body>");
    in.set_body("<\"");
    EXPECT_EQ(written(in.reply(*in.body())), reply_with("&lt;\""));
    in.set_body(*in.body());
    EXPECT_EQ(written(in.reply(*in.body())), reply_with("&lt;\""));
    in.set_body("a\"b");
    EXPECT_EQ(written(in), "<message from='a@example.org/x'" + to + "><body>a\"b</body></message>");
    Message again = message_of("<body>a&quot;b</body>");
    again.set_body(*again.body());
    EXPECT_EQ(again.body(), "a\"b");
    EXPECT_TRUE(same(stanza_of(written(again)), again.element()));
}

TEST_P(Echo, lives_when_what_came_is_gone) {
    std::optional<Message> in(message_of("<body>a&quot;b</body>"));
    Message out = in->reply(*in->body());
    in.reset();
    const Message of_the_same_memory = message_of("<body>&apos;another&apos;</body>");
    EXPECT_EQ(written(out), reply_with("a&quot;b"));
    out.add("x", "urn:x").text("y");
    EXPECT_EQ(written(out.copy()),
              "<message to='a@example.org/x'" + from + "><body>a&quot;b</body><x xmlns='urn:x'>y</x></message>");
    out.set_body("c");
    EXPECT_EQ(written(out), "<message to='a@example.org/x'" + from + "><body>c</body><x xmlns='urn:x'>y</x></message>");
    const Message back = message_of("<body>a&quot;b</body>");
    Message twice = back.reply(*back.body()).reply("x");
    twice = back.reply(*back.body());
    EXPECT_EQ(written(Message(twice.reply(*twice.body()))),
              "<message" + to + " from='a@example.org/x'><body>a&quot;b</body></message>");
}

}  // namespace
}  // namespace rondel
