#include "rondel/base/jid.hpp"

#include "rondel/base/jid_look.hpp"
#include "rondel/base/jid_parts.hpp"
#include "rondel/base/utf8.hpp"

#include <algorithm>
#include <optional>
#include <ostream>

namespace rondel {

namespace {

using jid_parts::Glance;

class JidCategory : public std::error_category {
  public:
    const char* name() const noexcept override { return "rondel.jid"; }
    std::string message(int code) const override {
        switch (static_cast<JidError>(code)) {
            case JidError::empty:
                return "The address is empty, or one of its parts is: expected [local@]domain[/resource].";
            case JidError::too_long:
                return "A part of the address is longer than 1023 octets.";
            case JidError::bad_utf8:
                return "The address is not UTF-8.";
            case JidError::bad_local:
                return "The part of the address before the '@' holds a character that is not allowed there: "
                       "spaces, symbols, and \" & ' / : < > @ are not.";
            case JidError::bad_domain:
                return "The domain of the address is neither a domain name nor an IP address (IPv6 goes in brackets).";
            case JidError::bad_resource:
                return "The part of the address after the '/' holds a character that is not allowed there, "
                       "such as a control character or an invisible one.";
        }
        return "Unknown address error.";
    }
};

// The JID, if localpart and domainpart are prepared and ASCII; nothing is known otherwise.
std::optional<Result<Jid>> parse_ascii(std::string_view text) {
    if (jid_parts::fastest_look()(text)) return Jid(JidView::of_prepared(text));
    std::size_t domain_end = 0;
    const Glance seen = jid_parts::glance(text, domain_end);
    if (seen == Glance::prepared) return Jid(JidView::of_prepared(text));
    if (seen != Glance::unclear_resource) return std::nullopt;
    return Jid(JidView::of_prepared(text.substr(0, domain_end))).with_resource(text.substr(domain_end + 1));
}

std::string bare_in_lower_case(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c == '/') break;
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

}  // namespace

std::error_code make_error_code(JidError error) {
    static const JidCategory category;
    return {static_cast<int>(error), category};
}

JidView JidView::in_parts() const {
    if (domain_end_ != unknown) return *this;
    const std::size_t domain_end = std::min(text_.find('/'), text_.size());
    const std::size_t at = text_.substr(0, domain_end).find('@');
    return {text_, static_cast<std::uint16_t>(at == std::string_view::npos ? 0 : at),
            static_cast<std::uint16_t>(domain_end)};
}

bool JidView::is_evidently_prepared(std::string_view text) { return jid_parts::fastest_look()(text); }

bool JidView::is_prepared(std::string_view text) { return is_evidently_prepared(text) || is_odd_but_prepared(text); }

bool JidView::is_odd_but_prepared(std::string_view text) {
    std::size_t domain_end = 0;
    switch (jid_parts::glance(text, domain_end)) {
        case Glance::prepared:
            return true;
        case Glance::unprepared:
            return false;
        case Glance::unclear_resource: {
            const std::string_view resource = text.substr(domain_end + 1);
            const auto prepared = jid_parts::prepare_resource(resource);
            return prepared && *prepared == resource;
        }
        case Glance::unclear:
            break;
    }
    const auto prepared = Jid::parse(text);
    return prepared && prepared->str() == text;
}

std::string_view JidView::local() const { return text_.substr(0, in_parts().local_end_); }

std::string_view JidView::domain() const {
    const JidView whole = in_parts();
    const std::size_t start = whole.local_end_ == 0 ? 0 : whole.local_end_ + std::size_t{1};
    return text_.substr(start, whole.domain_end_ - start);
}

std::string_view JidView::resource() const {
    const std::size_t domain_end = in_parts().domain_end_;
    return domain_end == text_.size() ? std::string_view() : text_.substr(domain_end + 1);
}

JidView JidView::bare() const {
    const JidView whole = in_parts();
    return {text_.substr(0, whole.domain_end_), whole.local_end_, whole.domain_end_};
}

bool JidView::is_bare() const { return in_parts().domain_end_ == text_.size(); }

Jid::Jid(JidView view) : text_(view.str()) {
    const JidView whole = view.in_parts();
    local_end_ = whole.local_end_;
    domain_end_ = whole.domain_end_;
}

Result<Jid> Jid::parse(std::string_view text) {
    if (auto quick = parse_ascii(text)) return *std::move(quick);
    if (auto quick = parse_ascii(bare_in_lower_case(text))) return *std::move(quick);
    const jid_parts::Parts parts = jid_parts::split(text);
    if ((parts.has_local && parts.local.empty()) || (parts.has_resource && parts.resource.empty()))
        return make_error_code(JidError::empty);
    return from_parts(parts.local, parts.domain, parts.resource);
}

Result<Jid> Jid::from_parts(std::string_view local, std::string_view domain, std::string_view resource) {
    if (domain.empty()) return make_error_code(JidError::empty);
    Jid jid;
    if (!local.empty()) {
        auto prepared = jid_parts::prepare_local(local);
        if (!prepared) return prepared.error();
        jid.local_end_ = static_cast<std::uint16_t>(prepared->size());
        jid.text_ = *std::move(prepared);
        jid.text_ += '@';
    }
    const auto prepared = jid_parts::prepare_domain(domain);
    if (!prepared) return prepared.error();
    jid.text_ += *prepared;
    jid.domain_end_ = static_cast<std::uint16_t>(jid.text_.size());
    if (resource.empty()) return jid;
    return jid.with_resource(resource);
}

Result<Jid> Jid::with_resource(std::string_view resource) const {
    if (resource.empty() || empty()) return make_error_code(JidError::empty);
    const auto prepared = jid_parts::prepare_resource(resource);
    if (!prepared) return prepared.error();
    Jid jid;
    jid.text_.reserve(domain_end_ + 1 + prepared->size());
    jid.text_.assign(text_, 0, domain_end_).append(1, '/').append(*prepared);
    jid.local_end_ = local_end_;
    jid.domain_end_ = domain_end_;
    return jid;
}

std::ostream& operator<<(std::ostream& out, JidView jid) { return out << jid.str(); }

Jid literals::operator""_jid(const char* text, std::size_t size) {
    auto jid = Jid::parse({text, size});
    if (!jid) throw std::system_error(jid.error(), '"' + sanitize_for_log({text, size}) + '"');
    return *std::move(jid);
}

}  // namespace rondel
