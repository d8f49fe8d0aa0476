// The prefixes that are bound where the reader stands (Namespaces in XML 1.0 §6): those of the stream header, and of
// the elements open.
//
// Bindings are a stack. Up to a dozen are searched from the top; when there are more (only an attacker has them), an
// ordered map of the prefixes is kept as well, so that neither many bindings nor names chosen to collide make looking
// up slow (V07).
#pragma once

#include "rondel/xml/array.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace rondel::xml {

// What a prefix, or no prefix, stands for.
struct BoundNs {
    std::uint32_t index : 30 = 0;   // into the block's namespaces; if `outer`, into those of the header
    std::uint32_t outer : 1 = 0;    // bound by the stream header
    std::uint32_t content : 1 = 0;  // the stream's own namespace for stanzas

    bool operator==(const BoundNs&) const = default;
};

// Owns: the prefixes.   Threads: one at a time.
class Namespaces {
  public:
    static constexpr std::uint32_t none = UINT32_MAX;

    std::uint32_t size() const { return static_cast<std::uint32_t>(bindings_.size()); }
    BoundNs ns(std::uint32_t binding) const { return bindings_[binding].ns; }
    std::string_view prefix(std::uint32_t binding) const {
        return std::string_view(prefixes_).substr(bindings_[binding].prefix_at, bindings_[binding].prefix_size);
    }

    std::uint32_t find(std::string_view prefix) const;  // the binding in force, or none
    void bind(std::string_view prefix, BoundNs ns);
    void cut(std::uint32_t size) {  // drops the newest
        if (bindings_.size() > size) drop(size);
    }

  private:
    static constexpr std::uint32_t most_searched = 12;

    struct Binding {
        std::uint32_t prefix_at;
        std::uint32_t prefix_size;
        std::uint32_t hidden;  // the binding of the same prefix that this one hides, where the map knows it
        BoundNs ns;
    };

    void drop(std::uint32_t size);
    void index(std::uint32_t binding);
    void unindex(std::uint32_t binding);

    Array<Binding> bindings_;
    std::string prefixes_;
    std::map<std::string, std::uint32_t, std::less<>> newest_;  // empty while few are bound
};

}  // namespace rondel::xml
