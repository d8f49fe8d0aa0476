// What belongs to the name of an element. Filled when a router comes or goes, and asked for every payload: it is flat,
// so that to find one of ten thousand names touches few places in memory, and to miss one touches a single one.
#pragma once

#include "rondel/xml/same.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rondel {

// An element name as the pair that it is: never a concatenation (CVE-2022-25236).
struct NameView {
    std::string_view name;
    std::string_view ns;
};

// Owns: names and values.   Threads: one.
template <class T>
class NameTable {
  public:
    bool empty() const { return entries_.empty(); }

    [[gnu::always_inline]] const T* find(const NameView& name) const {
        const std::size_t entry = entry_of(name, hash_of(name));
        return entry == none ? nullptr : &entries_[entry].value;
    }

    // The value of that name; a fresh one if there was none. Valid until the next call.
    T& operator[](const NameView& name) {
        const std::size_t hash = hash_of(name);
        if (const std::size_t entry = entry_of(name, hash); entry != none) return entries_[entry].value;
        if ((entries_.size() + 1) * 2 > slots_.size()) grow();
        entries_.push_back({hash, texts_.size(), name.name.size(), name.ns.size(), T()});
        texts_.append(name.name).append(name.ns);
        put(entries_.size() - 1);
        return entries_.back().value;
    }

  private:
    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    struct Entry {
        std::size_t hash = 0;
        std::size_t at = 0;  // in texts_: the name, then the namespace
        std::size_t name_size = 0;
        std::size_t ns_size = 0;
        T value;
    };
    struct Slot {
        std::uint32_t tag = 0;
        std::uint32_t entry = 0;  // plus one; 0: nothing is here
    };

    // Quick, and no more: only names of our own service are in the table, so nobody can fill it with alike ones.
    [[gnu::always_inline]] static std::size_t hash_of(const NameView& name) {
        return mixed(mixed(0, name.ns), name.name);
    }
    [[gnu::always_inline]] static std::uint64_t mixed(std::uint64_t hash, std::string_view text) {
        constexpr std::uint64_t odd = 0x9E3779B97F4A7C15;  // the golden ratio of 64 bits
        const auto take = [&hash](std::uint64_t word) {
            hash = (hash ^ word) * odd;
            hash ^= hash >> 32;
        };
        const char* p = text.data();
        const std::size_t size = text.size();
        hash += size;
        if (size >= 8) {
            for (const char* const last = p + size - 8; p < last; p += 8) take(xml::word_at<std::uint64_t>(p));
            take(xml::word_at<std::uint64_t>(text.data() + size - 8));  // some of it again
        } else if (size >= 4) {
            take(xml::word_at<std::uint32_t>(p) | std::uint64_t{xml::word_at<std::uint32_t>(p + size - 4)} << 32);
        } else if (size != 0) {
            take(static_cast<std::uint64_t>(p[0]) << 16 ^ static_cast<std::uint64_t>(p[size / 2]) << 8 ^
                 static_cast<std::uint64_t>(p[size - 1]));
        }
        return hash;
    }
    static std::uint32_t tag_of(std::size_t hash) { return static_cast<std::uint32_t>(hash >> 32); }

    [[gnu::always_inline]] std::size_t entry_of(const NameView& name, std::size_t hash) const {
        if (slots_.empty()) return none;
        for (std::size_t i = hash & (slots_.size() - 1); slots_[i].entry != 0; i = (i + 1) & (slots_.size() - 1)) {
            if (slots_[i].tag != tag_of(hash)) continue;
            const Entry& entry = entries_[slots_[i].entry - 1];
            const char* const text = texts_.data() + entry.at;
            if (xml::same_text({text, entry.name_size}, name.name) &&
                xml::same_text({text + entry.name_size, entry.ns_size}, name.ns))
                return slots_[i].entry - 1;
        }
        return none;
    }

    void put(std::size_t entry) {
        const std::size_t hash = entries_[entry].hash;
        std::size_t i = hash & (slots_.size() - 1);
        while (slots_[i].entry != 0) i = (i + 1) & (slots_.size() - 1);
        slots_[i] = {tag_of(hash), static_cast<std::uint32_t>(entry + 1)};
    }

    void grow() {
        slots_.assign(slots_.empty() ? 16 : slots_.size() * 2, {});
        for (std::size_t entry = 0; entry < entries_.size(); ++entry) put(entry);
    }

    std::vector<Entry> entries_;  // in the order in which they came
    std::vector<Slot> slots_;     // a power of two of them, at most half of them taken
    std::string texts_;
};

}  // namespace rondel
