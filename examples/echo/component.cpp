// The echo service as a server component (XEP-0114):  echo_component [DOMAIN [SECRET [SERVER]]]
#include "echo.hpp"

// [main]
int main(int count, char** words) {
    const auto word = [&](int at, const char* otherwise) { return count > at ? words[at] : otherwise; };
    rondel::Router router;
    router.on_message(echo);
    // [host]
    return rondel::run(rondel::Component(
        {.domain = word(1, "echo.localhost"), .secret = word(2, "pass"), .server = word(3, "localhost:5347")}, router));
    // [/host]
}
// [/main]
