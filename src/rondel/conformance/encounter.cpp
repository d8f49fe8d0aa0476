#include "rondel/conformance/encounter.hpp"

#include "rondel/base/digest.hpp"
#include "rondel/base/encoding.hpp"
#include "rondel/base/random.hpp"
#include "rondel/conformance/pattern.hpp"
#include "rondel/conformance/verdict.hpp"
#include "rondel/xml/writer.hpp"

#include <stdexcept>

#include <fmt/format.h>

namespace rondel::conformance {

RawStream Encounter::accept() {
    let_go();
    const Instant until = Clock::now() + component_.patience;
    for (;;) {
        component_.nudge();
        const Instant soon = Clock::now() + std::chrono::milliseconds(200);
        try {
            return RawStream(harbour_.accept(std::min(soon, until)), component_.limit);
        } catch (const Unmet&) {
            if (soon >= until) throw;
        }
    }
}

RawStream Encounter::greeted(std::string_view id) {
    RawStream stream = accept();
    stream.expect_header();
    std::string escaped;
    xml::append_escaped_attribute(id, escaped);
    stream.send(fmt::format("<?xml version='1.0'?><stream:stream xmlns='{}' xmlns:stream='{}' from='{}' id='{}'>",
                            component_ns, stream_ns, domain(), escaped));
    return stream;
}

std::string Encounter::handshake_for(std::string_view id) const {
    return to_hex(sha1({id, component_.secret.reveal()}));
}

Session& Encounter::session() {
    if (session_ && !session_->ended()) {
        try {
            settle();
        } catch (const Unmet&) {  // a case left something behind
            let_go();
        }
    }
    if (!session_ || session_->ended()) {
        const std::string id = random_token();
        RawStream stream = greeted(id);
        stream.expect("<handshake>" + handshake_for(id) + "</handshake>");
        stream.send("<handshake/>");
        session_ = std::make_unique<Session>(*this, std::move(stream), domain());
    }
    session_->forget();
    return *session_;
}

void Encounter::let_go() {
    if (session_) session_->leave();
    session_.reset();
}

void Encounter::is_back() {
    if (session_) session_->stream().wire().close();
    session_.reset();
    session().round_trip();
}

std::string Encounter::fill(std::string_view text) const {
    return replace_words(text, [this](std::string_view word) -> const std::string& {
        if (word == "domain") return domain();
        throw std::logic_error(fmt::format("The case says {{{}}}, and that means nothing here.", word));
    });
}

void Encounter::settle() {
    for (int i = 0; i < 2; ++i)
        if (session_) session_->round_trip();
}

std::string Encounter::question(const Session&, int number) const {
    return fmt::format("<iq type='get' id='settle-{}' from='{}' to='{}'><ping xmlns='urn:xmpp:ping'/></iq>", number,
                       server, domain());
}

}  // namespace rondel::conformance
