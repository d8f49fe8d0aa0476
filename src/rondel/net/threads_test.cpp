// Hosts on threads of their own, as "an entity lives on one executor" promises: a server on one thread, components on
// four others, all with one router, over TLS of one process. Meant for ThreadSanitizer (tests/sanitizers/run thread
// net).
#include "rondel/net/component.hpp"
#include "rondel/net/listener.hpp"

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/certificate.hpp"
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

namespace rondel::net {
namespace {

namespace asio = boost::asio;

constexpr int each = 200;
constexpr int talkers = 3;

// A thread with a loop of its own. What lives there is made, used and destroyed by do_there().
class Loop {
  public:
    Loop() : thread_([this] { io_.run(); }) {}
    ~Loop() {
        work_.reset();
        thread_.join();
    }
    asio::any_io_executor executor() { return io_.get_executor(); }
    template <class Call>
    void do_there(Call call) {
        std::packaged_task<void()> task(std::move(call));
        std::future<void> done = task.get_future();
        asio::post(io_, std::move(task));
        done.get();
    }

  private:
    asio::io_context io_;
    asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
    std::thread thread_;
};

struct Server {
    Server(const asio::any_io_executor& executor, const rondel::testing::Certificate& certificate)
        : listener(executor, board, book, [&] {
              ListenerOptions options;
              options.certificate = {certificate.chain, certificate.key};
              return options;
          }()) {
        book.add("echo.localhost"_jid, "pass");
        for (int i = 0; i < talkers; ++i) book.add(*Jid::parse("talker" + std::to_string(i) + ".localhost"), "pass");
        here = listener.listen(*Endpoint::parse("127.0.0.1:0"))->str();
    }
    server::Switchboard board;
    server::ComponentBook book{board};
    Listener listener;
    std::string here;
};

// Counts down from another thread than the one that waits.
class Countdown {
  public:
    explicit Countdown(int from) : left_(from) {}
    void one() {
        if (--left_ == 0) done_.set_value();
    }
    bool reached() { return done_.get_future().wait_for(std::chrono::seconds(60)) == std::future_status::ready; }

  private:
    std::atomic<int> left_;
    std::promise<void> done_;
};

TEST(Threads, hosts_on_threads_of_their_own_share_a_router_a_process_and_nothing_else) {
    const rondel::testing::Certificate certificate = rondel::testing::make_certificate({"127.0.0.1"});
    Countdown sessions(talkers + 1);
    Countdown replies(talkers * each * 2);  // messages, and iqs
    std::atomic<int> ended = 0;

    Router router;
    router.on_session([&](Entity&) { sessions.one(); });
    router.on_message([&](const Message& in, Entity& self) {
        if (self.address() == "echo.localhost"_jid)
            self.send(in.reply("echo: {}", in.body().value_or("")));
        else
            replies.one();
    });

    Loop serving;
    std::unique_ptr<Server> server;
    serving.do_there([&] { server = std::make_unique<Server>(serving.executor(), certificate); });

    const auto component = [&](const std::string& domain) {
        ComponentOptions options;
        options.domain = domain;
        options.secret = "pass";
        options.server = server->here;
        options.tls.mode = TlsOptions::Mode::pin;
        options.tls.pin = certificate.fingerprint;
        options.log = [](LogLevel, std::string_view) {};
        return std::make_unique<Component>(std::move(options), router);
    };
    std::vector<std::unique_ptr<Loop>> loops;
    std::vector<std::unique_ptr<Component>> components;
    for (int i = -1; i < talkers; ++i) {
        loops.push_back(std::make_unique<Loop>());
        components.push_back(component(i < 0 ? "echo.localhost" : "talker" + std::to_string(i) + ".localhost"));
        loops.back()->do_there(
            [&] { components.back()->start(loops.back()->executor(), [&](const Ending&) { ++ended; }); });
    }
    ASSERT_TRUE(sessions.reached());

    for (int n = 0; n < each; ++n)  // from here, which is none of their threads
        for (int i = 1; i <= talkers; ++i)
            components[static_cast<std::size_t>(i)]->post([&](Entity& self) {
                self.send(Message("echo.localhost"_jid, "over there"));
                Iq query(IqType::get, "echo.localhost"_jid);
                query.add("query", "urn:example:nobody");
                self.request(std::move(query), [&](const Answer& answer) {
                    if (answer.outcome() == Outcome::answered_error) replies.one();
                });
            });
    EXPECT_TRUE(replies.reached());

    for (std::size_t i = 0; i < loops.size(); ++i) loops[i]->do_there([&] { components[i]->stop(); });
    components.front()->post([](Entity&) { FAIL() << "It has ended."; });
    for (std::size_t i = 0; i < loops.size(); ++i) loops[i]->do_there([&] { components[i].reset(); });
    serving.do_there([&] { server.reset(); });
    EXPECT_EQ(ended.load(), talkers + 1);
}

}  // namespace
}  // namespace rondel::net
