// XEP-0004 Data Forms 2.13.2, with XEP-0068 Field Standardization for Data Forms 1.3.0. Left out: media (XEP-0221) and
// validation (XEP-0122) but that a list may be open.
//
//   forms::Form form = forms::submit("urn:xmpp:mam:2");
//   form.set("with", "juliet@capulet.lit").set("start", to_string(yesterday));
//   if (auto with = form.value("with")) …
#pragma once

#include "rondel/xml/payload.hpp"

#include <array>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rondel::forms {

inline constexpr std::string_view ns = "jabber:x:data";
inline constexpr std::string_view ns_validate = "http://jabber.org/protocol/xdata-validate";

enum class FormType { form, submit, cancel, result };
constexpr std::array<std::string_view, 4> xml_names(FormType) { return {"form", "submit", "cancel", "result"}; }

// One that is not known stands for text_single (§3.3).
enum class FieldType {
    boolean,
    fixed,
    hidden,
    jid_multi,
    jid_single,
    list_multi,
    list_single,
    text_multi,
    text_private,
    text_single,
};
bool from_xml_text(std::string_view text, FieldType& type);
std::string to_xml_text(FieldType type);

struct Option {
    std::string value = {};
    std::string label = {};  // for people; empty: the value
    friend bool operator==(const Option&, const Option&) = default;
    static constexpr auto xml = xml::element("option", ns, xml::optional_attribute("label", &Option::label),
                                             xml::optional_child_text("value", &Option::value));
};

// XEP-0122, as far as it goes here: whether a list takes other values than its options.
struct Validate {
    std::string datatype = "xs:string";
    bool open = false;
    friend bool operator==(const Validate&, const Validate&) = default;
    static constexpr auto xml =
        xml::element("validate", ns_validate, xml::optional_attribute("datatype", &Validate::datatype),
                     xml::flag("open", &Validate::open));
};

struct Field {
    std::string var = {};                // its name; empty in a fixed one
    std::optional<FieldType> type = {};  // absent: from the context (§3.2)
    std::string label = {};              // for people
    std::string description = {};        // for people
    bool required = false;
    std::vector<std::string> values = {};
    std::vector<Option> options = {};
    std::optional<Validate> validate = {};

    // What the form says of it, "" if nothing.
    std::string_view value() const { return values.empty() ? std::string_view() : std::string_view(values.front()); }
    bool is(std::string_view text) const { return !values.empty() && values.front() == text; }
    std::optional<bool> truth() const;  // of a boolean; nullopt: none, or none that can be read

    friend bool operator==(const Field&, const Field&) = default;
    static constexpr auto xml = xml::element(
        "field", ns, xml::optional_attribute("var", &Field::var), xml::attribute("type", &Field::type),
        xml::optional_attribute("label", &Field::label), xml::optional_child_text("desc", &Field::description),
        xml::flag("required", &Field::required), xml::child_text("value", &Field::values), xml::child(&Field::options),
        xml::child(&Field::validate));
};

// One row of a table of results (§3.4), and its head.
struct Item {
    std::vector<Field> fields = {};
    friend bool operator==(const Item&, const Item&) = default;
    static constexpr auto xml = xml::element("item", ns, xml::child(&Item::fields));
};
struct Reported {
    std::vector<Field> fields = {};
    friend bool operator==(const Reported&, const Reported&) = default;
    static constexpr auto xml = xml::element("reported", ns, xml::child(&Reported::fields));
};

struct Form {
    FormType type = FormType::form;
    std::string title = {};
    std::vector<std::string> instructions = {};
    std::vector<Field> fields = {};
    std::optional<Reported> reported = {};
    std::vector<Item> items = {};

    const Field* find(std::string_view var) const;                 // the first of that name; nullptr: there is none
    std::string_view form_type() const;                            // FORM_TYPE (XEP-0068); empty: none
    std::optional<std::string> value(std::string_view var) const;  // the first of the field's; nullopt: none
    std::vector<std::string> values(std::string_view var) const;
    std::string text(std::string_view var) const;  // of a text-multi: its lines, joined

    // Replaces the field of that name, or adds it.
    Form& set(std::string_view var, std::string value);
    Form& set(std::string_view var, const char* value) { return set(var, std::string(value)); }
    Form& set(std::string_view var, std::vector<std::string> values);
    Form& set(std::string_view var, bool value);
    Form& add(Field field);

    friend bool operator==(const Form&, const Form&) = default;
    static constexpr auto xml =
        xml::element("x", ns, xml::attribute("type", &Form::type), xml::optional_child_text("title", &Form::title),
                     xml::child_text("instructions", &Form::instructions), xml::child(&Form::fields),
                     xml::child(&Form::reported), xml::child(&Form::items));
};

// Forms that say what they are about; an empty FORM_TYPE: they do not.
Form form(std::string_view form_type);
Form submit(std::string_view form_type);
Form result(std::string_view form_type);
Form cancel();

}  // namespace rondel::forms
