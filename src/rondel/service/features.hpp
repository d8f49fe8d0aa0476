// What is installed: the identities and features that an entity says it has (XEP-0030 §3.1). Kept sorted and without
// repetition, so that two entities with the same things installed say the same (XEP-0115 §5.1).
#pragma once

#include "rondel/xml/payload.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace rondel {

struct Identity {
    std::string category;  // "client", "gateway", "conference", …  (xmpp.org/registrar/disco-categories.html)
    std::string type;      // "bot", "pc", "text", …
    std::string name = {};
    std::string lang = {};
    friend auto operator<=>(const Identity&, const Identity&) = default;
    static constexpr auto xml =
        xml::element("identity", "http://jabber.org/protocol/disco#info",
                     xml::attribute("category", &Identity::category), xml::attribute("type", &Identity::type),
                     xml::optional_attribute("name", &Identity::name), xml::lang(&Identity::lang));
};

// A value.
class Features {
  public:
    Features& add(std::string_view feature);
    Features& add(Identity identity);
    Features& add(const Features& others);
    Features& remove(std::string_view feature);  // one that should not be told

    bool has(std::string_view feature) const;
    const std::vector<std::string>& list() const { return features_; }
    const std::vector<Identity>& identities() const { return identities_; }

    friend bool operator==(const Features&, const Features&) = default;

  private:
    std::vector<std::string> features_;
    std::vector<Identity> identities_;
};

}  // namespace rondel
