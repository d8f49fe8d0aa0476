// V43, T-JID: the published vectors of RFC 7622 and others like them.
#include "rondel/base/jid.hpp"

#include <ostream>
#include <string>

#include <gtest/gtest.h>

namespace rondel {
namespace {

struct Accepted {
    std::string text, local, domain, resource;
};

void PrintTo(const Accepted& row, std::ostream* out) { *out << row.text; }

class JidAccepts : public testing::TestWithParam<Accepted> {};

TEST_P(JidAccepts, V43_R118_R120_T_JID_published_vector) {
    const auto& expected = GetParam();
    const auto jid = Jid::parse(expected.text);
    ASSERT_TRUE(jid) << jid.error().message();
    EXPECT_EQ(jid->local(), expected.local);
    EXPECT_EQ(jid->domain(), expected.domain);
    EXPECT_EQ(jid->resource(), expected.resource);
    EXPECT_EQ(Jid::parse(jid->str()).value(), *jid) << "preparing twice is preparing once";
    EXPECT_TRUE(JidView::is_prepared(jid->str()));
    EXPECT_EQ(JidView::is_prepared(expected.text), jid->str() == expected.text);

    const JidView view = JidView::of_prepared(jid->str());
    EXPECT_EQ(view.local(), expected.local);
    EXPECT_EQ(view.domain(), expected.domain);
    EXPECT_EQ(view.resource(), expected.resource);
    EXPECT_EQ(Jid::from_parts(jid->local(), jid->domain(), jid->resource()).value(), *jid);
}

// RFC 7622 §3.5, table 1; number 18 of table 2 was moved here by erratum 4560: OpaqueString allows a leading space.
INSTANTIATE_TEST_SUITE_P(Rfc7622Table1, JidAccepts,
                         testing::Values(Accepted{"juliet@example.com", "juliet", "example.com", ""},
                                         Accepted{"juliet@example.com/foo", "juliet", "example.com", "foo"},
                                         Accepted{"juliet@example.com/foo bar", "juliet", "example.com", "foo bar"},
                                         Accepted{"juliet@example.com/foo@bar", "juliet", "example.com", "foo@bar"},
                                         Accepted{"foo\\20bar@example.com", "foo\\20bar", "example.com", ""},
                                         Accepted{"fussball@example.com", "fussball", "example.com", ""},
                                         Accepted{"fu\u00DFball@example.com", "fu\u00DFball", "example.com", ""},
                                         Accepted{"\u03C0@example.com", "\u03C0", "example.com", ""},
                                         Accepted{"\u03A3@example.com/foo", "\u03C3", "example.com", "foo"},
                                         Accepted{"\u03C3@example.com/foo", "\u03C3", "example.com", "foo"},
                                         Accepted{"\u03C2@example.com/foo", "\u03C2", "example.com", "foo"},
                                         Accepted{"king@example.com/\u265A", "king", "example.com", "\u265A"},
                                         Accepted{"example.com", "", "example.com", ""},
                                         Accepted{"example.com/foobar", "", "example.com", "foobar"},
                                         Accepted{"a.example.com/b@example.net", "", "a.example.com", "b@example.net"},
                                         Accepted{"juliet@example.com/ foo", "juliet", "example.com", " foo"}));

INSTANTIATE_TEST_SUITE_P(
    Mapping, JidAccepts,
    testing::Values(Accepted{"Juliet@Example.COM/Balcony", "juliet", "example.com", "Balcony"},
                    Accepted{"juliet@example.com.", "juliet", "example.com", ""},
                    Accepted{"juliet@example.com./x.", "juliet", "example.com", "x."},
                    Accepted{"\uFF21bc@example.com", "abc", "example.com", ""},                 // fullwidth A
                    Accepted{"\u0130@example.com", "i\u0307", "example.com", ""},               // capital I with dot
                    Accepted{"\u1E9E@example.com", "\u00DF", "example.com", ""},                // capital sharp s
                    Accepted{"e\u0301@example.com", "\u00E9", "example.com", ""},               // composed
                    Accepted{"\u212B@example.com", "\u00E5", "example.com", ""},                // angstrom sign
                    Accepted{"\u0391\u03A3@example.com", "\u03B1\u03C3", "example.com", ""},    // no final sigma
                    Accepted{"a@example.com/e\u0301\u3000x", "a", "example.com", "\u00E9 x"},   // ideographic space
                    Accepted{"a@example.com/\uFF21\u2163", "a", "example.com", "\uFF21\u2163"}  // width is kept
                    ));

INSTANTIATE_TEST_SUITE_P(
    Domains, JidAccepts,
    testing::Values(Accepted{"localhost", "", "localhost", ""}, Accepted{"a@127.0.0.1/b", "a", "127.0.0.1", "b"},
                    Accepted{"[::1]", "", "[::1]", ""}, Accepted{"a@[2001:DB8::1]/b", "a", "[2001:db8::1]", "b"},
                    Accepted{"[::ffff:192.0.2.1]", "", "[::ffff:192.0.2.1]", ""},
                    Accepted{"[FE80::1%25Eth0]/r", "", "[fe80::1%25Eth0]", "r"},
                    Accepted{"xn--bcher-kva.example", "", "b\u00FCcher.example", ""},
                    Accepted{"XN--BCHER-KVA.example", "", "b\u00FCcher.example", ""},
                    Accepted{"B\u00DCcher.example", "", "b\u00FCcher.example", ""},
                    Accepted{"fa\u00DF.de", "", "fa\u00DF.de", ""},  // IDNA2008 keeps what IDNA2003 mapped to "ss"
                    Accepted{"\u65E5\u672C\u3002jp", "", "\u65E5\u672C.jp", ""},  // ideographic full stop
                    Accepted{"\u65E5\u672C.jp\u3002", "", "\u65E5\u672C.jp", ""},
                    Accepted{"a-b.c--d.e", "", "a-b.c--d.e", ""},
                    Accepted{"\u05D0\u05D1.example", "", "\u05D0\u05D1.example", ""},
                    Accepted{std::string(63, 'a') + ".b", "", std::string(63, 'a') + ".b", ""}));

struct Refused {
    std::string text;
    JidError error;
};

void PrintTo(const Refused& row, std::ostream* out) { *out << row.text; }

class JidRefuses : public testing::TestWithParam<Refused> {};

TEST_P(JidRefuses, V43_R118_R120_T_JID_published_vector) {
    const auto jid = Jid::parse(GetParam().text);
    ASSERT_FALSE(jid) << jid->str();
    EXPECT_EQ(jid.error(), GetParam().error) << jid.error().message();
    EXPECT_FALSE(JidView::is_prepared(GetParam().text));
}

// RFC 7622 §3.5, table 2
INSTANTIATE_TEST_SUITE_P(Rfc7622Table2, JidRefuses,
                         testing::Values(Refused{"\"juliet\"@example.com", JidError::bad_local},
                                         Refused{"foo bar@example.com", JidError::bad_local},
                                         Refused{"@example.com/", JidError::empty},
                                         Refused{"henry\u2163@example.com", JidError::bad_local},
                                         Refused{"\u265A@example.com", JidError::bad_local},
                                         Refused{"juliet@", JidError::empty}, Refused{"/foobar", JidError::empty}));

INSTANTIATE_TEST_SUITE_P(
    Parts, JidRefuses,
    testing::Values(Refused{"", JidError::empty}, Refused{"@", JidError::empty}, Refused{"/", JidError::empty},
                    Refused{"@example.com", JidError::empty}, Refused{"example.com/", JidError::empty},
                    Refused{"a@/b", JidError::empty}, Refused{"a@.", JidError::empty}, Refused{".", JidError::empty},
                    Refused{"a@b@c", JidError::bad_domain}, Refused{"a@b.c@d/e", JidError::bad_domain},
                    Refused{"a&b@example.com", JidError::bad_local}, Refused{"a'b@example.com", JidError::bad_local},
                    Refused{"a:b@example.com", JidError::bad_local}, Refused{"a<b@example.com", JidError::bad_local},
                    Refused{"a>b@example.com", JidError::bad_local},
                    Refused{"a\uFF20b@example.com", JidError::bad_local},       // a wide @ becomes a narrow one
                    Refused{"a\uFF0Fb@example.com", JidError::bad_local},       // a wide / too
                    Refused{"a\u00ADb@example.com", JidError::bad_local},       // soft hyphen
                    Refused{"a\u1100b@example.com", JidError::bad_local},       // old hangul jamo
                    Refused{"\u05D0b@example.com", JidError::bad_local},        // bidi rule
                    Refused{"a@example.com/\t", JidError::bad_resource},        // control
                    Refused{"a@example.com/x\u200Dy", JidError::bad_resource},  // joiner without a virama
                    Refused{"a@example.com/\uFE0F", JidError::bad_resource},    // ignorable
                    Refused{"a@example.com/\U0010FFFF", JidError::bad_resource},
                    Refused{"a@example.com/\U000E0FFF", JidError::bad_resource},
                    Refused{"a\xFF@example.com", JidError::bad_utf8},
                    Refused{"example.com/\xC0\x80", JidError::bad_utf8}, Refused{"a@\xED\xA0\x80", JidError::bad_utf8},
                    Refused{std::string("a\0b@c", 5), JidError::bad_local},
                    Refused{std::string("c/\0", 3), JidError::bad_resource}));

INSTANTIATE_TEST_SUITE_P(
    Domains, JidRefuses,
    testing::Values(Refused{"a..b", JidError::bad_domain}, Refused{".a", JidError::bad_domain},
                    Refused{"a..", JidError::bad_domain}, Refused{"a.\u3002", JidError::bad_domain},
                    Refused{"-a.b", JidError::bad_domain}, Refused{"a-.b", JidError::bad_domain},
                    Refused{"ab--c.d", JidError::bad_domain}, Refused{"a_b.c", JidError::bad_domain},
                    Refused{"a b.c", JidError::bad_domain}, Refused{"xn--a.b", JidError::bad_domain},
                    Refused{"xn--abc-.b", JidError::bad_domain},
                    Refused{"\u2665.com", JidError::bad_domain},    // UTS 46 would allow it, IDNA2008 does not
                    Refused{"a\u2488com", JidError::bad_domain},    // DIGIT ONE FULL STOP
                    Refused{"a\uFF0Fb.com", JidError::bad_domain},  // a wide solidus
                    Refused{"\u0301a.com", JidError::bad_domain},   // starts with a combining mark
                    Refused{"\u05D0b.com", JidError::bad_domain},   // bidi rule
                    Refused{"1.\u05D0", JidError::bad_domain},      // bidi rule, over the labels
                    Refused{"a\u00B7b.com", JidError::bad_domain},  // context rule
                    Refused{std::string(64, 'a') + ".b", JidError::bad_domain}, Refused{"[::1", JidError::bad_domain},
                    Refused{"[]", JidError::bad_domain}, Refused{"::1", JidError::bad_domain},
                    Refused{"[127.0.0.1]", JidError::bad_domain}, Refused{"[v1.x]", JidError::bad_domain},
                    Refused{"[::1]x", JidError::bad_domain}, Refused{"[::1%eth0]", JidError::bad_domain},
                    Refused{"[::1%25]", JidError::bad_domain}, Refused{"[::1%25a%2]", JidError::bad_domain},
                    Refused{"[1:2:3:4:5:6:7:8:9]", JidError::bad_domain}));

}  // namespace
}  // namespace rondel
