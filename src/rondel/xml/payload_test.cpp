#include "rondel/xml/payload.hpp"

#include <gtest/gtest.h>

namespace rondel::xml {
namespace {

// Described as the modules of src/rondel/xep are.
struct Version {
    std::string name;
    std::string version;
    std::optional<std::string> os;
    bool operator==(const Version&) const = default;
    static constexpr auto xml =
        xml::element("query", "jabber:iq:version", xml::child_text("name", &Version::name),
                     xml::child_text("version", &Version::version), xml::child_text("os", &Version::os));
};

enum class Role { none, visitor, moderator };
constexpr std::array<std::string_view, 3> xml_names(Role) { return {"none", "visitor", "moderator"}; }

struct Colour {
    int red = 0;
    bool operator==(const Colour&) const = default;
};
bool from_xml_text(std::string_view text, Colour& value) {
    if (text.empty() || text[0] != '#') return false;
    return wire::read(text.substr(1), value.red) == wire::none;
}
std::string to_xml_text(const Colour& value) { return "#" + std::to_string(value.red); }

struct Everything {
    std::string id;
    std::optional<std::string> node;
    std::optional<std::int8_t> small;
    std::optional<std::uint64_t> large;
    std::optional<bool> yes;
    std::optional<Role> role;
    std::optional<Jid> who;
    std::optional<Colour> colour;
    std::optional<DateTime> when;
    std::string language;
    std::optional<std::string> own;
    bool removed = false;
    std::optional<Version> version;
    std::vector<std::string> values;
    static constexpr auto xml = xml::element(
        "x", "urn:example:x", xml::attribute("id", &Everything::id), xml::attribute("node", &Everything::node),
        xml::attribute("small", &Everything::small), xml::attribute("large", &Everything::large),
        xml::attribute("yes", &Everything::yes), xml::attribute("role", &Everything::role),
        xml::attribute("who", &Everything::who), xml::attribute("colour", &Everything::colour),
        xml::attribute("when", &Everything::when), xml::lang(&Everything::language), xml::text(&Everything::own),
        xml::flag("remove", &Everything::removed), xml::child(&Everything::version),
        xml::child_text("value", &Everything::values, "urn:example:other"));
};

struct Item {
    Jid jid;
    static constexpr auto xml = xml::element("item", "urn:example:list", xml::attribute("jid", &Item::jid));
};

struct List {
    std::vector<Item> items;
    std::vector<Element> others;
    static constexpr auto xml =
        xml::element("list", "urn:example:list", xml::child(&List::items), xml::rest(&List::others));
};

struct Number {
    int value = 0;
    Version version;
    static constexpr auto xml =
        xml::element("n", "urn:example:n", xml::text(&Number::value), xml::child(&Number::version));
};

struct Ping {
    static constexpr auto xml = xml::element("ping", "urn:xmpp:ping");
};

static_assert(Payload<Version> && Payload<Ping> && !Payload<Colour> && !Payload<int>);
static_assert(payload_name<Version>() == "query" && payload_ns<Version>() == "jabber:iq:version");
static_assert(TextValue<Role> && TextValue<Colour> && TextValue<Jid> && !TextValue<Version> && !TextValue<char> &&
              !TextValue<double>);

Element version_element() {
    Element query("query", "jabber:iq:version");
    query.append("name").text("rondel");
    query.append("version").text("0.1");
    return query;
}

template <class T>
PayloadError fault_of(ElementView element, std::string_view* field = nullptr) {
    const Result<T> decoded = decode<T>(element, field);
    return decoded ? wire::none : static_cast<PayloadError>(decoded.error().value());
}

TEST(Payload, a_described_struct_is_read) {
    const Result<Version> version = decode<Version>(version_element());
    ASSERT_TRUE(version);
    EXPECT_EQ(*version, (Version{"rondel", "0.1", std::nullopt}));
}

TEST(Payload, and_written) {
    Element expected = version_element();
    expected.append("os").text("Debian");
    EXPECT_TRUE(same(encode(Version{"rondel", "0.1", "Debian"}), expected));
}

TEST(Payload, one_without_fields_has_only_a_name) {
    EXPECT_TRUE(decode<Ping>(Element("ping", "urn:xmpp:ping")));
    EXPECT_TRUE(same(encode(Ping()), Element("ping", "urn:xmpp:ping")));
}

TEST(Payload, another_name_or_namespace_is_another_payload) {
    std::string_view field = "untouched before";
    EXPECT_EQ(fault_of<Ping>(Element("pong", "urn:xmpp:ping"), &field), PayloadError::wrong_element);
    EXPECT_EQ(field, "");
    EXPECT_EQ(fault_of<Ping>(Element("ping", "urn:xmpp:pong")), PayloadError::wrong_element);
    EXPECT_EQ(fault_of<Ping>(ElementView()), PayloadError::wrong_element);
}

TEST(Payload, what_is_missing_is_named) {
    Element query("query", "jabber:iq:version");
    query.append("name").text("rondel");
    std::string_view field;
    EXPECT_EQ(fault_of<Version>(query, &field), PayloadError::missing_child);
    EXPECT_EQ(field, "version");
    EXPECT_EQ(fault_of<Everything>(Element("x", "urn:example:x"), &field), PayloadError::missing_attribute);
    EXPECT_EQ(field, "id");
}

TEST(Payload, in_a_child_too) {
    Element n("n", "urn:example:n");
    n.text("5");
    std::string_view field;
    EXPECT_EQ(fault_of<Number>(n, &field), PayloadError::missing_child);
    n.append("query", "jabber:iq:version").append("version").text("1");
    EXPECT_EQ(fault_of<Number>(n, &field), PayloadError::missing_child);
    EXPECT_EQ(field, "name");
}

TEST(Payload, R087_unknown_attributes_and_children_are_passed_over) {
    Element query = version_element();
    query.set("colour", "red");
    query.append("name", "urn:example:other").text("another namespace, another thing");
    query.append("surprise").append("name").text("deeper");
    query.text("between");
    const Result<Version> version = decode<Version>(query);
    ASSERT_TRUE(version);
    EXPECT_EQ(*version, (Version{"rondel", "0.1", std::nullopt}));
}

TEST(Payload, of_several_children_where_one_is_described_the_first_counts) {
    Element query = version_element();
    query.append("version").text("second");
    EXPECT_EQ(decode<Version>(query)->version, "0.1");
}

TEST(Payload, an_empty_child_is_there) {
    Element query = version_element();
    query.append("os");
    EXPECT_EQ(decode<Version>(query)->os, "");
}

TEST(Payload, all_kinds_of_field_come_back_from_a_round_trip) {
    Everything given;
    given.id = "<&'\">";
    given.node = "";
    given.small = -128;
    given.large = std::numeric_limits<std::uint64_t>::max();
    given.yes = false;
    given.role = Role::moderator;
    given.who = *Jid::parse("juliet@capulet.lit/balcony");
    given.colour = Colour{17};
    given.when = *parse_datetime("2002-09-10T23:41:07.5+02:00");
    given.language = "de-CH";
    given.own = "own text";
    given.removed = true;
    given.version = Version{"rondel", "0.1", "Debian"};
    given.values = {"one", "", "three"};

    const Element written = encode(given);
    EXPECT_EQ(written.attribute("small"), "-128");
    EXPECT_EQ(written.attribute("large"), "18446744073709551615");
    EXPECT_EQ(written.attribute("yes"), "false");
    EXPECT_EQ(written.attribute("role"), "moderator");
    EXPECT_EQ(written.attribute("colour"), "#17");
    EXPECT_EQ(written.attribute("when"), "2002-09-10T21:41:07.500Z");
    EXPECT_EQ(written.view().lang(), "de-CH");
    EXPECT_TRUE(written.child("remove", "urn:example:x"));
    EXPECT_TRUE(written.child("value", "urn:example:other"));

    const Result<Everything> read = decode<Everything>(written);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->id, given.id);
    EXPECT_EQ(read->node, given.node);
    EXPECT_EQ(read->small, given.small);
    EXPECT_EQ(read->large, given.large);
    EXPECT_EQ(read->yes, given.yes);
    EXPECT_EQ(read->role, given.role);
    EXPECT_EQ(read->who, given.who);
    EXPECT_EQ(read->colour, given.colour);
    EXPECT_EQ(read->when, given.when);
    EXPECT_EQ(read->language, given.language);
    EXPECT_EQ(read->own, given.own);
    EXPECT_TRUE(read->removed);
    EXPECT_EQ(read->version, given.version);
    EXPECT_EQ(read->values, given.values);
    EXPECT_TRUE(same(encode(*read), written));
}

TEST(Payload, what_is_optional_and_absent_is_not_written) {
    Everything bare;
    bare.id = "1";
    const Element written = encode(bare);
    EXPECT_TRUE(same(written, Element("x", "urn:example:x").set("id", "1")));
    const Result<Everything> read = decode<Everything>(written);
    ASSERT_TRUE(read);
    EXPECT_FALSE(read->node || read->small || read->large || read->yes || read->role || read->who || read->when ||
                 read->own);
    EXPECT_FALSE(read->removed || read->version || !read->values.empty());
}

TEST(Payload, all_text_is_one_value_whatever_stands_between) {
    Element x("x", "urn:example:x");
    x.set("id", "1").text("one ");
    x.append("remove");
    x.text("two");
    EXPECT_EQ(decode<Everything>(x)->own, "one two");
}

TEST(Payload, a_list_keeps_its_items_in_order_and_the_rest_as_it_came) {
    Element list("list", "urn:example:list");
    list.append("item").set("jid", "a@example.com");
    list.append("x", "jabber:x:data").append("field").set("var", "FORM_TYPE");
    list.append("item").set("jid", "b@example.com");
    list.append("item", "urn:example:other").set("jid", "c@example.com");
    const Result<List> read = decode<List>(list);
    ASSERT_TRUE(read);
    ASSERT_EQ(read->items.size(), 2u);
    EXPECT_EQ(read->items[0].jid.str(), "a@example.com");
    EXPECT_EQ(read->items[1].jid.str(), "b@example.com");
    ASSERT_EQ(read->others.size(), 2u);
    EXPECT_TRUE(same(read->others[0], list.child("x", "jabber:x:data")));
    EXPECT_TRUE(same(read->others[1], list.child("item", "urn:example:other")));

    const Element written = encode(*read);
    EXPECT_TRUE(same(decode<List>(written)->others[0], read->others[0]));
}

TEST(Payload, one_bad_item_spoils_the_list) {
    Element list("list", "urn:example:list");
    list.append("item").set("jid", "a@example.com");
    list.append("item").set("jid", "@@");
    std::string_view field;
    EXPECT_EQ(fault_of<List>(list, &field), PayloadError::bad_jid);
    EXPECT_EQ(field, "jid");
}

// As XEP-0297 has it: something known, and one element of whatever kind.
struct Wrapper {
    std::optional<Item> item;
    Element inside;
    static constexpr auto xml =
        xml::element("wrapper", "urn:example:list", xml::child(&Wrapper::item), xml::any(&Wrapper::inside));
};

TEST(Payload, any_keeps_the_first_child_that_no_other_field_takes) {
    Element wrapper("wrapper", "urn:example:list");
    wrapper.append("item").set("jid", "a@example.com");
    wrapper.append("item").set("jid", "b@example.com");
    ElementRef message = wrapper.append("message", stanza_ns);
    message.set("to", "juliet@capulet.lit").append("body").text("Hi");
    wrapper.append("second", "urn:example:other");
    const Result<Wrapper> read = decode<Wrapper>(wrapper);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->item->jid.str(), "a@example.com");
    EXPECT_TRUE(same(read->inside, message));

    const Element written = encode(*read);
    EXPECT_TRUE(same(written.child("message", stanza_ns), message));
    EXPECT_FALSE(written.child("second", "urn:example:other"));
}

TEST(Payload, any_may_find_nothing) {
    const Result<Wrapper> read = decode<Wrapper>(Element("wrapper", "urn:example:list"));
    ASSERT_TRUE(read);
    EXPECT_FALSE(read->inside);
    EXPECT_TRUE(same(encode(*read), Element("wrapper", "urn:example:list")));
}

struct Card {
    Element all;
    static constexpr auto xml = xml::element("vCard", "vcard-temp", xml::whole(&Card::all));
};

TEST(Payload, whole_keeps_the_element_with_all_that_is_in_it) {
    Element card("vCard", "vcard-temp");
    card.set("version", "3.0").ref().set_lang("de").set_ns("colour", "urn:example:other", "red");
    card.text("before ");
    card.append("FN").text("Juliet");
    card.text(" between");
    card.append("x", "urn:example:other").append("y");
    const Result<Card> read = decode<Card>(card);
    ASSERT_TRUE(read);
    EXPECT_TRUE(same(read->all, card));
    EXPECT_TRUE(same(encode(*read), card));

    Element parent("iq", stanza_ns);
    encode_into(parent, *read);
    EXPECT_TRUE(same(parent.child("vCard", "vcard-temp"), card));
}

TEST(Payload, whole_writes_text_alone_and_nothing_at_all) {
    Card text;
    text.all = Element("vCard", "vcard-temp").text("only text").copy();
    EXPECT_TRUE(same(encode(text), text.all));
    EXPECT_TRUE(same(encode(Card()), Element("vCard", "vcard-temp")));
    Card other;
    other.all = Element("note", "urn:example:other").set("id", "1").copy();
    EXPECT_TRUE(same(encode(other), Element("vCard", "vcard-temp").set("id", "1")));
}

struct Settings {
    std::string node;
    int depth = 3;
    Role role = Role::visitor;
    std::string comment = "none";
    std::vector<std::string> features;
    std::optional<Jid> owner;
    bool operator==(const Settings&) const = default;
    static constexpr auto xml = xml::element(
        "settings", "urn:example:s", xml::optional_attribute("node", &Settings::node),
        xml::optional_attribute("depth", &Settings::depth), xml::optional_attribute("role", &Settings::role),
        xml::optional_child_text("comment", &Settings::comment),
        xml::child_attribute("feature", "var", &Settings::features),
        xml::child_attribute("owner", "jid", &Settings::owner));
};

TEST(Payload, absent_may_stand_for_the_usual_value) {
    EXPECT_TRUE(same(encode(Settings()), Element("settings", "urn:example:s")));
    EXPECT_EQ(*decode<Settings>(Element("settings", "urn:example:s")), Settings());

    const Settings other{"n", 0, Role::none, "", {"a", "b"}, *Jid::parse("juliet@capulet.lit")};
    const Element written = encode(other);
    EXPECT_EQ(written.attribute("depth"), "0");
    EXPECT_EQ(written.attribute("role"), "none");
    EXPECT_TRUE(written.child("comment", "urn:example:s"));
    EXPECT_EQ(written.child("feature", "urn:example:s").attribute("var"), "a");
    EXPECT_EQ(written.child("owner", "urn:example:s").attribute("jid"), "juliet@capulet.lit");
    EXPECT_EQ(*decode<Settings>(written), other);
}

TEST(Payload, but_what_is_there_must_be_right) {
    std::string_view field;
    EXPECT_EQ(fault_of<Settings>(Element("settings", "urn:example:s").set("depth", "deep"), &field),
              PayloadError::bad_number);
    EXPECT_EQ(field, "depth");
    Element settings("settings", "urn:example:s");
    settings.append("feature");
    EXPECT_EQ(fault_of<Settings>(settings, &field), PayloadError::missing_attribute);
    EXPECT_EQ(field, "var");
}

TEST(Payload, is_written_into_a_parent) {
    Element parent("iq", stanza_ns);
    EXPECT_EQ(encode_into(parent, Version{"rondel", "0.1", {}}).name(), "query");
    EXPECT_TRUE(same(parent.child("query", "jabber:iq:version"), version_element()));
}

template <class V>
class ValueCase {
  public:
    void reads(std::string_view text, V expected) const {
        V value{};
        EXPECT_EQ(wire::read(text, value), wire::none) << text;
        EXPECT_EQ(value, expected) << text;
    }
    void refuses(std::string_view text, PayloadError fault) const {
        V value{};
        EXPECT_EQ(wire::read(text, value), fault) << text;
    }
};

TEST(PayloadText, V46_integers_are_decimal_and_in_range) {
    const ValueCase<std::int8_t> small;
    small.reads("0", 0);
    small.reads("-0", 0);
    small.reads("007", 7);
    small.reads("127", 127);
    small.reads("-128", -128);
    small.reads("+5", 5);
    small.reads(" \t\r\n5\n", 5);
    small.refuses("128", PayloadError::number_range);
    small.refuses("-129", PayloadError::number_range);
    small.refuses("99999999999999999999999999", PayloadError::number_range);
    for (const std::string_view bad :
         {"", " ", "+", "-", "+-5", "--5", "5 5", "5.0", "0x10", "1e3", "five", "5a", "٥", "１"})
        small.refuses(bad, PayloadError::bad_number);
}

TEST(PayloadText, V46_unsigned_integers_never_wrap) {
    const ValueCase<std::uint32_t> number;
    number.reads("4294967295", 4294967295u);
    number.reads("-0", 0);
    number.reads("+1", 1);
    number.refuses("4294967296", PayloadError::number_range);
    number.refuses("-1", PayloadError::number_range);
    number.refuses("-4294967295", PayloadError::number_range);
    number.refuses("18446744073709551616", PayloadError::number_range);
    number.refuses("-18446744073709551616", PayloadError::number_range);
    number.refuses("-", PayloadError::bad_number);
    number.refuses("-+1", PayloadError::bad_number);
    const ValueCase<std::uint64_t> wide;
    wide.reads("18446744073709551615", 18446744073709551615u);
    wide.refuses("18446744073709551616", PayloadError::number_range);
    const ValueCase<std::int64_t> deep;
    deep.reads("-9223372036854775808", std::numeric_limits<std::int64_t>::min());
    deep.refuses("9223372036854775808", PayloadError::number_range);
}

TEST(PayloadText, booleans_have_four_forms) {
    const ValueCase<bool> yes;
    yes.reads("true", true);
    yes.reads("1", true);
    yes.reads(" false ", false);
    yes.reads("0", false);
    for (const std::string_view bad : {"", "TRUE", "yes", "2", "truefalse"})
        yes.refuses(bad, PayloadError::bad_boolean);
}

TEST(PayloadText, enums_have_only_their_names) {
    const ValueCase<Role> role;
    role.reads("visitor", Role::visitor);
    role.reads(" none\n", Role::none);
    for (const std::string_view bad : {"", "Visitor", "owner", "visitor moderator"})
        role.refuses(bad, PayloadError::unknown_value);
}

TEST(PayloadText, addresses_are_prepared) {
    const ValueCase<Jid> jid;
    jid.reads("JULIET@Capulet.lit/Balcony", *Jid::parse("juliet@capulet.lit/Balcony"));
    for (const std::string_view bad : {"", "@", "a@", "/x", "a@b/", "a b@c"}) jid.refuses(bad, PayloadError::bad_jid);
}

TEST(PayloadText, V46_moments_are_those_of_XEP_0082) {
    const ValueCase<DateTime> moment;
    moment.reads("1970-01-01T00:00:01Z", DateTime(std::chrono::seconds(1)));
    for (const std::string_view bad : {"", "1970-01-01", "1970-01-01T00:00:01", "19700101T00:00:01", "yesterday"})
        moment.refuses(bad, PayloadError::bad_datetime);
}

TEST(PayloadText, strings_are_kept_as_they_are) {
    const ValueCase<std::string> text;
    text.reads("  spaces\tstay ", "  spaces\tstay ");
    text.reads("", "");
}

TEST(PayloadText, types_with_a_form_of_their_own_refuse_for_themselves) {
    const ValueCase<Colour> colour;
    colour.reads("#9", Colour{9});
    colour.refuses("9", PayloadError::bad_text);
}

TEST(PayloadError, each_is_a_sentence) {
    for (int i = 1; i <= static_cast<int>(PayloadError::bad_text); ++i) {
        const std::string sentence = make_error_code(static_cast<PayloadError>(i)).message();
        EXPECT_TRUE(sentence.ends_with('.')) << sentence;
        EXPECT_NE(sentence, "The payload is not valid.");
    }
    EXPECT_EQ(make_error_code(static_cast<PayloadError>(99)).message(), "The payload is not valid.");
    EXPECT_STREQ(make_error_code(PayloadError::bad_jid).category().name(), "rondel.payload");
}

}  // namespace
}  // namespace rondel::xml
