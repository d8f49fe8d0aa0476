#include "client.hpp"

#include "scan.hpp"

namespace load {

namespace {

std::string header(const std::string& domain) {
    return "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='" + domain +
           "' version='1.0'>";
}

}  // namespace

Client::Client(Loop& loop, const Options& options, std::size_t number, Counts& counts)
    : Link(loop, options.host, options.client_port), options_(options), talk_(number, options.body, counts) {
    output() = header(options.domain);
    flush();
}

void Client::take(std::string_view element) {
    const std::string_view name = name_of(element);
    if (step_ != Step::there) return log_in(name, element);
    if (name != "message") return;
    talk_.answered(element, options_.component);
    fill();
}

void Client::fill() {
    while (asks_ && talk_.open() < options_.in_flight) talk_.ask(output());
}

void Client::log_in(std::string_view name, std::string_view element) {
    switch (step_) {
        case Step::authenticating:
            if (name != "stream:features") break;
            output() += "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'>=</auth>";
            step_ = Step::succeeding;
            return;
        case Step::succeeding:
            if (name != "success") break;
            output() += header(options_.domain);
            step_ = Step::binding;
            return;
        case Step::binding:
            if (name != "stream:features") break;
            output() += "<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>";
            step_ = Step::bound;
            return;
        case Step::bound:
            if (name != "iq") break;
            if (const auto jid = text_in(element, "jid")) talk_.begin(std::string(*jid), options_.component);
            if (!talk_.has_begun()) break;
            // Whoever logs in last is done when the server has answered this.
            output() += options_.archive_off ? "<presence/><iq type='set' id='p'><prefs xmlns='urn:xmpp:mam:2' "
                                               "default='never'><always/><never/></prefs></iq>"
                                             : "<presence/><iq type='get' id='p'><query "
                                               "xmlns='jabber:iq:roster'/></iq>";
            step_ = Step::presence;
            return;
        case Step::presence:
            if (name != "iq" || attribute_of(element, "id") != "p") return;
            if (attribute_of(element, "type") != "result") break;
            step_ = Step::there;
            return;
        case Step::there:
            return;
    }
    if (name == "?xml" || name == "stream:stream" || name == "presence" || name == "message") return;
    throw Failure("A client could not log in; the server said: " + std::string(element));
}

}  // namespace load
