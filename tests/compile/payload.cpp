// Mistakes in the description of a payload, and what the compiler says about them.
#include "rondel/xml/payload.hpp"

namespace rondel {

struct Described {
    std::string name;
    static constexpr auto xml = xml::element("x", "urn:example:x", xml::attribute("name", &Described::name));
};

struct Plain {
    std::string name;
};

#if MISTAKE == 1  // decode<T>(): T must be default constructible and have `static constexpr auto xml = element(…)`.
auto mistake(xml::ElementView element) { return xml::decode<Plain>(element); }
#elif MISTAKE == 2  // encode(): the value's type must have `static constexpr auto xml = element(…)`.
auto mistake() { return xml::encode(Plain()); }
#elif MISTAKE == 3  // attribute(): the member's type has no text form (payload_text.hpp).
struct Mistake {
    double weight;
    static constexpr auto xml = xml::element("x", "urn:example:x", xml::attribute("weight", &Mistake::weight));
};
#elif MISTAKE == 4  // attribute(): an element has an attribute once, so the member cannot be a vector.
struct Mistake {
    std::vector<std::string> names;
    static constexpr auto xml = xml::element("x", "urn:example:x", xml::attribute("name", &Mistake::names));
};
#elif MISTAKE == 5  // element(): rest() and any() take what the others leave, so they must be the last field.
struct Mistake {
    std::string name;
    std::vector<xml::Element> others;
    static constexpr auto xml =
        xml::element("x", "urn:example:x", xml::rest(&Mistake::others), xml::attribute("name", &Mistake::name));
};
#elif MISTAKE == 6  // element(): one rest() takes all other children, so a second one, or any(), would get none.
struct Mistake {
    std::vector<xml::Element> others;
    static constexpr auto xml =
        xml::element("x", "urn:example:x", xml::rest(&Mistake::others), xml::rest(&Mistake::others));
};
#elif MISTAKE == 7  // child(): the member must be, or hold, a struct with a description.
struct Mistake {
    std::vector<Plain> plain;
    static constexpr auto xml = xml::element("x", "urn:example:x", xml::child(&Mistake::plain));
};
auto mistake(xml::ElementView element) { return xml::decode<Mistake>(element); }
#elif MISTAKE == 8  // element(): whole() keeps all of the element, so it must be the only field.
struct Mistake {
    std::string name;
    xml::Element all;
    static constexpr auto xml =
        xml::element("x", "urn:example:x", xml::attribute("name", &Mistake::name), xml::whole(&Mistake::all));
};
#elif MISTAKE == 9  // element(): rest() and any() take what the others leave, so they must be the last field.
struct Mistake {
    std::string name;
    xml::Element other;
    static constexpr auto xml =
        xml::element("x", "urn:example:x", xml::any(&Mistake::other), xml::attribute("name", &Mistake::name));
};
#endif

auto correct(xml::ElementView element) { return xml::decode<Described>(element); }

}  // namespace rondel
