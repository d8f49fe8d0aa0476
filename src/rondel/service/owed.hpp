// One answer that is due: to an iq whose handler has not answered at once. The last who holds it answers for it.
#pragma once

#include "rondel/service/entity.hpp"
#include "rondel/service/timer_wheel.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rondel {

// Borrows: the entity, while that lives.   Threads: one.
class Owed {
  public:
    Owed(std::weak_ptr<Entity::State> entity, const Iq& query);
    ~Owed();  // forgotten: remote-server-timeout
    Owed(const Owed&) = delete;
    Owed& operator=(const Owed&) = delete;

    bool due() const { return due_; }
    bool is_of(std::string_view id, std::string_view peer) const { return due_ && id_ == id && peer_ == peer; }

    // Gives the answer, with the addresses and the id that it must have. False: it was not due any more.
    bool answer(Iq answer);
    bool answer(const StanzaError& error);
    bool result();  // an empty one
    bool result(ElementView payload);
    void settle();  // answered by somebody else, or nobody is there to answer

    std::uint32_t place = 0;  // in the entity's list of those
    TimerWheel::Timer timer = 0;

  private:
    friend class OwedByQuery;
    Iq answer_of(IqType type) const;
    Iq error_answer(const StanzaError& error) const;

    std::weak_ptr<Entity::State> entity_;
    std::string id_;
    std::string peer_;
    std::string self_;
    Owed* next_ = nullptr;  // of OwedByQuery
    bool due_ = true;
};

// All answers that are due, each found by its query, however many there are. Of queries alike the oldest is found.
// Borrows: them.   Threads: one.
class OwedByQuery {
  public:
    void make_room();  // for one more: to add it needs no memory then
    void add(Owed& one);
    void remove(const Owed& one);
    Owed* find(std::string_view id, std::string_view peer) const;

  private:
    Owed** head(std::string_view id, std::string_view peer);

    std::vector<Owed*> heads_;  // of chains; a power of two
    std::size_t size_ = 0;
};

}  // namespace rondel
