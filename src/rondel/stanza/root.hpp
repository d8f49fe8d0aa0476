// How the root of a stanza is put together, in line: an answer is made for every message echoed. Not for other floors.
#pragma once

#include "rondel/stanza/envelope.hpp"
#include "rondel/xml/block_cache.hpp"

#include <algorithm>

namespace rondel::making {

using xml::Block;
using xml::Common;
using xml::Span;

inline constexpr xml::Attribute plain{.name = {}, .value = {}, .sound_name = 1, .plain_value = 1};

inline constexpr Span kinds[] = {Block::word("message"), Block::word("presence"), Block::word("iq")};

// A few letters of markup, for which a register has room.
struct Markup {
    template <std::size_t length>
    consteval Markup(const char (&literal)[length]) : size(length - 1) {
        std::copy_n(literal, size, text);
    }
    char text[16] = {};
    std::size_t size;
};
inline char* put(char* to, const Markup& markup) { return xml::put_short(to, markup.text, markup.size); }

inline constexpr Markup starts[] = {"<message", "<presence", "<iq"};
inline constexpr Markup attributes[xml::common_count] = {" to='", " from='", " id='", " type='"};
inline constexpr std::size_t all_markup = 40;  // of a root with all of these

// Puts a root together, one common attribute after the other, straight into a new block, and as it will be written.
class Root {
  public:
    [[gnu::always_inline]] Root(Block& block, StanzaKind kind, std::size_t value_bytes) : block_(&block) {
        block_->nodes.add() = {.name = kinds[static_cast<int>(kind)], .ns = Block::stanzas, .sound_name = 1};
        char* const start = block_->text.room(value_bytes + all_markup);
        start_ = static_cast<std::uint32_t>(block_->text.size());
        text_ = start - start_;
        to_ = put(start, starts[static_cast<int>(kind)]);
        next_ = block_->attributes.add(xml::common_count);
        common_ = block_->common.data();
    }

    // Whose value is not longer than what there is room for, and known as that of `like` is.
    [[gnu::always_inline]] void add(Common which, std::string_view value, const xml::Attribute& like) {
        char* const at = begin(which, like, value.size());
        end(xml::copy_text(at, value.data(), value.size()));
    }
    [[gnu::always_inline]] void add(Common which, const xml::Attribute& received,
                                    const char* text) {  // another block's
        char* const at = begin(which, received, received.value.size);
        end(xml::put_text(at, text + received.value.at, received.value.size));
    }

    [[gnu::always_inline]] void done() {
        if (plain_ != 0)
            block_->as_written = {.start = xml::whole_span(start_, static_cast<std::uint32_t>(to_ - text_) - start_),
                                  .open = Block::word("/>")};
        block_->text.end_at(to_);
        block_->attributes.shrink(1 + count_);
        if (count_ != 0) {
            next_[-1].next = 0;
            block_->nodes[Block::root].first_attribute = 1;
            block_->last_attribute_of = Block::root;
            block_->last_attribute = count_;
        }
    }

  private:
    [[gnu::always_inline]] char* begin(Common which, const xml::Attribute& like, std::size_t size) {
        char* const at = put(to_, attributes[static_cast<std::size_t>(which)]);
        common_[static_cast<std::size_t>(which)] = ++count_;
        *next_ = like;
        next_->name = Block::name_of(which);
        next_->value = xml::whole_span(static_cast<std::uint32_t>(at - text_), static_cast<std::uint32_t>(size));
        next_->next = count_ + 1;  // the last one's is put right at the end
        plain_ &= like.plain_value;
        ++next_;
        return at;
    }
    void end(char* to) {
        *to++ = '\'';
        to_ = to;
    }

    Block* block_;
    xml::Attribute* next_;
    xml::Index* common_;
    xml::Index count_ = 0;
    std::uint32_t plain_ = 1;  // all values
    std::uint32_t start_;      // where the start tag begins
    char* text_;               // of the block, for as long as there is room
    char* to_;
};

[[gnu::cold]] const Block& nobody();

// make_answer(), for those who know the kind and what is kept, so that it is made for just these.
[[gnu::always_inline]] inline Element answer(ElementView received, StanzaKind kind, Kept kept,
                                             std::string_view type = {}) {
    const Block& block = received.block() == nullptr ? nobody() : *received.block();
    const auto of = [&](Common which) -> const xml::Attribute& {  // the first one is nobody, and empty
        return block.attributes[block.common[static_cast<std::size_t>(which)]];
    };
    const xml::Attribute& to = of(Common::from);
    const xml::Attribute& from = of(Common::to);
    const xml::Attribute& id = of(Common::id);
    const xml::Attribute& same_type = of(Common::type);
    xml::BlockPtr made = xml::block_from_cache();
    const std::size_t third = kept == Kept::id ? id.value.size : kept == Kept::type ? same_type.value.size : 0;
    Root root(*made, kind, to.value.size + from.value.size + third + type.size());
    const char* const text = block.text.data();
    if (to.value.size != 0) root.add(Common::to, to, text);
    if (from.value.size != 0) root.add(Common::from, from, text);
    if (kept == Kept::id && id.name.size != 0) root.add(Common::id, id, text);
    if (kept == Kept::type && same_type.name.size != 0) root.add(Common::type, same_type, text);
    if (!type.empty()) root.add(Common::type, type, plain);
    root.done();
    return Element(std::move(made));
}

}  // namespace rondel::making
