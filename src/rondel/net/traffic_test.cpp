// What is shown of the traffic: everything, but secrets, and nothing that a terminal would act on.
#include "rondel/net/traffic.hpp"

#include "rondel/xml/reader.hpp"

#include <string>

#include <gtest/gtest.h>

namespace rondel::net {
namespace {

std::string shown(const std::string& text) { return masked_text(*xml::parse_document(text)); }

TEST(Traffic, is_shown_as_it_is) {
    EXPECT_EQ(shown("<message xmlns='jabber:client' to='a@b'><body>hello</body></message>"),
              "<message to='a@b'><body>hello</body></message>");
}

TEST(Traffic, V47_T_LOG_secrets_are_masked) {
    for (const std::string stanza : {
             "<iq xmlns='jabber:client'><query xmlns='jabber:iq:register'><password>Sesame</password></query></iq>",
             "<iq xmlns='jabber:client'><query xmlns='jabber:iq:auth'><digest>Sesame</digest></query></iq>",
             "<iq xmlns='jabber:client'><query xmlns='jabber:iq:auth'><password>&quot;Sesame</password></query></iq>",
             "<handshake xmlns='jabber:component:accept'>Sesame</handshake>",
             "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>Sesame</auth>",
             "<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>Sesame</response>",
             "<authenticate xmlns='urn:xmpp:sasl:2'><initial-response>Sesame</initial-response></authenticate>",
             "<x xmlns='http://jabber.org/protocol/muc'><password>Sesame</password></x>",
             "<conference xmlns='urn:xmpp:bookmarks:1'><password><![CDATA[Sesame]]></password></conference>",
             "<x xmlns='jabber:x:conference' jid='a@b' password='Sesame'/>",
             "<a xmlns='urn:a'><b><c secret='Sesame'/></b><secret>Ses<d/>ame</secret></a>",
             "<a xmlns='urn:a'><secret>Ses&quot;<d/>ame</secret></a>",
         }) {
        const std::string text = shown(stanza);
        EXPECT_EQ(text.find("Ses"), std::string::npos) << text;
        EXPECT_EQ(text.find("ame<"), std::string::npos) << text;
        EXPECT_NE(text.find("***"), std::string::npos) << text;
    }
}

TEST(Traffic, V47_T_LOG_text_of_a_peer_is_one_line_that_acts_on_nothing) {
    const std::string text =
        shown("<message xmlns='jabber:client'><body>a\nb\xc2\x9b\x32J\xe2\x80\xae</body></message>");
    for (const char c : text) EXPECT_GE(static_cast<unsigned char>(c), 0x20) << text;
    EXPECT_EQ(text.find("\xc2\x9b"), std::string::npos);
    EXPECT_EQ(text.find("\xe2\x80\xae"), std::string::npos);
}

}  // namespace
}  // namespace rondel::net
