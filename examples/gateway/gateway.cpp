// gateway DOMAIN SECRET SERVER CARRIER
#include "gateway.hpp"

#include <cstdio>

// [main]
int main(int count, char** words) {
    const auto word = [&](int at, const char* otherwise) { return count > at ? words[at] : otherwise; };
    const auto carrier = rondel::Jid::parse(word(4, "carrier.localhost"));
    if (!carrier) return std::fprintf(stderr, "%s\n", carrier.error().message().c_str()), 1;
    rondel::Router router;
    send_texts(router, *carrier);
    take_texts(router, *carrier);
    rondel::disco::install(router, {.category = "gateway", .type = "sms", .name = "Text messages"});
    return rondel::run(rondel::Component(
        {.domain = word(1, "sms.localhost"), .secret = word(2, "pass"), .server = word(3, "localhost:5347")}, router));
}
// [/main]
