#include "component.hpp"

#include "rondel/base/digest.hpp"
#include "rondel/base/encoding.hpp"

#include "scan.hpp"

namespace load {

Component::Component(Loop& loop, const Options& options, std::uint16_t port, std::string domain)
    : Link(loop, options.host, port), secret_(options.secret) {
    output() = "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' to='" +
               domain + "'>";
    flush();
}

void Component::take(std::string_view element) {
    const std::string_view name = name_of(element);
    if (there_ && name == "message") return take_message(element);
    if (name == "stream:stream") {
        const auto proof = rondel::sha1({attribute_of(element, "id"), secret_});
        output() += "<handshake>" + rondel::to_hex(proof) + "</handshake>";
    } else if (name == "handshake") {
        there_ = true;
    } else if (name == "stream:error" || name == "/stream:stream") {
        throw Failure("A component was turned away: " + std::string(element));
    }
}

Echo::Echo(Loop& loop, const Options& options, FindTalk find, Counts& counts)
    : Component(loop, options, options.component_port, options.component),
      find_(std::move(find)),
      component_(options.component),
      counts_(counts) {}

void Echo::take_message(std::string_view element) {
    const auto body = text_in(element, "body");
    Talk* talk = body && find_ ? find_(Talk::asker_of(*body)) : nullptr;
    if (!body || (find_ && talk == nullptr)) {
        if (++counts_.spoilt == 1) counts_.first_spoilt = element;
        return;
    }
    const std::string_view from = attribute_of(element, "from");
    if (talk != nullptr) talk->heard(from, element, *body);
    std::string& answer = output();
    answer += "<message from='";
    answer += component_;
    answer += "' to='";
    answer += from;
    answer += "' type='chat' id='";
    answer += attribute_of(element, "id");
    answer += "'><body>";
    answer += *body;
    answer += "</body></message>";
}

Asker::Asker(Loop& loop, const Options& options, Counts& counts)
    : Component(loop, options, options.peer_port != 0 ? options.peer_port : options.component_port, options.peer),
      options_(options),
      talk_(0, options.body, counts) {
    talk_.begin("ask@" + options.peer + "/bench", options.component, true);
}

void Asker::take_message(std::string_view element) {
    talk_.answered(element, options_.component);
    fill();
}

void Asker::fill() {
    while (asks_ && talk_.open() < options_.in_flight) talk_.ask(output());
}

}  // namespace load
