#include "rondel/base/idna.hpp"

#include <string>

#include <gtest/gtest.h>

namespace rondel {
namespace {

struct Name {
    const char* text;
    const char* unicode;
    const char* ascii;
};

TEST(Idna, R118_R120_names_are_mapped_to_lower_case_and_u_labels) {
    const Name rows[] = {
        {"example.com", "example.com", "example.com"},
        {"EXAMPLE.Com", "example.com", "example.com"},
        {"B\u00FCcher.example", "b\u00FCcher.example", "xn--bcher-kva.example"},
        {"xn--bcher-kva.example", "b\u00FCcher.example", "xn--bcher-kva.example"},
        {"XN--BCHER-KVA.example", "b\u00FCcher.example", "xn--bcher-kva.example"},
        {"bu\u0308cher.example", "b\u00FCcher.example", "xn--bcher-kva.example"},
        {"\uFF42\uFF55\uFF43\uFF48.example", "buch.example", "buch.example"},
        {"fa\u00DF.de", "fa\u00DF.de", "xn--fa-hia.de"},
        {"\u03B2\u03CC\u03BB\u03BF\u03C2.com", "\u03B2\u03CC\u03BB\u03BF\u03C2.com", "xn--nxasmm1c.com"},
        {"\u0DC1\u0DCA\u200D\u0DBB\u0DD3.com", "\u0DC1\u0DCA\u200D\u0DBB\u0DD3.com", "xn--10cl1a0b660p.com"},
        {"\u0646\u0627\u0645\u0647\u200C\u0627\u06CC.com", "\u0646\u0627\u0645\u0647\u200C\u0627\u06CC.com",
         "xn--mgba3gch31f060k.com"},
        {"\u65E5\u672C\u8A9E\u3002\uFF2A\uFF30", "\u65E5\u672C\u8A9E.jp", "xn--wgv71a119e.jp"},
        {"1.2.3.4", "1.2.3.4", "1.2.3.4"},
        {"a\u00ADb.c", "ab.c", "ab.c"},  // UTS 46 leaves soft hyphens out
    };
    for (const auto& row : rows) {
        EXPECT_EQ(domain_to_unicode(row.text), row.unicode) << row.text;
        EXPECT_EQ(domain_to_unicode(row.unicode), row.unicode) << row.text;
        EXPECT_EQ(domain_to_ascii(row.text), row.ascii) << row.text;
        EXPECT_EQ(domain_to_unicode(row.ascii), row.unicode) << row.text;
    }
}

TEST(Idna, what_is_no_name_is_refused) {
    for (const char* text : {"",
                             ".",
                             "a.",
                             ".a",
                             "a..b",
                             "-a",
                             "a-",
                             "ab--c",
                             "a_b",
                             "a b",
                             "a/b",
                             "a@b",
                             "[::1]",
                             "a:b",
                             "\xff",
                             "xn--",
                             "xn--a",
                             "xn--abc-",
                             "xn--\u00FC",  // not what Punycode makes of a U-label
                             "xn--bcher-kVa\u00FC",
                             "xn--tda-\u00AD",
                             "\u2665.com",
                             "\U0001F600.com",  // symbols
                             "\u0301a.com",     // a mark in front
                             "\u05D0a.com",
                             "1.\u05D0",  // bidi
                             "a\u00B7b",
                             "a\u200Db",
                             "a\u30FBb",  // context
                             "\u0640\u0628",
                             "\u3031",
                             "\u302Ea",
                             "\u1100",  // exceptions, jamo
                             "\u0378",
                             "\uE000",
                             "a\u2024b",
                             "\u2488com"}) {
        EXPECT_EQ(domain_to_unicode(text), std::nullopt) << testing::PrintToString(text);
        EXPECT_EQ(domain_to_ascii(text), std::nullopt) << testing::PrintToString(text);
    }
}

TEST(Idna, RFC1034_limits) {
    const std::string label(63, 'a');
    EXPECT_TRUE(domain_to_unicode(label));
    EXPECT_FALSE(domain_to_unicode(label + 'a'));
    std::string umlauts;  // "xn--" and 59 more
    while (domain_to_unicode(umlauts + "\u00FC")) umlauts += "\u00FC";
    EXPECT_EQ(domain_to_ascii(umlauts).value().size(), 63u);

    const std::string name = label + '.' + label + '.' + label + '.' + std::string(61, 'a');
    EXPECT_EQ(name.size(), 253u);
    EXPECT_TRUE(domain_to_ascii(name));
    EXPECT_FALSE(domain_to_ascii(name + 'a'));
    EXPECT_TRUE(domain_to_unicode(name + 'a')) << "XMPP's limit is another";
    EXPECT_FALSE(domain_to_unicode(std::string(5000, '.')));
}

}  // namespace
}  // namespace rondel
