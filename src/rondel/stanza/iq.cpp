#include "rondel/stanza/iq.hpp"

#include "rondel/stanza/envelope.hpp"
#include "rondel/stanza/mould.hpp"

#include <stdexcept>

namespace rondel {

namespace {

inline void require_request(const Stanza& iq) {
    if (!iq.is_request()) throw std::logic_error("Only an iq of type get or set is answered (RFC 6120 §8.2.3).");
}

}  // namespace

std::string_view to_string(IqType type) {
    switch (type) {
        case IqType::get:
            return "get";
        case IqType::set:
            return "set";
        case IqType::result:
            return "result";
        case IqType::error:
            return "error";
    }
    return {};
}

Iq::Iq(IqType type, JidView to) : Iq(make_stanza({StanzaKind::iq, to.str(), {}, to_string(type), {}})) {}

[[gnu::hot]] IqType Iq::type() const {
    const std::string_view type = Stanza::type();
    if (type == "get") return IqType::get;
    if (type == "set") return IqType::set;
    if (type == "result") return IqType::result;
    return IqType::error;  // what is no type is answered by nobody
}

[[gnu::hot]] Iq Iq::result() const {
    require_request(*this);
    const xml::Block& received = *element_.block();
    const xml::Attribute& from = received.attribute_of_root(xml::Common::from);
    const xml::Attribute& to = received.attribute_of_root(xml::Common::to);
    const xml::Attribute& id = received.attribute_of_root(xml::Common::id);
    if (mould::are_known(from, to) && id.plain_value != 0) return Iq(mould::result(received, from, to, id));
    return Iq(make_answer(element_, StanzaKind::iq, Kept::id, "result"));
}

Iq Iq::result(ElementView payload) const {
    Iq answer = result();
    answer.add(payload);
    return answer;
}

Iq Iq::error_reply(const StanzaError& error) const {
    require_request(*this);
    return Iq(make_error(element_, StanzaKind::iq, error));
}

std::optional<StanzaError> Iq::error() const { return error_of(element_); }

std::optional<Stanza> fault_reply(ElementView refused, std::error_code fault) {
    if (fault == StanzaFault::unknown_kind || refused.ns() != xml::stanza_ns) return std::nullopt;
    StanzaKind kind = StanzaKind::iq;
    if (refused.name() == "message")
        kind = StanzaKind::message;
    else if (refused.name() == "presence")
        kind = StanzaKind::presence;
    else if (refused.name() != "iq")
        return std::nullopt;

    const std::string_view type = refused.attribute_or("type", {});
    if (type == "error" || (kind == StanzaKind::iq && type == "result")) return std::nullopt;
    const auto prepared = [&](const char* name) {
        Result<Jid> jid = Jid::parse(refused.attribute_or(name, {}));
        return jid ? std::move(*jid) : Jid();
    };
    const Jid from = prepared("from");
    const Jid to = prepared("to");
    const Envelope answer{kind, from.str(), to.str(), "error", refused.attribute("id")};
    const bool address = fault == StanzaFault::bad_from || fault == StanzaFault::bad_to;
    Condition condition = address ? Condition::jid_malformed : Condition::bad_request;
    if (fault == std::errc::not_enough_memory) condition = Condition::resource_constraint;
    return Stanza(make_error(answer, StanzaError(condition, fault.message())));
}

}  // namespace rondel
