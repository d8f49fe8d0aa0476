#include "tests/simulator/simulation.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace rondel::simulator {

using namespace std::chrono_literals;

Scenario Scenario::of(std::uint64_t seed) {
    Seeded chance(seed ^ 0x5ce7a21095f1eadULL);
    Scenario made;
    made.components = chance.between(1, 3);
    made.clients = chance.between(made.components == 1 ? 1 : 0, 3);
    made.service = chance.one_in(2);
    made.talk.open_each = chance.between(1, 200);
    made.talk.pause = std::chrono::milliseconds(chance.between(1, 400));
    made.talk.burst = chance.between(1, 20);
    made.climate.most = std::chrono::milliseconds(chance.between(500, 20'000));
    for (unsigned& weight : made.climate.weights)
        if (chance.one_in(3)) weight = static_cast<unsigned>(chance.between(0, 12));
    made.climate.weights[0] += 1;

    LineManner& lines = made.server.lines;
    lines.latency = std::chrono::microseconds(chance.between(10, chance.one_in(3) ? 400'000 : 20'000));
    lines.jitter = chance.one_in(2) ? Duration::zero() : 2 * lines.latency;
    lines.bytes_per_second = chance.one_in(4) ? chance.between(20'000, 1'000'000) : 0;
    lines.window = chance.between(500, chance.one_in(2) ? 4'000 : 200'000);
    lines.lossy = chance.one_in(4) ? 50 : 0;
    made.server.slowest_connect = std::chrono::milliseconds(chance.between(1, 17'000));
    made.server.duplicates =
        chance.one_in(2) ? server::DuplicateComponent::replace_old : server::DuplicateComponent::refuse_new;
    made.server.domain.resumption = std::chrono::seconds(chance.one_in(3) ? chance.between(1, 60) : 300);
    made.server.client_stream.resumption = made.server.domain.resumption;

    if (chance.one_in(2)) {  // so little that somebody is behind now and then
        made.server.jams.high_water = chance.between(1'000, 100'000);
        made.server.jams.low_water = made.server.jams.high_water / 4;
        made.server.jams.most = 16 * made.server.jams.high_water;
        made.server.jams.patience = std::chrono::milliseconds(chance.between(0, 5'000));
    }

    made.program.entity.queue_stanzas = chance.one_in(3) ? chance.between(1, 20) : chance.between(20, 4096);
    made.program.entity.queue_bytes = chance.between(20'000, 4 * 1024 * 1024);
    made.program.entity.high_water = chance.between(1'000, 256 * 1024);
    made.program.entity.queue_policy = static_cast<QueuePolicy>(chance.below(3));
    made.program.reconnect_first = std::chrono::milliseconds(chance.between(1, 5'000));
    made.program.reconnect_most = std::chrono::seconds(chance.between(5, 60));

    made.client_stream.stream_management = !chance.one_in(4);
    made.client_stream.sasl2 = chance.one_in(2);
    made.client_stream.require_tls = made.client_stream.start_tls = made.server.client_stream.require_tls =
        made.server.client_stream.can_start_tls = chance.one_in(2);
    return made;
}

Simulation::Simulation(std::uint64_t seed, Scenario scenario)
    : scenario_(std::move(scenario)),
      // Some more are asked for a proof.
      world_(std::make_unique<World>(seed, (scenario_.talk.messages + scenario_.talk.requests) * 3 / 2 + 1000)) {
    scenario_.client_stream.sasl.fewest_iterations = 1;
    scenario_.client_stream.exact_resource = true;
    scenario_.server.client_stream.domain = "home.example";
    began_ = world_->time.now();
    make_parties();
}

void Simulation::make_parties() {
    ServerOptions options = scenario_.server;
    std::vector<Jid> components, users;
    for (std::size_t i = 0; i < scenario_.components; ++i) {
        options.components.push_back(fmt::format("c{}.example", i));
        components.push_back(Jid::parse(options.components.back()).value());
    }
    for (std::size_t i = 0; i < scenario_.clients; ++i) {
        options.users.push_back(fmt::format("u{}", i));
        users.push_back(Jid::parse(fmt::format("u{}@home.example", i)).value());
    }
    Speaker number = 0;
    const auto add = [&](Jid address, bool lasting) -> Party& {
        Party& party = parties_.emplace_back();
        party.lasting = lasting;
        party.talker = std::make_unique<Talker>(*world_, scenario_.talk, number++, std::move(address), lasting);
        return party;
    };
    parties_.reserve(components.size() + users.size() + 1);
    if (scenario_.service) {
        Talker& inside = *add(Jid::parse(options.service).value(), false).talker;
        options.service_entity = scenario_.program.entity;
        options.service_router = [&inside] { return inside.router(); };
        options.service_is = [this, &inside](Entity* entity) {
            if (entity == nullptr) world_->books.forgotten(inside.number());
            inside.is(entity);
        };
    }
    options.held_sessions_go = [this] {
        for (const Party& party : parties_)
            if (party.lasting) world_->books.forgotten(party.talker->number());
    };
    server_ = std::make_unique<Server>(*world_, std::move(options));
    weather_ = std::make_unique<Weather>(*world_, *server_, scenario_.climate);
    for (const Jid& domain : components) {
        Party& party = add(domain, false);
        party.program = std::make_unique<ComponentProgram>(*world_, *server_, domain, party.talker->router(),
                                                           scenario_.program, scenario_.component_stream);
    }
    for (const Jid& user : users) {
        Party& party = add(user.with_resource("sim").value(), true);
        ProgramOptions how = scenario_.program;
        how.entity.any_from = true;
        party.program = std::make_unique<ClientProgram>(*world_, *server_, user, "sim", party.talker->router(), how,
                                                        scenario_.client_stream);
    }
    for (Party& party : parties_) {
        if (party.program == nullptr) continue;
        Program& program = *party.program;
        party.talker->is(&program.entity().self());
        program.on_another_session = [this, &party] { world_->books.has_new_session(party.talker->number()); };
        party.talker->session_is([&program] { return program.session(); });
    }
}

bool Simulation::all_are_there() const {
    return std::ranges::all_of(
        parties_, [](const Party& one) { return one.program == nullptr || one.program->entity().in_session(); });
}

void Simulation::rest(Duration duration) {
    resting_ = true;
    run_while(duration, [] { return true; });
    for (const auto& line : server_->lines()) line->cut(Duration::zero(), Duration::zero());
    run_while(duration, [] { return true; });
    if (const std::size_t owed = server_->owed())
        world_->books.fault(fmt::format("In silence the server still waits for {} answers.", owed));
    resting_ = false;
}

// False: it still goes on when the time is up.
bool Simulation::run_while(Duration most, const std::function<bool()>& goes_on) {
    const Instant until = world_->time.now() + most;
    for (;;) {
        while (world_->loop.run_ready() != 0) continue;
        const std::size_t said = world_->books.handed_over(Kind::message) + world_->books.handed_over(Kind::request);
        for (Every& every : every_) {
            if (!every.call || said < every.next) continue;
            every.next += every.step;
            every.call(said);
        }
        if (!goes_on()) return true;
        if (!world_->time.step(until)) return false;
    }
}

void Simulation::run() {
    Books& books = world_->books;
    if (world_->chance.one_in(3) && !scenario_.calm)
        world_->time.after(world_->chance.up_to(20s), [this] { server_->start(); });  // it may be late
    else
        server_->start();
    for (Party& party : parties_) {
        if (party.program) party.program->start();
        std::vector<Talker*> others;
        for (Party& other : parties_)
            if (&other != &party) others.push_back(other.talker.get());
        party.talker->begin(std::move(others));
    }
    if (!scenario_.calm && scenario_.timed_faults) weather_->begin();
    for (Party& party : parties_)
        party.talker->may_speak = [this] { return !resting_ && (!scenario_.calm || all_are_there()); };
    const auto is_talking = [&] {
        return books.handed_over(Kind::message) < scenario_.talk.messages ||
               books.handed_over(Kind::request) < scenario_.talk.requests;
    };
    if (!run_while(240h, is_talking)) books.fault("Somebody has stopped talking.");
    weather_->end();
    settle();
}

// The faults are over. What was half-open is noticed, what was lost is given up, kept or sent again; then all leave.
void Simulation::settle() {
    Books& books = world_->books;
    run_while(1h, [] { return true; });
    server_->start();
    const auto is_unsettled = [&] {
        if (books.open(Kind::request) != 0) return true;
        for (const Party& party : parties_)
            if (party.program && !party.program->entity().in_session()) return true;
        for (std::size_t i = 0; i < scenario_.clients; ++i)
            if (server_->storage().offline_count(fmt::format("u{}", i)) != 0) return true;
        return false;
    };
    if (!run_while(24h, is_unsettled)) books.fault("In calm weather something does not come to rest.");
    run_while(1min, [] { return true; });
    for (Party& party : parties_)
        if (party.program) party.program->drain();
    const auto is_leaving = [&] {
        return std::ranges::any_of(parties_, [](const Party& one) { return one.program && !one.program->has_ended(); });
    };
    if (!run_while(1h, is_leaving)) books.fault("Somebody does not end.");
    run_while(1min, [] { return true; });
    check_ledgers();
    if (server_->guests() != 0) books.fault("Somebody who left is still there.");
    for (Party& party : parties_) party.program.reset();
    overtaken_ = server_->connects_overtaken();
    server_.reset();
    faults_ = books.close();
}

void Simulation::check_ledgers() {
    Books& books = world_->books;
    for (const Party& party : parties_) {
        if (!party.program) continue;
        resumed_ += party.program->sessions_resumed();
        connects_ += party.program->connects();
        const Ledger& ledger = party.program->entity().ledger();
        const std::string who(party.talker->address().str());
        std::uint64_t ended = 0;
        for (std::size_t i = 0; i < outcome_count; ++i) {
            const auto outcome = static_cast<Outcome>(i);
            ended += ledger.ended(outcome);
            std::size_t told = 0;
            for (const Kind kind : {Kind::message, Kind::request})
                told += books.ended(kind, party.talker->number(), outcome);
            if (told > ledger.ended(outcome))
                books.fault(fmt::format("{} was told {} more often than its ledger has it", who, to_string(outcome)));
        }
        if (ledger.issued() != ended || ledger.open() != 0)
            books.fault(fmt::format("the ledger of {}: issued {}, ended {}", who, ledger.issued(), ended));
        if (ledger.iqs_received() != ledger.iqs_replied() + ledger.replies_dropped())
            books.fault(fmt::format("{} was asked {} times, replied {} times and dropped {} replies", who,
                                    ledger.iqs_received(), ledger.iqs_replied(), ledger.replies_dropped()));
        if (party.talker->open() != 0) books.fault(fmt::format("{} waits for {} ends", who, party.talker->open()));
    }
}

}  // namespace rondel::simulator
