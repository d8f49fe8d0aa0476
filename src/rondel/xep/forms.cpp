#include "rondel/xep/forms.hpp"

#include <algorithm>

namespace rondel::forms {

namespace {

constexpr std::array<std::string_view, 10> type_names = {"boolean",      "fixed",      "hidden",      "jid-multi",
                                                         "jid-single",   "list-multi", "list-single", "text-multi",
                                                         "text-private", "text-single"};

Form made(FormType type, std::string_view form_type) {
    Form form;
    form.type = type;
    if (form_type.empty()) return form;
    // Hidden, or it is no FORM_TYPE; in a form to submit that goes without saying (XEP-0068 §3.1).
    Field field;
    field.var = "FORM_TYPE";
    field.type = FieldType::hidden;
    field.values.emplace_back(form_type);
    return form.add(std::move(field));
}

Field& named(Form& form, std::string_view var) {
    for (Field& field : form.fields)
        if (field.var == var) return field;
    form.fields.emplace_back().var = var;
    return form.fields.back();
}

}  // namespace

bool from_xml_text(std::string_view text, FieldType& type) {
    const auto at = std::find(type_names.begin(), type_names.end(), xml::wire::trimmed(text));
    type = at == type_names.end() ? FieldType::text_single : static_cast<FieldType>(at - type_names.begin());
    return true;
}

std::string to_xml_text(FieldType type) { return std::string(type_names[static_cast<std::size_t>(type)]); }

std::optional<bool> Field::truth() const {
    bool read = false;
    if (values.empty() || xml::wire::read(values.front(), read) != xml::wire::none) return std::nullopt;
    return read;
}

const Field* Form::find(std::string_view var) const {
    const auto at = std::find_if(fields.begin(), fields.end(), [&](const Field& field) { return field.var == var; });
    return at == fields.end() ? nullptr : &*at;
}

std::string_view Form::form_type() const {
    const Field* field = find("FORM_TYPE");
    if (field == nullptr || (type != FormType::submit && field->type != FieldType::hidden)) return {};
    return field->value();
}

std::optional<std::string> Form::value(std::string_view var) const {
    const Field* field = find(var);
    if (field == nullptr || field->values.empty()) return std::nullopt;
    return field->values.front();
}

std::vector<std::string> Form::values(std::string_view var) const {
    const Field* field = find(var);
    return field == nullptr ? std::vector<std::string>() : field->values;
}

std::string Form::text(std::string_view var) const {
    std::string joined;
    const Field* field = find(var);
    if (field == nullptr) return joined;
    for (const std::string& line : field->values) {
        if (&line != &field->values.front()) joined += '\n';
        joined += line;
    }
    return joined;
}

Form& Form::set(std::string_view var, std::string value) {
    named(*this, var).values.assign(1, std::move(value));
    return *this;
}

Form& Form::set(std::string_view var, std::vector<std::string> values) {
    return named(*this, var).values = std::move(values), *this;
}

Form& Form::set(std::string_view var, bool value) { return set(var, std::string(value ? "true" : "false")); }

Form& Form::add(Field field) { return fields.push_back(std::move(field)), *this; }

Form form(std::string_view form_type) { return made(FormType::form, form_type); }
Form submit(std::string_view form_type) { return made(FormType::submit, form_type); }
Form result(std::string_view form_type) { return made(FormType::result, form_type); }
Form cancel() { return made(FormType::cancel, {}); }

}  // namespace rondel::forms
