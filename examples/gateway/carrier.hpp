// The service on the other side of the gateway: it takes text messages, and delivers them. What it says is described
// once, and the compiler does the rest.
#pragma once

#include <string>

#include <rondel/rondel.hpp>

// [payloads]
// <submit xmlns='urn:example:carrier' number='+15550100'>Wherefore?</submit>
struct Submit {
    std::string number;
    std::string text;
    static constexpr auto xml =
        rondel::xml::element("submit", "urn:example:carrier",  //
                             rondel::xml::attribute("number", &Submit::number), rondel::xml::text(&Submit::text));
};

// <submitted xmlns='urn:example:carrier'><cents>7</cents></submitted>
struct Submitted {
    int cents = 0;
    static constexpr auto xml = rondel::xml::element("submitted", "urn:example:carrier",  //
                                                     rondel::xml::child_text("cents", &Submitted::cents));
};

// <arrived xmlns='urn:example:carrier' number='+15550100' for='juliet@example.com'>Here.</arrived>
struct Arrived {
    std::string number;
    rondel::Jid whom;
    std::string text;
    static constexpr auto xml =
        rondel::xml::element("arrived", "urn:example:carrier",  //
                             rondel::xml::attribute("number", &Arrived::number),
                             rondel::xml::attribute("for", &Arrived::whom), rondel::xml::text(&Arrived::text));
};
// [/payloads]

// [carrier]
inline void carrier(rondel::Router& router) {
    using namespace rondel;
    router.answer_set([](const Submit& wanted) {
        if (!wanted.number.starts_with('+')) throw StanzaError(Condition::item_not_found, "Numbers begin with +.");
        return Submitted{.cents = 7};
    });
    disco::install(router, {.category = "component", .type = "generic", .name = "Carrier"});
}
// [/carrier]
