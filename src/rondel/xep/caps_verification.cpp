// The verification string (XEP-0115 §5.1), and what has none (§5.4).
#include "rondel/base/digest.hpp"
#include "rondel/base/encoding.hpp"
#include "rondel/xep/caps.hpp"

#include <algorithm>
#include <vector>

namespace rondel::caps {

namespace {

template <std::size_t size>
std::string base64(const std::array<unsigned char, size>& hash) {
    return to_base64(std::string_view(reinterpret_cast<const char*>(hash.data()), size));
}

// Pieces of text with a '<' after each; "i;octet" is how std::string compares.
class Sum {
  public:
    void add(const std::string& piece) {
        ambiguous_ = ambiguous_ || piece.find('<') != std::string::npos;
        text_ += piece;
        text_ += '<';
    }
    // False: one of them is there twice.
    bool add_sorted(std::vector<std::string> pieces, bool repeatable = false) {
        std::sort(pieces.begin(), pieces.end());
        if (!repeatable && std::adjacent_find(pieces.begin(), pieces.end()) != pieces.end()) return false;
        for (const std::string& piece : pieces) add(piece);
        return true;
    }
    const std::string& text() const { return text_; }
    bool ambiguous() const { return ambiguous_; }

  private:
    std::string text_;
    bool ambiguous_ = false;
};

// A feature such as http://a/b must not pass for the identity {http:, , a, b}, nor the other way round.
bool is_plain(std::string_view part) { return !part.empty() && part.find_first_of("/:") == std::string_view::npos; }

bool add_identities(Sum& sum, const disco::Info& info) {
    if (info.identities.empty()) return false;
    std::vector<std::string> lines;
    for (const Identity& one : info.identities) {
        if (!is_plain(one.category) || !is_plain(one.type) || one.lang.find('/') != std::string::npos) return false;
        lines.push_back(one.category + '/' + one.type + '/' + one.lang + '/' + one.name);
    }
    return sum.add_sorted(std::move(lines));
}

bool add_form(Sum& sum, const forms::Form& form) {
    const std::vector<std::string> types = form.values("FORM_TYPE");
    if (std::any_of(types.begin(), types.end(), [&](const std::string& type) { return type != types.front(); }))
        return false;
    std::vector<const forms::Field*> fields;
    for (const forms::Field& field : form.fields)
        if (field.var != "FORM_TYPE") fields.push_back(&field);
    std::sort(fields.begin(), fields.end(), [](const auto* a, const auto* b) { return a->var < b->var; });
    sum.add(types.front());
    for (const forms::Field* field : fields) {
        sum.add(field->var);
        sum.add_sorted(field->values, true);
    }
    return true;
}

bool add_forms(Sum& sum, const disco::Info& info) {
    std::vector<const forms::Form*> forms;
    for (const forms::Form& form : info.forms)
        if (!form.form_type().empty()) forms.push_back(&form);  // others are passed over (§5.4 rule 3.6)
    const auto less = [](const auto* a, const auto* b) { return a->form_type() < b->form_type(); };
    const auto same = [](const auto* a, const auto* b) { return a->form_type() == b->form_type(); };
    std::sort(forms.begin(), forms.end(), less);
    if (std::adjacent_find(forms.begin(), forms.end(), same) != forms.end()) return false;
    return std::all_of(forms.begin(), forms.end(), [&](const auto* form) { return add_form(sum, *form); });
}

}  // namespace

std::optional<std::string> verification(const disco::Info& info, std::string_view hash) {
    if (hash != "sha-1" && hash != "sha-256") return std::nullopt;
    Sum sum;
    if (!add_identities(sum, info) || !sum.add_sorted(info.features) || !add_forms(sum, info) || sum.ambiguous())
        return std::nullopt;
    return hash == "sha-1" ? base64(sha1({sum.text()})) : base64(sha256({sum.text()}));
}

}  // namespace rondel::caps
