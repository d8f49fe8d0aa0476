// Output as messages of a WebSocket (RFC 7395 §3.3.3), and what goes from one kind of connection to another.
#include "rondel/stream/output.hpp"

#include <string>

#include "tests/support/stanza_text.hpp"
#include <gtest/gtest.h>

namespace rondel::stream {
namespace {

using rondel::test::stanza_of;
using namespace std::string_literals;

TEST(OutputWebSocket, R114_each_stanza_stands_for_itself) {
    Output output(Framing::websocket);
    output.add("<open/>");
    EXPECT_FALSE(output.add_stanza(stanza_of("<message><body>a</body></message>"), "jabber:client", {}, true));
    EXPECT_EQ(output.bytes(), "<open/>\0<message xmlns='jabber:client'><body>a</body></message>\0"s);
    EXPECT_EQ(output.last_stanza(), "<message xmlns='jabber:client'><body>a</body></message>\0"s);
    output.wrote(8 + 10);
    EXPECT_EQ(output.take_unsent().framing, Framing::websocket);
}

TEST(OutputWebSocket, what_was_written_for_one_is_made_to_fit_the_other) {
    for (const char* text :
         {"<message/>", "<message id='1'><body>a</body></message>", "<iq type='get' id='/'><q/></iq>"}) {
        Output tcp;
        Output socket(Framing::websocket);
        EXPECT_FALSE(tcp.add_stanza(stanza_of(text), "jabber:client", {}, true));
        EXPECT_FALSE(socket.add_stanza(stanza_of(text), "jabber:client", {}, true));
        const std::string on_socket(socket.bytes());
        const std::string on_tcp(tcp.bytes());

        Output other_socket(Framing::websocket);
        other_socket.add(tcp.take_unsent());
        EXPECT_EQ(other_socket.bytes(), on_socket);
        Output other_tcp;
        other_tcp.add(socket.take_unsent());
        Output third(Framing::websocket);
        third.add(other_tcp.take_unsent());
        EXPECT_NE(third.bytes().find("xmlns='jabber:client'"), std::string_view::npos);
        EXPECT_EQ(third.stanzas_added(), 1u);
        EXPECT_EQ(on_tcp, text);
    }
}

TEST(Output, a_stanza_that_was_begun_is_finished_and_the_others_are_dropped) {
    Output output;
    output.add("<header>");
    for (const char* text : {"<message id='1'/>", "<message id='2'/>", "<message id='3'/>"})
        EXPECT_FALSE(output.add_stanza(stanza_of(text), "jabber:client", {}, true));
    output.wrote(8 + 17 + 5);
    output.drop_stanzas();
    EXPECT_EQ(output.bytes(), "age id='2'/>");
    output.add("</stream:stream>");
    EXPECT_EQ(output.bytes(), "age id='2'/></stream:stream>");
    EXPECT_EQ(output.take_unsent().stanzas(), 0u);

    Output whole;
    EXPECT_FALSE(whole.add_stanza(stanza_of("<message/>"), "jabber:client", {}, true));
    whole.drop_stanzas();
    EXPECT_EQ(whole.bytes(), "");
    EXPECT_EQ(whole.take_unsent().stanzas(), 0u);
}

}  // namespace
}  // namespace rondel::stream
