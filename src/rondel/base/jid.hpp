// Addresses: localpart@domainpart/resourcepart (RFC 7622).
//
// A JidView borrows text that is known to be a prepared JID; a Jid owns it. Functions take JidView, values are kept as
// Jid.
#pragma once

#include "rondel/base/result.hpp"

#include <compare>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>
#include <system_error>

namespace rondel {

enum class JidError {
    empty = 1,  // no text, or a part that is present but empty
    too_long,   // a part exceeds 1023 octets after preparation (RFC 7622 §3.2–3.4)
    bad_utf8,
    bad_local,     // not allowed by UsernameCaseMapped, or one of "&'/:<>@ (RFC 7622 §3.3)
    bad_domain,    // neither an IDNA2008 name nor an IP literal (RFC 7622 §3.2)
    bad_resource,  // not allowed by OpaqueString (RFC 7622 §3.4)
};
std::error_code make_error_code(JidError);

class Jid;

// A prepared JID in somebody else's memory. Owns: nothing; valid as long as the text is.
class JidView {
  public:
    JidView() = default;
    JidView(const Jid& jid);  // NOLINT(google-explicit-constructor): as string_view does

    // Precondition: `text` is a prepared JID (of Jid::str(), or checked by is_prepared). Checks nothing; the parts are
    // looked for when somebody asks for one.
    static JidView of_prepared(std::string_view text) { return {text, 0, unknown}; }

    // Whether the text is a JID that preparation would leave as it is: the fast question asked of every stanza
    // received.
    static bool is_prepared(std::string_view text);
    static bool is_evidently_prepared(std::string_view text);  // at one look; false says nothing

    std::string_view str() const { return text_; }
    std::string_view local() const;
    std::string_view domain() const;
    std::string_view resource() const;
    JidView bare() const;  // local@domain
    bool is_bare() const;
    bool empty() const { return text_.empty(); }

    friend bool operator==(JidView a, JidView b) { return a.text_ == b.text_; }
    friend std::strong_ordering operator<=>(JidView a, JidView b) { return a.text_ <=> b.text_; }

  private:
    friend class Jid;
    JidView(std::string_view text, std::uint16_t local_end, std::uint16_t domain_end)
        : text_(text), local_end_(local_end), domain_end_(domain_end) {}

    static bool is_odd_but_prepared(std::string_view text);
    static constexpr std::uint16_t unknown = UINT16_MAX;
    JidView in_parts() const;  // the same, with its parts found

    std::string_view text_;
    std::uint16_t local_end_ = 0;   // 0: no localpart
    std::uint16_t domain_end_ = 0;  // text_.size(): no resourcepart; unknown: nor is local_end_ known
};

// A prepared JID of its own.
class Jid {
  public:
    Jid() = default;  // no address; str() is empty
    explicit Jid(JidView view);

    // Untrusted text: prepares and checks each part (RFC 7622 §3). Case is mapped, the trailing dot of a domain and
    // A-labels go.
    static Result<Jid> parse(std::string_view text);
    static Result<Jid> from_parts(std::string_view local, std::string_view domain, std::string_view resource);

    const std::string& str() const { return text_; }
    std::string_view local() const { return JidView(*this).local(); }
    std::string_view domain() const { return JidView(*this).domain(); }
    std::string_view resource() const { return JidView(*this).resource(); }
    Jid bare() const { return Jid(JidView(*this).bare()); }
    bool is_bare() const { return JidView(*this).is_bare(); }
    bool empty() const { return text_.empty(); }
    Result<Jid> with_resource(std::string_view resource) const;

    friend bool operator==(const Jid& a, const Jid& b) { return a.text_ == b.text_; }
    friend bool operator==(const Jid& a, JidView b) { return a.text_ == b.str(); }
    friend std::strong_ordering operator<=>(const Jid& a, const Jid& b) { return a.text_ <=> b.text_; }

  private:
    friend class JidView;
    std::string text_;
    std::uint16_t local_end_ = 0;
    std::uint16_t domain_end_ = 0;
};

std::ostream& operator<<(std::ostream&, JidView);

inline namespace literals {
Jid operator""_jid(const char* text, std::size_t size);  // trusted text; throws std::system_error
}

inline JidView::JidView(const Jid& jid) : text_(jid.text_), local_end_(jid.local_end_), domain_end_(jid.domain_end_) {}

}  // namespace rondel

template <>
struct std::is_error_code_enum<rondel::JidError> : std::true_type {};
template <>
struct std::hash<rondel::JidView> {
    std::size_t operator()(rondel::JidView jid) const noexcept { return std::hash<std::string_view>()(jid.str()); }
};
template <>
struct std::hash<rondel::Jid> : std::hash<rondel::JidView> {
    using is_transparent = void;
};
