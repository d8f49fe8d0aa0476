// Where a session stands: what the words in braces mean, and when everything that was said has been handled.
#pragma once

#include <string>
#include <string_view>

namespace rondel::conformance {

class Session;

class Surroundings {
  public:
    virtual std::string fill(std::string_view text) const = 0;
    virtual void settle() = 0;
    // A query that whoever is tried answers, in whatever way: behind its answer nothing from before can come.
    virtual std::string question(const Session& of, int number) const = 0;

  protected:
    ~Surroundings() = default;
};

// `text` with each {word} replaced; throws std::logic_error where a word means nothing: a slip in a case.
template <class Meaning>
std::string replace_words(std::string_view text, const Meaning& meaning) {
    std::string filled;
    for (;;) {
        const std::size_t open = text.find('{');
        filled += text.substr(0, open);
        if (open == std::string_view::npos) return filled;
        const std::size_t shut = text.find('}', open);
        filled += meaning(text.substr(open + 1, shut - open - 1));
        text.remove_prefix(shut + 1);
    }
}

}  // namespace rondel::conformance
