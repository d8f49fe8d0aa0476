#include "rondel/xep/last_activity.hpp"

#include "rondel/service/router.hpp"
#include "rondel/xep/ask.hpp"

#include <algorithm>

namespace rondel::last_activity {

Last::Last(Duration ago, std::optional<std::string> said)
    : seconds(static_cast<std::uint64_t>(
          std::max<std::int64_t>(0, std::chrono::duration_cast<std::chrono::seconds>(ago).count()))),
      status(std::move(said)) {}

void install(Router& router, Instant since, Lookup lookup) {
    router.answer([since, lookup = std::move(lookup)](const Query&, const Iq& in, Entity& self) -> task<Last> {
        const bool own = in.to().empty() || in.to() == JidView(self.address());
        if (own) co_return Last(self.now() - since);
        if (!lookup) throw StanzaError(Condition::service_unavailable);
        co_return co_await lookup(in, self);
    });
}

task<Last> ask(Entity& self, JidView of, RequestOptions options) {
    return ask_for<Last>(self, get(of, Query()), std::move(options));
}

}  // namespace rondel::last_activity
