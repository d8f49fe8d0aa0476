// rondel ping, disco and version: one question to any address.
#include "rondel/base/utf8.hpp"
#include "rondel/tool/commands.hpp"
#include "rondel/tool/connection_options.hpp"
#include "rondel/tool/json.hpp"
#include "rondel/tool/once.hpp"
#include "rondel/xep/disco.hpp"
#include "rondel/xep/ping.hpp"
#include "rondel/xep/version.hpp"

#include <fmt/format.h>

namespace rondel::tool {

namespace {

struct Question : ConnectionOptions {
    std::string of;
    std::string from;
    std::string node;
    double timeout = 10;
    int count = 1;
    bool json = false;

    Jid address() const { return address_argument(of); }
    RequestOptions request() const {
        RequestOptions request;
        if (is_client() && !from.empty())
            throw CLI::ValidationError("--from", "a client has one address only; components have many");
        if (!from.empty()) request = std::move(request).from(address_argument(from));
        return std::move(request).timeout(std::chrono::duration_cast<Duration>(std::chrono::duration<double>(timeout)));
    }
};

task<int> ping(const Question& question, Entity& self) {
    const Jid of = question.address();
    for (int i = 0; i < question.count; ++i) {
        const Duration took = co_await ping::ask(self, of, question.request());
        const double milliseconds = std::chrono::duration<double, std::milli>(took).count();
        if (question.json)
            print_json({{"jid", of.str()}, {"ms", milliseconds}});
        else
            fmt::print("{} answered in {:.2f} ms\n", of.str(), milliseconds);
    }
    co_return 0;
}

task<int> version(const Question& question, Entity& self) {
    const Jid of = question.address();
    const version::Version theirs = co_await version::ask(self, of, question.request());
    if (question.json) {
        json::object data{{"jid", of.str()}, {"name", theirs.name}, {"version", theirs.version}};
        if (theirs.os) data["os"] = *theirs.os;
        print_json(data);
    } else {
        fmt::print("{} {}{}\n", sanitize_for_log(theirs.name), sanitize_for_log(theirs.version),
                   theirs.os ? " on " + sanitize_for_log(*theirs.os) : std::string());
    }
    co_return 0;
}

json::value as_json(const Jid& of, const disco::Info& info, const disco::Items& items) {
    json::array identities, features, places;
    for (const Identity& each : info.identities)
        identities.push_back({{"category", each.category}, {"type", each.type}, {"name", each.name}});
    for (const std::string& each : info.features) features.emplace_back(each);
    for (const disco::Item& each : items.items)
        places.push_back({{"jid", each.jid.str()}, {"node", each.node}, {"name", each.name}});
    return {{"jid", of.str()}, {"identities", identities}, {"features", features}, {"items", places}};
}

void print(const disco::Info& info, const disco::Items& items) {
    for (const Identity& each : info.identities)
        fmt::print("is    {}/{}{}\n", sanitize_for_log(each.category), sanitize_for_log(each.type),
                   each.name.empty() ? "" : "  " + sanitize_for_log(each.name));
    for (const std::string& each : info.features) fmt::print("does  {}\n", sanitize_for_log(each));
    for (const disco::Item& each : items.items)
        fmt::print("has   {}{}{}\n", each.jid.str(), each.node.empty() ? "" : " " + sanitize_for_log(each.node),
                   each.name.empty() ? "" : "  " + sanitize_for_log(each.name));
}

// Many who tell what they are have no list of what they hold.
task<disco::Items> items_if_any(const Question& question, const Jid& of, Entity& self) {
    try {
        co_return co_await disco::items(self, of, question.node, question.request());
    } catch (const StanzaError&) {
    }
    co_return disco::Items();
}

task<int> disco(const Question& question, Entity& self) {
    const Jid of = question.address();
    const disco::Info info = co_await disco::info(self, of, question.node, question.request());
    const disco::Items items = co_await items_if_any(question, of, self);
    if (question.json)
        print_json(as_json(of, info, items));
    else
        print(info, items);
    co_return 0;
}

using Ask = task<int> (*)(const Question&, Entity&);

// An error that came back names whom it is about.
task<int> ask_and_tell(const Question& question, Ask ask, Entity& self) {
    try {
        co_return co_await ask(question, self);
    } catch (const StanzaError& error) {
        fmt::print(stderr, "{} gave no answer but an error: {} ({}){}{}\n", question.of, to_string(error.condition()),
                   to_string(error.type()), error.text().empty() ? "" : ": ", sanitize_for_log(error.text()));
    }
    co_return 1;
}

CLI::App* add(CLI::App& app, Action& action, const char* name, const char* what,
              const std::shared_ptr<Question>& question, Ask ask) {
    CLI::App* command = app.add_subcommand(name, what);
    command->add_option("JID", question->of, "Whom to ask")->required();
    command->add_option("--from", question->from, "Ask as this address in the component's domain")->type_name("JID");
    command->add_option("--timeout", question->timeout, "Seconds to wait for the answer")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    command->add_flag("--json", question->json, "Data instead of text");
    question->add_to(*command);
    command->callback([question, ask, &action] {
        action = [question, ask] {
            question->address();  // a slip shows before anything is tried
            question->request();
            return once(*question, [question, ask](Entity& self) { return ask_and_tell(*question, ask, self); });
        };
    });
    return command;
}

}  // namespace

void add_ping(CLI::App& app, Action& action) {
    const auto question = std::make_shared<Question>();
    add(app, action, "ping", "Is somebody there, and how long does an answer take? (XEP-0199)", question, ping)
        ->add_option("--count", question->count, "How often")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
}

void add_disco(CLI::App& app, Action& action) {
    const auto question = std::make_shared<Question>();
    add(app, action, "disco", "What is it, what can it do, what does it hold? (XEP-0030)", question, disco)
        ->add_option("--node", question->node, "Ask about this node of it");
}

void add_version(CLI::App& app, Action& action) {
    add(app, action, "version", "Which software is it? (XEP-0092)", std::make_shared<Question>(), version);
}

}  // namespace rondel::tool
