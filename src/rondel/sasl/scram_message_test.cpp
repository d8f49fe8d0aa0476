#include "rondel/sasl/scram_message.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace rondel::sasl {
namespace {

TEST(ClientFirst, is_taken_apart) {
    const auto first = parse_client_first("n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL");
    ASSERT_TRUE(first.has_value());
    EXPECT_EQ(first->gs2.flag, 'n');
    EXPECT_EQ(first->gs2.text, "n,,");
    EXPECT_EQ(first->username, "user");
    EXPECT_EQ(first->nonce, "fyko+d2lbbFgONRv9qkxdawL");
    EXPECT_EQ(first->bare, "n=user,r=fyko+d2lbbFgONRv9qkxdawL");

    const auto bound = parse_client_first("p=tls-exporter,a=ro=3Dm=2Ceo,n=j,r=x,y=ignored");
    ASSERT_TRUE(bound.has_value());
    EXPECT_EQ(bound->gs2.flag, 'p');
    EXPECT_EQ(bound->gs2.binding_type, "tls-exporter");
    EXPECT_EQ(bound->gs2.authzid, "ro=m,eo");
    EXPECT_EQ(bound->gs2.text, "p=tls-exporter,a=ro=3Dm=2Ceo,");

    const auto other = parse_client_first("p=X.509-v3,,n=j,r=x,Y=also ignored");
    ASSERT_TRUE(other.has_value());
    EXPECT_EQ(other->gs2.binding_type, "X.509-v3");
}

TEST(ClientFirst, R063_V30_T_SCRAM_P_is_refused_unless_it_is_to_the_letter) {
    for (const char* bad : {
             "",
             "n",
             "n,",
             "n,,",
             "n,,n=user",
             "n,,n=user,",
             "n,,n=user,r=",
             "n,,r=x,n=user",
             "n,,n=,r=x",
             "n,,m=must,n=user,r=x",
             "n,,n=user,r=x,m=must",
             "n,,n=user,m=must,r=x",  // mandatory extensions
             "n,,n=us=er,r=x",
             "n,,n=us=2cer,r=x",
             "n,,n=user=3,r=x",
             "n,,n=user=2C=,r=x",  // bad =XX
             "n,,n=user,r=x,n=other",
             "n,,n=user,r=x,r=y",
             "n,,n=user,r=x,i=1",
             "n,,n=user,r=x,y=1,y=1",  // twice
             "n,,n=user,r=x\x7F",
             "n,,n=user,r=x y",
             "n,,n=user,r=\u00E4",
             "n,,n=us\xFF"
             "er,r=x",
             "z,,n=user,r=x",
             "N,,n=user,r=x",
             "n,a=,n=user,r=x",
             "n,b=x,n=user,r=x",
             "n,a=a=b,n=user,r=x",
             "p,,n=user,r=x",
             "p=,,n=user,r=x",
             "p=tls unique,,n=user,r=x",
             "p=tls:unique,,n=user,r=x",
             "y=,,n=user,r=x",
             "n,,n=user,r=x,1=a",
             "n,,n=user,r=x,_=a",
             "n,,n=user,r=x,{=a",
             "n,,n=user,r=x,yes",
             "n,,n=user,r-x",
             "n,,n=user,r=x,ab",
             "n,,n=user,r=x,y=",
             "n,,n=user,r=x,,y=1",
             ",n=user,r=x",
         })
        EXPECT_FALSE(parse_client_first(bad).has_value()) << bad;
    EXPECT_FALSE(parse_client_first(std::string_view("n,,n=us\0er,r=x", 14)).has_value());
}

TEST(ServerFirst, is_taken_apart) {
    const auto first = parse_server_first("r=ab,s=QSXCR+Q6sek8bf92,i=4096,x=later,h=aGFzaA==");
    ASSERT_TRUE(first.has_value());
    EXPECT_EQ(first->nonce, "ab");
    EXPECT_EQ(first->salt.size(), 12u);
    EXPECT_EQ(first->iterations, 4096u);
    EXPECT_EQ(first->offer_hash, "aGFzaA==");
}

TEST(ServerFirst, R063_V30_T_SCRAM_P_is_refused_unless_it_is_to_the_letter) {
    for (const char* bad : {
             "",
             "r=ab",
             "r=ab,s=QUFB",
             "s=QUFB,r=ab,i=1",
             "r=ab,i=1,s=QUFB",
             "m=x,r=ab,s=QUFB,i=1",
             "r=ab,s=QUFB,i=1,m=x",
             "r=ab,s=,i=1",
             "r=ab,s=QUF,i=1",
             "r=ab,s=QUF=,i=1",
             "r=ab,s=Q UFB,i=1",
             "r=ab,s=====,i=1",
             "r=ab,s=QUFB,i=0",
             "r=ab,s=QUFB,i=01",
             "r=ab,s=QUFB,i=-1",
             "r=ab,s=QUFB,i=+1",
             "r=ab,s=QUFB,i=1 ",
             "r=ab,s=QUFB,i=",
             "r=ab,s=QUFB,i=0x10",
             "r=ab,s=QUFB,i=4_96",
             "r=ab,s=QUFB,i=1,i=2",
             "r=ab,s=QUFB,i=1,",
             "r=a b,s=QUFB,i=1",
             "e=other-error",
             "r=ab,s=QUFB,i=1,h=a,h=b",
         })
        EXPECT_FALSE(parse_server_first(bad).has_value()) << bad;
    EXPECT_FALSE(parse_server_first("r=ab,s=" + std::string(1 << 20, 'A') + ",i=4096").has_value())
        << "salt of 768 KiB";
    EXPECT_EQ(parse_server_first("r=ab,s=QUFB,i=2147483648")->iterations, 2147483648u);
    EXPECT_EQ(parse_server_first("r=ab,s=QUFB,i=99999999999999999999999999")->iterations,
              std::numeric_limits<std::uint64_t>::max());
}

TEST(ClientFinal, is_taken_apart) {
    const auto final = parse_client_final("c=biws,r=ab,x=y,p=QUFB");
    ASSERT_TRUE(final.has_value());
    EXPECT_EQ(final->binding, "biws");
    EXPECT_EQ(final->nonce, "ab");
    EXPECT_EQ(final->proof, "AAA");
    EXPECT_EQ(final->without_proof, "c=biws,r=ab,x=y");
}

TEST(ClientFinal, R063_V30_T_SCRAM_P_is_refused_unless_it_is_to_the_letter) {
    for (const char* bad : {"", "c=biws,r=ab", "r=ab,c=biws,p=QUFB", "c=biws,p=QUFB,r=ab", "c=biws,r=ab,p=",
                            "c=biws,r=ab,p=Q", "p=QUFB", "c=biws,r=ab,p=QUFB,x=y", "c=biws,r=ab,p=QUFB,p=QUFB",
                            "c=biws,r=ab,m=x,p=QUFB", "m=x,c=biws,r=ab,p=QUFB", "c=,r=ab,p=QUFB", "c=biws,r=,p=QUFB",
                            "c=biws,r=a b,p=QUFB", "c=biws,r=ab,,p=QUFB", "c=biws,r=ab,c=biws,p=QUFB"})
        EXPECT_FALSE(parse_client_final(bad).has_value()) << bad;
}

TEST(ServerFinal, is_a_signature_or_an_error) {
    EXPECT_EQ(parse_server_final("v=QUFB")->signature, "AAA");
    EXPECT_EQ(parse_server_final("v=QUFB,x=y")->signature, "AAA");
    EXPECT_TRUE(parse_server_final("e=invalid-proof")->is_error);
    for (const char* bad :
         {"", "v=", "v", "e=", "v=QUF", "v=QUFB,e=x", "e=x,v=QUFB", "x=QUFB", "v=QUFB,", "m=x,v=QUFB"})
        EXPECT_FALSE(parse_server_final(bad).has_value()) << bad;
}

TEST(Gs2Header, is_read_as_it_was_written) {
    EXPECT_EQ(write_gs2_header('y', "", ""), "y,,");
    const std::string header = write_gs2_header('p', "tls-exporter", "a,b=c@d");
    EXPECT_EQ(header, "p=tls-exporter,a=a=2Cb=3Dc@d,");
    EXPECT_EQ(parse_client_first(header + "n=x,r=y")->gs2.authzid, "a,b=c@d");
}

}  // namespace
}  // namespace rondel::sasl
