// A token that the end of the input has cut, and the search for its end: it looks at every byte once, so that the cost
// stays linear however small the pieces are (CVE-2023-52425; V06). Inside the floor.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rondel::xml {

// Owns: the bytes of the token.   Threads: one at a time.
class Pending {
  public:
    bool empty() const { return bytes_.empty(); }
    std::string_view bytes() const { return bytes_; }
    const char* begin() const { return bytes_.data(); }
    const char* end() const { return bytes_.data() + bytes_.size(); }

    void start(std::string_view bytes);  // which hold no end
    // Takes bytes from [p, end) up to the one that may end the token; false when all are taken and the end is still to
    // come. What `true` means is for the parser to say: the token, cut again when only its kind became clear, or an
    // error.
    bool take(const char*& p, const char* end);
    void clear();

    std::size_t looked_at() const { return looked_at_; }  // bytes, each time; for the test that it is once

  private:
    enum class Kind { unknown, tag, short_markup, declaration, reference, character };

    void look_at_kind();
    const char* find_end(const char* p, const char* end);  // behind the byte that may end the token, or null
    const char* find_tag_end(const char* p, const char* end);

    std::string bytes_;
    Kind kind_ = Kind::unknown;
    std::size_t looked_at_ = 0;
    char quote_ = 0;  // in a tag: inside a value with this quote
};

}  // namespace rondel::xml
