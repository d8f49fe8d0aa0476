// Replier: the right, and the duty, to answer one iq. Dropped unused, it answers remote-server-timeout.
//
//   router.answer_later(IqType::get, "query", "urn:example:slow", [&](Iq in, Replier reply) {
//       backend.ask(in.payload().text(), [reply = std::move(reply)](std::string text) mutable {
//       reply.result(Slow{text}); });
//   });
#pragma once

#include "rondel/stanza/iq.hpp"
#include "rondel/xml/payload.hpp"

#include <memory>

namespace rondel {

class Owed;  // one answer that is due

// Owns: the duty to answer. Moved, not copied.   Threads: use and drop it on the entity's executor. May outlive the
// entity.
class Replier {
  public:
    explicit Replier(std::shared_ptr<Owed> owed);
    Replier(Replier&&) noexcept;
    Replier& operator=(Replier&&) noexcept;
    ~Replier();

    // The first of these counts; the others are passed over and logged. False: the answer was not taken any more
    // (answered already, too late, or the entity has stopped).
    bool result();
    bool result(ElementView payload);
    template <xml::Payload T>
    bool result(const T& payload) {
        return result(xml::encode(payload).view());
    }
    bool error(const StanzaError& error);

    explicit operator bool() const;  // whether an answer is still due

  private:
    std::shared_ptr<Owed> owed_;
};

}  // namespace rondel
