// V06 to V10 of docs/requirements.md: what hostile XML may cost, in time, memory and stack.
#include "rondel/xml/scan.hpp"

#include <algorithm>
#include <functional>

#include "tests/support/expat_events.hpp"
#include "tests/xml/heap.hpp"
#include "tests/xml/streams.hpp"
#include <gtest/gtest.h>
#include <pthread.h>

namespace rondel::test {
namespace {

using xml::ReadError;

// V06 is counted, not timed: how many bytes the vector code was asked to look at. Text that is not ASCII is looked at
// twice. (The search for the end of a tag is counted in pending_test.cpp.)
struct Looks {
    static inline thread_local std::size_t bytes = 0;
    static const char* text(const char* p, const char* end, bool& high) {
        const char* stop = xml::portable_kernels.text(p, end, high);
        bytes += static_cast<std::size_t>(stop - p);
        return stop;
    }
    static const char* value(const char* p, const char* end, char a, char b, bool& high) {
        const char* stop = xml::portable_kernels.value(p, end, a, b, high);
        bytes += static_cast<std::size_t>(stop - p);
        return stop;
    }
    static const char* utf8(const char* p, const char* end) {
        bytes += static_cast<std::size_t>(end - p);
        return xml::portable_kernels.utf8(p, end);
    }
    static const char* copy_text(const char* p, const char* end, const char* readable, char* to, bool& high) {
        const char* stop = xml::portable_kernels.copy_text(p, end, readable, to, high);
        bytes += static_cast<std::size_t>(stop - p);
        return stop;
    }
    static const char* copy_value(const char* p, const char* end, const char* readable, char* to, bool& high) {
        const char* stop = xml::portable_kernels.copy_value(p, end, readable, to, high);
        bytes += static_cast<std::size_t>(stop - p);
        return stop;
    }
    static std::ptrdiff_t copy_piece(const char* p, const char* end, char* to, std::size_t half) {
        bytes += static_cast<std::size_t>(end - p) + half;
        return xml::portable_kernels.copy_piece(p, end, to, half);
    }
    static xml::Moved decode_text(const char* p, const char* end, char* to, const char*& run, bool& high) {
        const xml::Moved moved = xml::portable_kernels.decode_text(p, end, to, run, high);
        bytes += static_cast<std::size_t>(moved.p - p);
        return moved;
    }
    static xml::Moved escape_text(const char* p, const char* end, char* to, const char* limit, bool& high) {
        return xml::portable_kernels.escape_text(p, end, to, limit, high);
    }
    static constexpr xml::Kernels kernels{"counting", false,      text,       value,       utf8,
                                          copy_text,  copy_value, copy_piece, decode_text, escape_text};
};

TEST(Cost, V06_T_BIGTOK_every_byte_is_looked_at_a_few_times) {
    constexpr std::size_t size = 1 << 18;
    const struct {
        const char* before;
        const char* unit;
        const char* after;
    } tokens[] = {
        {"<a>", "x", "</a>"},     {"<a>", "\xC3\xA9", "</a>"},      {"<a>", "\r", "</a>"},
        {"<a>", "]", "</a>"},     {"<a><![CDATA[", "x", "]]></a>"}, {"<a><![CDATA[", "]", "]]></a>"},
        {"<a b='", "x", "'/>"},   {"<a b='", "\xC3\xA9", "'/>"},    {"<a b=\"", "'", "\"/>"},
        {"<", "a", "/>"},         {"<a ", "b", "='c'/>"},           {"<a><b></b", " ", "></a>"},
        {"<a", " ", "b='c'/>"},   {"<a>&#x", "0", "41;</a>"},       {"<a b='", "&amp;", "'/>"},
        {"<a>", "&amp;", "</a>"},
    };
    for (const auto& token : tokens)
        for (const std::size_t piece : {1U, 16U, 64U, 1024U}) {
            const std::string text = token.before + repeated(token.unit, size) + token.after;
            xml::Reader reader(no_limits(), {}, Looks::kernels);
            feed(reader, stream_header);
            Looks::bytes = 0;
            std::size_t found = 0;
            for (std::size_t at = 0; at < text.size(); at += piece)
                found += feed(reader, std::string_view(text).substr(at, piece)).elements.size();
            EXPECT_EQ(found, 1U) << token.before << token.unit;
            EXPECT_LE(Looks::bytes, 4 * text.size()) << token.before << token.unit << " in pieces of " << piece;
        }
}

// A comment or an instruction has no size: it ends where it begins.
TEST(Cost, V06_T_BIGTOK_comments_and_instructions_are_refused_at_once) {
    EXPECT_EQ(found_in("<!-").error, ReadError::restricted_xml);
    EXPECT_EQ(found_in("<?").error, ReadError::restricted_xml);
    EXPECT_EQ(found_in("<a><!-").error, ReadError::restricted_xml);
    EXPECT_EQ(found_in("<a><?").error, ReadError::restricted_xml);
}

TEST(Cost, V07_T_ATTRS_are_limited) {
    std::string text = "<a";
    for (int i = 0; i < 64; ++i) text += " a" + std::to_string(i) + "=''";
    EXPECT_EQ(found_in(text + "/>").elements.size(), 1U);
    EXPECT_EQ(found_in(text + " b=''").error, ReadError::too_many_attributes);
    EXPECT_EQ(found_in(text + " xmlns:b='c'/>").error, ReadError::too_many_attributes);
    EXPECT_EQ(found_in("<a b='' c='' d=''/>", {.attributes = 2}).error, ReadError::too_many_attributes);
}

TEST(Cost, V07_T_ATTRS_twins_are_found_among_very_many) {
    for (const int count : {10000, 40000})
        for (const bool in_namespaces : {false, true})
            for (const bool twin : {false, true}) {
                std::string text = "<s><a";
                for (int i = 0; i < count; ++i)
                    text += in_namespaces ? " xmlns:n" + std::to_string(i) + "='u" +
                                                std::to_string(i / (twin && i == count - 1 ? 2 : 1)) + "' n" +
                                                std::to_string(i) + ":b=''"
                                          : " a" + std::to_string(i) + "=''";
                if (twin) text += in_namespaces ? " xmlns:m='u77' m:b=''" : " a77=''";
                text += "/></s>";
                const XmlEvents ours = rondel_events(text);
                EXPECT_EQ(ours.closed, !twin);
                if (count == 10000) {
                    EXPECT_EQ(difference(text, ours, expat_events(text)), "");
                }
            }
}

TEST(Cost, V07_T_ATTRS_prefixes_bound_many_times_over) {
    std::string text = "<s>";
    for (int depth = 0; depth < 200; ++depth) {
        text += "<a";
        for (int i = 0; i < 60; ++i)
            text += " xmlns:p" + std::to_string((depth * 7 + i) % 90) + "='u" + std::to_string(depth) + "'";
        text += ">";
    }
    for (int i = 0; i < 2000; ++i) text += "<p" + std::to_string(i % 90) + ":b/>";
    text += repeated("</a>", 200) + "<a xmlns:p1='x'><p1:b/></a></s>";
    const XmlEvents ours = rondel_events(text);
    EXPECT_TRUE(ours.closed) << ours.why;
    EXPECT_EQ(difference(text, ours, expat_events(text)), "");
}

// V08: bytes on the heap at once, for bytes on the wire, where the wire has 64 KiB and more: 20 with the limits that
// are set by default, and never more than 50.
TEST(Cost, V08_T_AMPL_small_xml_stays_small) {
    const auto many = [](std::string_view piece) { return repeated("<m>" + repeated(piece, 8190) + "</m>", 3); };
    const struct {
        std::string text;
        xml::Limits limits;
    } cases[] = {
        {many("<a/>"), {}},
        {many("x<a/>"), {}},
        {many("<a b='' c=''/>"), {}},
        {many("<a xmlns='n'/>"), {}},
        {repeated("<m>" + repeated("<a>", 60) + repeated("</a>", 60) + "</m>", 300), {}},
        {"<m>" + repeated("<a/>", 100000) + "</m>", no_limits()},
        {"<m>" + repeated("<a>x</a>y", 60000) + "</m>", no_limits()},
        {"<m>" + repeated("x<a/>", 60000) + "</m>", no_limits()},
        {"<m>" + repeated("<a b='' c='' d='' e='' f=''/>", 20000) + "</m>", no_limits()},
        {"<m>" + repeated("<a xmlns='n'/>", 40000) + "</m>", no_limits()},
        {"<m>" + repeated("<a xmlns:b='n' b:c=''/>", 30000) + "</m>", no_limits()},
        {repeated("<a>", 50000) + repeated("</a>", 50000), no_limits()},
        {"<m>" + repeated("&lt;", 100000) + "</m>", no_limits()},
        {"<m>" + repeated("\r", 100000) + "</m>", no_limits()},
        {"<m>" + repeated("<![CDATA[]]>", 40000) + "</m>", no_limits()},
    };
    for (const auto& one : cases)
        for (const std::size_t piece : {4096U, 1U}) {
            const std::size_t before = Heap::now().bytes;
            Heap::forget_most();
            {
                xml::Reader reader(one.limits);
                std::string_view rest = stream_header;
                ASSERT_EQ(reader.next(rest), xml::Reader::Step::opened);
                for (std::size_t at = 0; at < one.text.size(); at += piece) {
                    std::string_view bytes = std::string_view(one.text).substr(at, piece);
                    while (reader.next(bytes) == xml::Reader::Step::element) reader.element();
                    ASSERT_FALSE(reader.error()) << one.text.substr(0, 40);
                }
            }
            const std::size_t most = Heap::now().most - before;
            const std::size_t ratio = one.limits.elements == xml::Limits{}.elements ? 20 : 50;
            EXPECT_LE(most, ratio * std::max<std::size_t>(one.text.size() / (ratio == 20 ? 3 : 1), 64 * 1024))
                << one.text.substr(0, 40);
        }
}

// V08: text in many pieces among elements is joined once, not once per piece.
TEST(Cost, V08_T_AMPL_mixed_content_is_joined_once) {
    const std::string text = "<m>" + repeated("0123456789abcdef<a/>", 8000) + "</m>";
    xml::Reader reader({});
    feed(reader, stream_header);
    std::string_view bytes = text;
    ASSERT_EQ(reader.next(bytes), xml::Reader::Step::element);
    const xml::Element element = reader.element();
    EXPECT_EQ(element.text().size(), 8000U * 16);
    EXPECT_LE(element.block()->text.size(), 2 * text.size());
}

// What a service does all day touches the heap when it begins, and then no more. (A reader learns what stanzas look
// like from every sixteenth that is like none.)
TEST(Cost, reading_and_writing_stanzas_allocates_nothing) {
    const std::string text =
        "<message from='a@b/c' to='d@e' type='chat' xml:lang='en'><body>x &lt; y</body><x xmlns='urn:x'>a<p:b "
        "xmlns:p='urn:p' p:c='d'/>e</x></message><presence><show>\xC3\xA9</show></presence>";
    xml::Reader reader({});
    std::string_view rest = stream_header;
    ASSERT_EQ(reader.next(rest), xml::Reader::Step::opened);
    std::string out;
    std::size_t before = 0;
    std::size_t written = 0;
    for (int i = 0; i < 100; ++i) {
        if (i == 50) before = Heap::now().allocations;
        out.clear();
        for (const std::size_t cut : {text.size(), text.size() / 3, text.size() / 7})  // some are cut in the middle
            for (std::string_view all = text; !all.empty();) {
                std::string_view bytes = all.substr(0, cut);
                all.remove_prefix(bytes.size());
                while (reader.next(bytes) == xml::Reader::Step::element) {
                    const xml::Element element = reader.element();
                    written += xml::write(element.view().copy(), out, "jabber:component:accept") ? 0 : 1;
                }
            }
    }
    EXPECT_EQ(written, 600U);
    EXPECT_EQ(Heap::now().allocations - before, 0U);
}

void on_a_small_stack(const std::function<void()>& work) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    ASSERT_EQ(pthread_attr_setstacksize(&attributes, 256 * 1024), 0);
    pthread_t thread{};
    const auto run = [](void* data) -> void* {
        (*static_cast<const std::function<void()>*>(data))();
        return nullptr;
    };
    ASSERT_EQ(pthread_create(&thread, &attributes, run, const_cast<std::function<void()>*>(&work)), 0);
    pthread_join(thread, nullptr);
    pthread_attr_destroy(&attributes);
}

TEST(Cost, V09_T_DEEP_a_million_levels_on_a_small_stack) {
    constexpr std::size_t depth = 1000000;
    on_a_small_stack([] {
        const std::string text = repeated("<a>", depth) + "x" + repeated("</a>", depth);
        xml::Reader reader(no_limits());
        feed(reader, stream_header);
        std::string_view bytes = text;
        ASSERT_EQ(reader.next(bytes), xml::Reader::Step::element);
        const xml::Element element = reader.element();
        {
            xml::Element copy = element.view().copy();
            EXPECT_TRUE(xml::same(copy, element));
            xml::Element inside("b", "c");
            inside.append(copy.view());
            EXPECT_FALSE(xml::same(inside, element));
        }
        std::string out;
        EXPECT_FALSE(xml::write(element, out, "jabber:component:accept", {SIZE_MAX, SIZE_MAX}));
        EXPECT_EQ(out, text);
        out.clear();
        EXPECT_EQ(xml::write(element, out, "jabber:component:accept", {SIZE_MAX, 64}), xml::WriteError::too_deep);
        EXPECT_EQ(out, "");
    });
}

TEST(Cost, V09_T_DEEP_is_limited) {
    EXPECT_EQ(found_in(repeated("<a>", 64) + repeated("</a>", 64)).elements.size(), 1U);
    EXPECT_EQ(found_in(repeated("<a>", 65)).error, ReadError::too_deep);
    EXPECT_EQ(found_in(repeated("<a>", 64) + "<b").error, ReadError::too_deep);
    EXPECT_EQ(found_in("<m>" + repeated("<a/>", 8191) + "</m>").elements.size(), 1U);
    EXPECT_EQ(found_in("<m>" + repeated("<a/>", 8192) + "</m>").error, ReadError::too_many_elements);
}

// V10: more than 4 GiB through one stream.
TEST(Cost, V10_T_INT_no_counter_wraps) {
    const std::string text = "<m a='1'>" + std::string(250 * 1024, 'x') + "</m>\n";
    const std::size_t times = (std::size_t{1} << 32) / text.size() + 2;
    xml::Reader reader({});
    feed(reader, stream_header);
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < times; ++i, bytes += text.size()) {
        std::string_view rest = text;
        ASSERT_EQ(reader.next(rest), xml::Reader::Step::element) << bytes;
        ASSERT_EQ(reader.element().text().size(), 250U * 1024);
        ASSERT_EQ(reader.next(rest), xml::Reader::Step::more);
    }
    EXPECT_GT(bytes, std::size_t{1} << 32);
    EXPECT_EQ(feed(reader, "<m/></stream:stream>").elements.size(), 1U);
}

}  // namespace
}  // namespace rondel::test
