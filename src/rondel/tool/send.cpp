// rondel send: one message, and whether it arrived.
#include "rondel/base/utf8.hpp"
#include "rondel/tool/commands.hpp"
#include "rondel/tool/connection_options.hpp"
#include "rondel/tool/once.hpp"

#include <fmt/format.h>

namespace rondel::tool {

namespace {

struct Letter : ConnectionOptions {
    std::string to;
    std::string text;
    std::string from;
    std::string type = "chat";

    void check() const {  // a slip shows before anything is tried
        address_argument(to);
        if (is_client() && !from.empty())
            throw CLI::ValidationError("--from", "a client has one address only; components have many");
        if (!from.empty()) address_argument(from);
    }
};

std::string sentence(const StanzaError& error) {
    return fmt::format("{} ({}){}{}", to_string(error.condition()), to_string(error.type()),
                       error.text().empty() ? "" : ": ", sanitize_for_log(error.text()));
}

// A component has no acknowledgements (XEP-0114), and that a server took a message of a client says little. The
// recipient's domain is pinged behind the message: whatever it answers, the message went the same way before, and a
// refusal of it is there by now.
task<int> post_it(const Letter& letter, std::optional<std::string>& bounced, Entity& self) {
    const Jid to = address_argument(letter.to);
    Message message(to, letter.text,
                    letter.type == "normal"     ? MessageType::normal
                    : letter.type == "headline" ? MessageType::headline
                                                : MessageType::chat);
    if (!letter.from.empty()) message.set_from(address_argument(letter.from));
    const Ticket ticket = self.send(std::move(message));
    if (!ticket) {
        fmt::print(stderr, "Not sent: {}.\n", ticket.refused.message());
        co_return 1;
    }
    Iq ping(IqType::get, Jid::from_parts({}, to.domain(), {}).value());
    ping.add("ping", "urn:xmpp:ping");
    const Answer proof = co_await self.request(std::move(ping), RequestOptions().timeout(std::chrono::seconds(5)));
    if (bounced) {
        fmt::print(stderr, "Not delivered: {}\n", *bounced);
        co_return 1;
    }
    const bool heard = proof.outcome() == Outcome::answered_result || proof.outcome() == Outcome::answered_error;
    if (!heard)
        fmt::print(stderr, "Sent; whether it arrived is not known: nothing came back from {} in 5 s.\n", to.domain());
    co_return 0;
}

}  // namespace

void add_send(CLI::App& app, Action& action) {
    CLI::App* command = app.add_subcommand("send", "Send a message, and say if it was refused");
    auto letter = std::make_shared<Letter>();
    command->add_option("JID", letter->to, "To whom")->required();
    command->add_option("TEXT", letter->text, "The text")->required();
    command->add_option("--from", letter->from, "From whom, in the component's domain; the component itself otherwise")
        ->type_name("JID");
    command->add_option("--type", letter->type, "chat, normal or headline")
        ->check(CLI::IsMember({"chat", "normal", "headline"}))
        ->capture_default_str();
    letter->add_to(*command);
    command->callback([letter, &action] {
        action = [letter] {
            letter->check();
            auto bounced = std::make_shared<std::optional<std::string>>();
            Router router;
            router.on_error([bounced](const StanzaError& error, const Stanza& stanza) {
                if (stanza.kind() == StanzaKind::message) *bounced = sentence(error);
            });
            return once(
                *letter, [letter, bounced](Entity& self) { return post_it(*letter, *bounced, self); }, router);
        };
    });
}

}  // namespace rondel::tool
