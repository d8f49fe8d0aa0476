// R078, R081, R083, R085, V45, V46: whatever element came, as a stanza it is parsed or refused; its answers have its id
// and its addresses swapped; and a typed payload that was read can be written and read again.
#include "rondel/stanza/iq.hpp"
#include "rondel/stanza/message.hpp"
#include "rondel/stanza/presence.hpp"
#include "rondel/xml/payload.hpp"
#include "rondel/xml/reader.hpp"
#include "rondel/xml/writer.hpp"

#include <array>
#include <stdexcept>

#include "tests/fuzz/require.hpp"

using namespace rondel;

namespace {

enum class Kind { result, get, set, error };
constexpr std::array<std::string_view, 4> xml_names(Kind) { return {"result", "get", "set", "error"}; }

struct Part {
    std::optional<Jid> jid;
    std::optional<std::int16_t> number;
    std::optional<DateTime> stamp;
    std::string text;
    static constexpr auto xml =
        xml::element("item", "jabber:client", xml::attribute("jid", &Part::jid), xml::attribute("max", &Part::number),
                     xml::attribute("stamp", &Part::stamp), xml::text(&Part::text));
};

// Reads an iq, of all things, as a payload: what stands in examples and is mutated from them fits it often.
struct Whole {
    std::optional<std::string> id;
    std::optional<Kind> type;
    std::optional<Jid> to;
    std::string lang;
    bool flag = false;
    std::vector<Part> parts;
    std::vector<std::string> bodies;
    std::vector<Element> rest;
    static constexpr auto xml =
        xml::element("iq", "jabber:client", xml::attribute("id", &Whole::id), xml::attribute("type", &Whole::type),
                     xml::attribute("to", &Whole::to), xml::lang(&Whole::lang), xml::flag("query", &Whole::flag),
                     xml::child(&Whole::parts), xml::child_text("body", &Whole::bodies), xml::rest(&Whole::rest));
};

template <class F>
bool refuses(F answer) {
    try {
        static_cast<void>(answer());
        return false;
    } catch (const std::logic_error&) {
        return true;
    }
}

void require_answer(const Stanza& in, const Stanza& answer) {
    RONDEL_REQUIRE(answer.kind() == in.kind());
    RONDEL_REQUIRE(answer.to() == in.from() && answer.from() == in.to() && answer.id() == in.id());
    Element again = answer.element().copy();
    RONDEL_REQUIRE(Stanza::parse(again).has_value());
}

void require_error_answer(const Stanza& in, const Stanza& answer) {
    require_answer(in, answer);
    RONDEL_REQUIRE(answer.is_error());
    const StanzaError error = StanzaError::parse(answer.payload("error", xml::stanza_ns));
    RONDEL_REQUIRE(error.condition() == Condition::conflict && error.text() == "No.");
}

void require_error_round_trip(const std::optional<StanzaError>& error) {
    if (!error) return;
    Element element("error", xml::stanza_ns);
    error->write(element);
    const StanzaError again = StanzaError::parse(element);
    RONDEL_REQUIRE(again.condition() == error->condition() && again.type() == error->type());
    RONDEL_REQUIRE(again.text() == error->text() && again.new_address() == error->new_address());
    RONDEL_REQUIRE(again.application_name() == error->application_name());
}

void require_texts(const Message& in) {
    const auto body = in.body();
    RONDEL_REQUIRE(body.has_value() == static_cast<bool>(in.payload("body", xml::stanza_ns)));
    for (const std::string_view lang : {"", "de", "de-CH-x-a", "-", "x-y-z"}) {
        RONDEL_REQUIRE(in.body(lang).has_value() == body.has_value());
        Message copy = in.copy();
        copy.set_body("changed", lang).set_subject(body.value_or("none"), lang);
        RONDEL_REQUIRE(copy.body(lang) == "changed");
        RONDEL_REQUIRE(copy.subject(lang) == body.value_or("none"));
    }
    static_cast<void>(in.parent_thread());
}

// With the text that came, as it was written (decision 12); and with a part of it.
void require_echo(const Message& in) {
    const std::string_view body = in.body().value_or("");
    for (const std::string_view text : {body, body.substr(body.size() / 2)}) {
        const Message echo = in.reply(text);
        RONDEL_REQUIRE(echo.body() == text);
        std::string written;
        if (xml::write(echo.element(), written)) continue;  // half a character is none
        const auto again = xml::parse_document(written);
        RONDEL_REQUIRE(again && xml::same(*again, echo.element()));
    }
}

const StanzaError refusal(Condition::conflict, "No.");

void require_message(const Message& in) {
    require_texts(in);
    require_error_round_trip(in.error());
    if (in.is_error()) {
        RONDEL_REQUIRE(refuses([&] { return in.reply("x"); }) && refuses([&] { return in.error_reply(refusal); }));
        return;
    }
    require_error_answer(in, in.error_reply(refusal));
    require_echo(in);
    const Message reply = in.reply("echo: {}", in.body().value_or(""));
    RONDEL_REQUIRE(reply.body() == "echo: " + std::string(in.body().value_or("")));
    RONDEL_REQUIRE(reply.type() == in.type() && reply.from() == in.to() && reply.thread() == in.thread());
    RONDEL_REQUIRE(reply.to() == (in.type() == MessageType::groupchat ? in.from().bare() : in.from()));
}

void require_presence(const Presence& in) {
    static_cast<void>(in.show());
    static_cast<void>(in.priority());
    static_cast<void>(in.status("en"));
    require_error_round_trip(in.error());
    if (in.is_error()) {
        RONDEL_REQUIRE(refuses([&] { return in.reply(PresenceType::available); }));
        return;
    }
    require_error_answer(in, in.error_reply(refusal));
    const Presence reply = in.reply(PresenceType::subscribed);
    RONDEL_REQUIRE(reply.to() == in.from().bare() && reply.from() == in.to().bare());
}

void require_iq(const Iq& in) {
    require_error_round_trip(in.error());
    if (!in.is_request()) {
        RONDEL_REQUIRE(refuses([&] { return in.result(); }) && refuses([&] { return in.error_reply(refusal); }));
        return;
    }
    require_answer(in, in.result());
    require_error_answer(in, in.error_reply(refusal));
    RONDEL_REQUIRE(xml::same(in.result(in.payload()).payload(), in.payload()));
}

void require_refused(const Element& element, std::error_code fault) {
    const std::optional<Stanza> answer = fault_reply(element, fault);
    const std::string_view type = element.view().attribute_or("type", {});
    if (type == "error" || fault == StanzaFault::unknown_kind) RONDEL_REQUIRE(!answer);
    if (!answer) return;
    RONDEL_REQUIRE(answer->is_error() && answer->id() == element.attribute("id"));
    for (const ElementView child : answer->element().children()) RONDEL_REQUIRE(child.name() == "error");
}

void require_payload(ElementView element) {
    const Result<Whole> read = xml::decode<Whole>(element);
    if (!read) return;
    const Element written = xml::encode(*read);
    const Result<Whole> again = xml::decode<Whole>(written);
    RONDEL_REQUIRE(again.has_value());
    RONDEL_REQUIRE(xml::same(xml::encode(*again), written));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view bytes(reinterpret_cast<const char*>(data), size);
    xml::Reader reader(xml::Limits{});
    for (;;) switch (reader.next(bytes)) {
            case xml::Reader::Step::element: {
                Element element = reader.element();
                require_payload(element);
                Result<Stanza> stanza = Stanza::parse(element);
                if (!stanza)
                    require_refused(element, stanza.error());
                else if (stanza->kind() == StanzaKind::message)
                    require_message(Message(std::move(*stanza)));
                else if (stanza->kind() == StanzaKind::presence)
                    require_presence(Presence(std::move(*stanza)));
                else
                    require_iq(Iq(std::move(*stanza)));
                break;
            }
            case xml::Reader::Step::opened:
                break;
            case xml::Reader::Step::more:
            case xml::Reader::Step::closed:
            case xml::Reader::Step::failed:
                return 0;
        }
}
