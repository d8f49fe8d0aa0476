#include "rondel/stream/managed_session.hpp"

#include "rondel/stream/management.hpp"
#include "rondel/xml/writer.hpp"

namespace rondel::stream {

namespace {

void append_attribute(std::string_view name, std::string_view value, std::string& out) {
    out.append(" ").append(name).append("='");
    xml::append_escaped_attribute(value, out);
    out.append("'");
}

}  // namespace

EnableRequest EnableRequest::parse(xml::ElementView enable) {
    const std::string_view resume = enable.attribute_or("resume", {});
    EnableRequest request;
    request.resume = resume == "true" || resume == "1";
    if (const auto most = parse_count(enable.attribute("max"))) request.most = std::chrono::seconds(*most);
    return request;
}

ResumeRequest ResumeRequest::parse(xml::ElementView resume) {
    return {std::string(resume.attribute_or("previd", {})), parse_count(resume.attribute("h"))};
}

std::string write_enabled(std::string_view id, std::chrono::seconds most) {
    std::string text = "<enabled xmlns='urn:xmpp:sm:3'";
    if (!id.empty()) {
        append_attribute("id", id, text);
        text += " resume='true' max='" + std::to_string(most.count()) + "'";
    }
    return text + "/>";
}

std::string write_resumed(std::string_view id, std::uint32_t handled) {
    std::string text = "<resumed xmlns='urn:xmpp:sm:3' h='" + std::to_string(handled) + "'";
    append_attribute("previd", id, text);
    return text + "/>";
}

std::string write_failed(Condition condition, std::optional<std::uint32_t> handled) {
    std::string text = "<failed xmlns='urn:xmpp:sm:3'";
    if (handled) append_attribute("h", std::to_string(*handled), text);
    return text + "><" + std::string(to_string(condition)) + " xmlns='" + std::string(stanza_errors_ns) +
           "'/></failed>";
}

}  // namespace rondel::stream
