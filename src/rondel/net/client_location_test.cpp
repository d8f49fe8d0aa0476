// Where the server wants to be asked for a session that was lost. (XEP-0198 §5)
#include "rondel/net/client.hpp"

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/loopback.hpp"
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>

namespace rondel {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

// Answers what it hears by the book that it is given: each line once and in order, on all connections; then it is deaf.
class Scripted {
  public:
    using Book = std::vector<std::pair<std::string, std::string>>;  // a part of what it hears, and what it says to that

    explicit Scripted(asio::io_context& io) : acceptor_(io, {asio::ip::address_v4::loopback(), 0}) { accept(); }
    std::string here() const { return "127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()); }
    void cut() { socket_->close(); }
    void close() { acceptor_.close(); }

    Book book;
    std::size_t line = 0;
    std::string heard;  // since the last answer
    int connections = 0;

  private:
    void accept() {
        acceptor_.async_accept([this](boost::system::error_code error, tcp::socket socket) {
            if (error) return;
            ++connections;
            heard.clear();
            socket_ = std::make_shared<tcp::socket>(std::move(socket));
            read(socket_);
            accept();
        });
    }
    void read(const std::shared_ptr<tcp::socket>& socket) {
        socket->async_read_some(asio::buffer(buffer_),
                                [this, socket](boost::system::error_code error, std::size_t size) {
                                    if (error) return;
                                    heard.append(buffer_.data(), size);
                                    if (line < book.size() && heard.find(book[line].first) != std::string::npos) {
                                        heard.clear();
                                        asio::write(*socket, asio::buffer(book[line++].second));
                                    }
                                    read(socket);
                                });
    }

    tcp::acceptor acceptor_;
    std::shared_ptr<tcp::socket> socket_;
    std::array<char, 4096> buffer_{};
};

const std::string header =
    "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='1' "
    "from='capulet.example' "
    "version='1.0'>";
const std::string before_login = header +
                                 "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
                                 "<mechanism>ANONYMOUS</mechanism></mechanisms></stream:features>";
const std::string after_login = header +
                                "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>"
                                "<sm xmlns='urn:xmpp:sm:3'/></stream:features>";

// The way to a session that can be resumed at `location`.
Scripted::Book session(const std::string& location) {
    return {{"<stream:stream", before_login},
            {"<auth ", "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"},
            {"<stream:stream", after_login},
            {"<bind ",
             "<iq type='result' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
             "<jid>guest@capulet.example/r</jid></bind></iq>"},
            {"<enable ", "<enabled xmlns='urn:xmpp:sm:3' id='session-1' resume='true' location='" + location + "'/>"}};
}

class ClientLocationTest : public rondel::testing::LoopbackTest {
  protected:
    void start(const std::string& server) {
        ClientOptions options;
        options.jid = "capulet.example";
        options.server = server;
        options.tls.mode = net::TlsOptions::Mode::off;
        options.reconnect_first = options.reconnect_most = std::chrono::milliseconds(2);
        Router router;
        router.on_session([this](Entity&) { ++sessions; });
        client = std::make_unique<Client>(std::move(options), std::move(router));
        client->start(io.get_executor(), [this](const Ending& how) { ADD_FAILURE() << how.why; });
    }
    Scripted first{io}, second{io};
    int sessions = 0;
    std::unique_ptr<Client> client;
};

TEST_F(ClientLocationTest, the_session_is_asked_for_where_the_server_said) {
    first.book = session(second.here());
    second.book = {{"<stream:stream", before_login},
                   {"<auth ", "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"},
                   {"<stream:stream", after_login},
                   {"previd='session-1'", "<resumed xmlns='urn:xmpp:sm:3' previd='session-1' h='0'/>"},
                   {"still here", ""}};
    start(first.here());
    ASSERT_TRUE(until([&] { return sessions == 1; }));
    first.cut();
    ASSERT_TRUE(until([&] { return second.line == 4; }));
    client->entity().send(Message("nurse@capulet.example"_jid, "still here"));
    ASSERT_TRUE(until([&] { return second.line == 5; }));
    EXPECT_EQ(sessions, 1);
    EXPECT_EQ(first.connections, 1);
}

TEST_F(ClientLocationTest, where_nobody_is_there_the_usual_place_is_asked) {
    first.book = session(second.here());
    second.close();
    for (const auto& line :
         Scripted::Book{{"<stream:stream", before_login},
                        {"<auth ", "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"},
                        {"<stream:stream", after_login},
                        {"previd='session-1'", "<resumed xmlns='urn:xmpp:sm:3' previd='session-1' h='0'/>"}})
        first.book.push_back(line);
    start(first.here());
    ASSERT_TRUE(until([&] { return sessions == 1; }));
    first.cut();
    ASSERT_TRUE(until([&] { return first.line == first.book.size(); }));
    EXPECT_EQ(first.connections, 2);
}

// No server is to be able to make us speak to something on this machine that is no server.
TEST_F(ClientLocationTest, V34_a_location_that_is_no_host_is_not_followed) {
    first.book = session("unix:/run/secret.sock");
    first.book.emplace_back("<stream:stream", before_login);
    start(first.here());
    ASSERT_TRUE(until([&] { return sessions == 1; }));
    first.cut();
    ASSERT_TRUE(until([&] { return first.line == first.book.size(); }));
    EXPECT_EQ(first.connections, 2);
}

}  // namespace
}  // namespace rondel
