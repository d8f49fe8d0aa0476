// Mistakes with stanzas, and what the compiler says about them.
#include "rondel/stanza/message.hpp"

namespace rondel {

#if MISTAKE == 1                                   // use of deleted function
Message mistake(const Message& in) { return in; }  // a copy is written copy()
#elif MISTAKE == 2                                 // argument not found
Message mistake(const Message& in) { return in.reply("{} {}", 1); }  // one argument too few for the format
#elif MISTAKE == 3                                 // call to non-‘constexpr’ function
std::string_view text();
Message mistake(const Message& in) { return in.reply(text(), 1); }  // a format must be known to the compiler
#endif

Message correct(const Message& in) { return in.reply("{} {}", 1, 2).with(xml::Element("x", "urn:example:x")); }

}  // namespace rondel
