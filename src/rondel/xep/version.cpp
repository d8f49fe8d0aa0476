#include "rondel/xep/version.hpp"

#include "rondel/service/router.hpp"
#include "rondel/xep/ask.hpp"

#include <stdexcept>

namespace rondel::version {

void install(Router& router, Version own) {
    if (own.name.empty())
        throw std::invalid_argument("The software version (XEP-0092) needs the name of the software.");
    router.answer([own = std::move(own)](const Query&) { return own; });
}

task<Version> ask(Entity& self, JidView of, RequestOptions options) {
    return ask_for<Version>(self, get(of, Query()), std::move(options));
}

}  // namespace rondel::version
