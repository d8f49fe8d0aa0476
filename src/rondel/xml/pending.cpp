#include "rondel/xml/pending.hpp"

#include "rondel/xml/characters.hpp"

#include <algorithm>
#include <cstring>

namespace rondel::xml {

namespace {

constexpr std::size_t most_kept = 16 * 1024;  // a buffer larger than this is given back

bool ends_reference(char c) { return c != '#' && (class_of(c) & (byte_class::name | byte_class::high)) == 0; }

}  // namespace

void Pending::start(std::string_view bytes) {
    bytes_.assign(bytes);
    quote_ = 0;
    looked_at_ = bytes.size();
    look_at_kind();
    if (kind_ == Kind::tag) find_tag_end(begin() + 1, end());
}

void Pending::clear() {
    bytes_.clear();
    if (bytes_.capacity() > most_kept) bytes_.shrink_to_fit();
}

void Pending::look_at_kind() {
    if (bytes_[0] == '&')
        kind_ = Kind::reference;
    else if (bytes_[0] != '<')
        kind_ = Kind::character;
    else if (bytes_.size() == 1)
        kind_ = Kind::unknown;
    else if (bytes_[1] == '!')
        kind_ = Kind::short_markup;
    else if (bytes_[1] == '?')
        kind_ = bytes_.size() > std::strlen("<?xml") ? Kind::declaration : Kind::short_markup;
    else
        kind_ = Kind::tag;
}

bool Pending::take(const char*& p, const char* end) {
    const char* after = find_end(p, end);
    bytes_.append(p, static_cast<std::size_t>((after != nullptr ? after : end) - p));
    looked_at_ += static_cast<std::size_t>((after != nullptr ? after : end) - p);
    p = after != nullptr ? after : end;
    if (kind_ == Kind::unknown || kind_ == Kind::short_markup) look_at_kind();
    return after != nullptr;
}

const char* Pending::find_end(const char* p, const char* end) {
    switch (kind_) {
        case Kind::unknown:
        case Kind::short_markup:
        case Kind::character:  // at most a handful of bytes: each may be the last
            return p == end ? nullptr : p + 1;
        case Kind::declaration:
            p = std::find(p, end, '>');
            return p == end ? nullptr : p + 1;
        case Kind::reference:
            p = std::find_if(p, end, ends_reference);
            return p == end ? nullptr : p + 1;
        case Kind::tag:
            return find_tag_end(p, end);
    }
    return nullptr;
}

const char* Pending::find_tag_end(const char* p, const char* end) {
    for (; p != end; ++p) {
        if (*p == '<') return p + 1;  // an error wherever it stands in a tag: the parser will say so
        if (quote_ != 0) {
            if (*p == quote_) quote_ = 0;
        } else if (*p == '>') {
            return p + 1;
        } else if (*p == '\'' || *p == '"') {
            quote_ = *p;
        }
    }
    return nullptr;
}

}  // namespace rondel::xml
