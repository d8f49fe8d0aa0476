// The judge is judged: components that do one thing wrong, whatever they are asked. Each is failed for it, in the cases
// that are about it, and the others go on.
#include "rondel/base/digest.hpp"
#include "rondel/base/encoding.hpp"
#include "rondel/conformance/encounter.hpp"
#include "rondel/conformance/raw_stream.hpp"
#include "rondel/conformance/run.hpp"
#include "rondel/conformance/verdict.hpp"

#include <algorithm>
#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace rondel::conformance {
namespace {

constexpr auto moment = std::chrono::milliseconds(150);
constexpr std::string_view error_of_it =
    "<error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";

std::string escaped(std::string_view text) {
    std::string all;
    for (const char c : text) all += c == '<' ? "&lt;" : c == '&' ? "&amp;" : c == '\'' ? "&apos;" : std::string(1, c);
    return all;
}

std::string answer(xml::ElementView in, std::string_view type, std::string_view inside = {}) {
    return fmt::format("<iq type='{}' id='{}' to='{}' from='{}'>{}</iq>", type, escaped(in.attribute_or("id", {})),
                       in.attribute_or("from", {}), in.attribute_or("to", {}), inside);
}

// What a sound one would say, as far as this goes.
std::string sound(xml::ElementView in) {
    const std::string_view type = in.attribute_or("type", {});
    if (in.name() != "iq" || (type != "get" && type != "set")) return {};
    if (in.child("ping", "urn:xmpp:ping")) return answer(in, "result");
    return answer(in, "error", error_of_it);
}

// The judge asks with ids of its own whether all was read: who does not answer that is silent, and not merely wrong.
bool is_of_a_case(xml::ElementView in) {
    const std::string_view id = in.attribute_or("id", {});
    for (const std::string_view one : {"1", "2", "a.1", "unasked", "e", "outer", "p", "bad"})
        if (id == one) return true;
    return in.name() != "iq" || id.starts_with("q") || id.starts_with("iii") || id.find('<') != std::string_view::npos;
}

// Connects again and again, and answers as it likes.
class Wrong {
  public:
    using Answers = std::function<std::string(xml::ElementView)>;
    Wrong(Place at, Answers answers, std::string opening = {})
        : at_(std::move(at)), answers_(std::move(answers)), opening_(std::move(opening)), thread_([this] {
              while (!stop_) try {
                      live();
                  } catch (const Unmet&) {
                      std::this_thread::yield();
                  }
          }) {}
    Wrong(const Wrong&) = delete;
    Wrong& operator=(const Wrong&) = delete;
    ~Wrong() {
        stop_ = true;
        thread_.join();
    }

  private:
    void live() {
        RawStream stream(Wire::connect(at_, moment), moment);
        stream.send(opening_.empty() ? header("echo.example", component_ns, "") : opening_);
        stream.expect_header();
        stream.send("<handshake>" + to_hex(sha1({stream.header_attribute("id"), "secret"})) + "</handshake>");
        while (!stop_) switch (stream.next(Clock::now() + moment)) {
                case RawStream::Came::element: {
                    const xml::Element in = stream.take();
                    if (in.name() == "error") return;
                    if (in.name() != "handshake") stream.send(answers_(in));
                    break;
                }
                case RawStream::Came::end_tag:
                case RawStream::Came::end:
                    return;
                default:
                    break;
            }
    }

    const Place at_;
    const Answers answers_;
    const std::string opening_;
    std::atomic<bool> stop_ = false;
    std::thread thread_;
};

std::vector<Tried> tried(Wrong::Answers answers, std::string opening = {}, std::string only = {},
                         Duration limit = moment) {
    Harbour harbour{{"127.0.0.1", 0}};
    const Wrong wrong(harbour.at(), std::move(answers), std::move(opening));
    ComponentUnderTest component;
    component.domain = "echo.example";
    component.secret = Secret("secret");
    component.limit = limit;
    component.patience = std::chrono::seconds(5);
    return try_component(component, harbour, {.only = std::move(only)});
}

// Of the cases whose title or section has this in it.
bool failed(const std::vector<Tried>& all, std::string_view what) {
    return std::ranges::any_of(all, [&](const Tried& one) {
        return one.verdict == Verdict::failed && std::string_view(one.title).find(what) != std::string_view::npos;
    });
}

TEST(WrongComponent, a_sound_one_passes_what_it_should) {
    const auto all = tried(sound, {}, "RFC 6120 §8.2.3", std::chrono::seconds(2));
    EXPECT_FALSE(failed(all, "a result is not answered"));
    EXPECT_FALSE(failed(all, "each of 50 queries"));
}

TEST(WrongComponent, R078_another_id) {
    const auto all = tried(
        [](xml::ElementView in) {
            return is_of_a_case(in) ? std::string("<iq type='result' id='other' from='echo.example' to='a@b'/>")
                                    : sound(in);
        },
        {}, "RFC 6120 §8");
    EXPECT_TRUE(failed(all, "an answer has the id of its query"));
    EXPECT_TRUE(failed(all, "each of 50 queries"));
}

TEST(WrongComponent, R077_R124_other_addresses) {
    for (const char* const to : {"romeo@server.example/orchard", "tybalt@server.example"}) {
        const auto all = tried(
            [to](xml::ElementView in) {
                return is_of_a_case(in) ? fmt::format("<iq type='result' id='{}' from='eve@echo.example' to='{}'/>",
                                                      escaped(in.attribute_or("id", {})), to)
                                        : sound(in);
            },
            {}, "`from`");
        EXPECT_TRUE(failed(all, "`from`"));
    }
}

TEST(WrongComponent, R081_R083_it_answers_what_is_no_question) {
    const auto all = tried(
        [](xml::ElementView in) {
            if (!is_of_a_case(in) || !sound(in).empty()) return sound(in);
            return answer(in, "result") + "<message to='nobody@elsewhere.example' from='echo.example'/>";
        },
        {}, "RFC 612");
    EXPECT_TRUE(failed(all, "a result is not answered"));
    EXPECT_TRUE(failed(all, "a message of type error"));
    EXPECT_TRUE(failed(all, "presence of all types"));
}

TEST(WrongComponent, it_ends_the_stream_for_every_message_and_presence) {
    const auto all =
        tried([](xml::ElementView in) { return in.name() == "iq" ? sound(in) : std::string("</stream:stream>"); }, {},
              "RFC 612");
    EXPECT_TRUE(failed(all, "a message of type error"));
    EXPECT_TRUE(failed(all, "presence of all types"));
}

TEST(WrongComponent, R129_its_pong_is_not_empty_and_disco_does_not_say_what_it_does) {
    const auto pong = [](xml::ElementView in) { return answer(in, "result", "<pong xmlns='urn:example'/>"); };
    EXPECT_TRUE(failed(tried(pong, {}, "XEP-0199"), "a ping"));
    for (const char* const features :
         {"", "<feature var='http://jabber.org/protocol/disco#info'/>", "<feature var='urn:xmpp:ping'/>"}) {
        const std::string info =
            fmt::format("<query xmlns='http://jabber.org/protocol/disco#info'>{}</query>", features);
        EXPECT_TRUE(failed(tried(
                               [&](xml::ElementView in) {
                                   return in.child("query", "http://jabber.org/protocol/disco#info")
                                              ? answer(in, "result", info)
                                              : sound(in);
                               },
                               {}, "XEP-0030"),
                           "disco#info"));
    }
    const auto none = tried(sound, {}, "XEP-0030");
    EXPECT_TRUE(std::ranges::any_of(none, [](const Tried& one) { return one.verdict == Verdict::not_offered; }));
}

TEST(WrongComponent, R014_its_header_is_another_one) {
    for (const char* const opening :
         {"\xEF\xBB\xBF<?xml version='1.0' standalone='yes'?><stream:stream xmlns='jabber:component:accept' "
          "xmlns:stream='http://etherx.jabber.org/streams' to='other.example'>",
          "<?xml version='1.0' standalone='yes'?><stream:stream xmlns='jabber:client' "
          "xmlns:stream='http://etherx.jabber.org/streams' to='echo.example'>"}) {
        const auto all = tried(sound, opening, "XEP-0114");
        EXPECT_TRUE(failed(all, "its header says who it is"));
    }
}

TEST(WrongComponent, R096_it_leaves_at_bad_input_and_does_not_say_why) {
    EXPECT_GE(sum(tried(sound, {}, "RFC 6120 §11")).failed, 1);
}

}  // namespace
}  // namespace rondel::conformance
