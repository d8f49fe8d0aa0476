// What is written on the outside of a stanza, as it is asked of everything that comes and goes.
#pragma once

#include "rondel/stanza/stanza.hpp"

#include <optional>
#include <string_view>

namespace rondel {

// Borrows the block of the stanza, which may be moved meanwhile. Of an empty stanza all is absent.
class Outside {
  public:
    explicit Outside(const Stanza& stanza) : block_(stanza.element().block()) {}

    std::optional<std::string_view> to() const { return of(xml::Common::to); }
    std::optional<std::string_view> from() const { return of(xml::Common::from); }
    std::optional<std::string_view> id() const { return of(xml::Common::id); }
    std::string_view type() const { return of(xml::Common::type).value_or(std::string_view()); }

    bool asks() const { return is_request_type(type()); }  // where it is an iq

  private:
    std::optional<std::string_view> of(xml::Common which) const {
        return block_ == nullptr ? std::nullopt : block_->of_root(which);
    }

    const xml::Block* block_;
};

// Of a prepared address: what stands before the resource.
inline std::string_view bare_of(std::string_view address) { return address.substr(0, address.find('/')); }

}  // namespace rondel
