#include "rondel/xep/forms.hpp"

#include "tests/support/round_trip.hpp"
#include <gtest/gtest.h>

namespace rondel::forms {
namespace {

using test::expect_written;
using test::is_read;
using test::read;
using test::round_trip;

constexpr std::string_view of_a_bot =  // XEP-0004 §5.1, shortened
    "<x xmlns='jabber:x:data' type='form'><title>Bot Configuration</title>"
    "<instructions>Fill out this form to configure your new bot!</instructions><instructions>Now.</instructions>"
    "<field type='hidden' var='FORM_TYPE'><value>jabber:bot</value></field>"
    "<field type='fixed'><value>Section 1: Bot Info</value></field>"
    "<field type='text-single' label='The name of your bot' var='botname'/>"
    "<field type='text-multi' label='Helpful description of your bot' var='description'/>"
    "<field type='boolean' label='Public bot?' var='public'><required/></field>"
    "<field type='text-private' label='Password for special access' var='password'/>"
    "<field type='list-multi' label='What features will the bot support?' var='features'>"
    "<value>news</value><value>search</value>"
    "<option label='Contests'><value>contests</value></option><option label='News'><value>news</value></option>"
    "<option><value>search</value></option></field>"
    "<field type='list-single' label='Maximum number of subscribers' var='maxsubs'><value>20</value>"
    "<option label='10'><value>10</value></option><option label='20'><value>20</value></option></field>"
    "<field type='jid-multi' label='People to invite' var='invitelist'><desc>Tell all your friends.</desc></field></x>";

TEST(Forms, a_form_to_fill_in_is_read_and_written) {
    const Form form = round_trip<Form>(of_a_bot);
    EXPECT_EQ(form.type, FormType::form);
    EXPECT_EQ(form.title, "Bot Configuration");
    EXPECT_EQ(form.instructions.size(), 2u);
    EXPECT_EQ(form.form_type(), "jabber:bot");
    ASSERT_TRUE(form.find("public"));
    EXPECT_TRUE(form.find("public")->required);
    EXPECT_EQ(form.find("public")->type, FieldType::boolean);
    EXPECT_EQ(form.values("features"), (std::vector<std::string>{"news", "search"}));
    EXPECT_EQ(form.find("features")->options[0], (Option{"contests", "Contests"}));
    EXPECT_EQ(form.find("invitelist")->description, "Tell all your friends.");
    EXPECT_EQ(form.value("maxsubs"), "20");
    EXPECT_EQ(form.value("botname"), std::nullopt);
    EXPECT_EQ(form.find("nothing"), nullptr);
}

TEST(Forms, a_table_of_results_is_read_and_written) {  // §3.4
    const Form form = round_trip<Form>(
        "<x xmlns='jabber:x:data' type='result'><reported><field type='text-single' label='Name' "
        "var='name'/></reported>"
        "<item><field var='name'><value>Comune di Verona</value></field></item>"
        "<item><field var='name'><value>Universita di Verona</value></field></item></x>");
    ASSERT_TRUE(form.reported);
    EXPECT_EQ(form.reported->fields.at(0).label, "Name");
    ASSERT_EQ(form.items.size(), 2u);
    EXPECT_EQ(form.items[1].fields.at(0).value(), "Universita di Verona");
}

TEST(Forms, one_to_submit_is_built) {  // XEP-0313 §4.1.1
    Form form = submit("urn:xmpp:mam:2");
    form.set("with", "juliet@capulet.lit").set("open", true);
    form.set("ids", std::vector<std::string>{"1", "2"});
    form.set("with", "romeo@montague.lit");
    expect_written(form,
                   "<x xmlns='jabber:x:data' type='submit'>"
                   "<field var='FORM_TYPE' type='hidden'><value>urn:xmpp:mam:2</value></field>"
                   "<field var='with'><value>romeo@montague.lit</value></field>"
                   "<field var='open'><value>true</value></field>"
                   "<field var='ids'><value>1</value><value>2</value></field></x>");
    EXPECT_TRUE(form.find("ids")->is("1"));
    expect_written(cancel(), "<x xmlns='jabber:x:data' type='cancel'/>");
    EXPECT_EQ(forms::form("urn:x").type, FormType::form);
    EXPECT_EQ(result("urn:x").form_type(), "urn:x");
}

TEST(Forms, a_form_type_is_hidden_or_the_form_is_submitted) {  // XEP-0068 §3.1, XEP-0115 §5.4 rule 3.6
    const auto with = [](std::string_view type, std::string_view field) {
        return read<Form>("<x xmlns='jabber:x:data' type='" + std::string(type) + "'><field var='FORM_TYPE'" +
                          std::string(field) + "><value>urn:x</value></field></x>");
    };
    EXPECT_EQ(with("submit", "").form_type(), "urn:x");
    EXPECT_EQ(with("submit", " type='hidden'").form_type(), "urn:x");
    EXPECT_EQ(with("result", " type='hidden'").form_type(), "urn:x");
    EXPECT_EQ(with("result", "").form_type(), "");
    EXPECT_EQ(with("form", " type='text-single'").form_type(), "");
    EXPECT_EQ(submit({}).form_type(), "");
}

TEST(Forms, a_type_of_field_that_is_not_known_is_a_line_of_text) {  // §3.3
    const Form form =
        read<Form>("<x xmlns='jabber:x:data' type='form'><field var='a' type='colour'/><field var='b'/></x>");
    EXPECT_EQ(form.find("a")->type, FieldType::text_single);
    EXPECT_EQ(form.find("b")->type, std::nullopt);
}

TEST(Forms, a_type_of_form_must_be_one) {
    EXPECT_FALSE(is_read<Form>("<x xmlns='jabber:x:data' type='table'/>"));
    EXPECT_FALSE(is_read<Form>("<x xmlns='jabber:x:data'/>"));
}

TEST(Forms, booleans_have_four_forms_and_no_other) {
    Field field;
    EXPECT_EQ(field.truth(), std::nullopt);
    for (const auto& [text, truth] : {std::pair<const char*, std::optional<bool>>{"1", true},
                                      {"true", true},
                                      {"0", false},
                                      {"false", false},
                                      {"yes", std::nullopt},
                                      {"", std::nullopt}}) {
        field.values = {text};
        EXPECT_EQ(field.truth(), truth) << text;
    }
}

TEST(Forms, lines_of_text_are_joined) {
    Form form = submit({});
    form.set("description", std::vector<std::string>{"one", "", "three"});
    EXPECT_EQ(form.text("description"), "one\n\nthree");
    EXPECT_EQ(form.text("nothing"), "");
}

TEST(Forms, a_list_may_be_open) {  // XEP-0122, as XEP-0313 §4.1.5 wants it
    const Field field = round_trip<Field>(
        "<field xmlns='jabber:x:data' type='list-multi' var='ids'>"
        "<validate xmlns='http://jabber.org/protocol/xdata-validate' datatype='xs:token'><open/></validate></field>");
    ASSERT_TRUE(field.validate);
    EXPECT_TRUE(field.validate->open);
    EXPECT_EQ(field.validate->datatype, "xs:token");
}

}  // namespace
}  // namespace rondel::forms
