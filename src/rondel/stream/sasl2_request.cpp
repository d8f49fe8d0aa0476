#include "rondel/stream/sasl2_request.hpp"

#include "rondel/stream/management.hpp"
#include "rondel/stream/negotiation_ns.hpp"

namespace rondel::stream {

namespace {

constexpr std::size_t most_id = 128;  // a UUID has 36; it is kept with every token

Sasl2Request::Bind parse_bind(xml::ElementView bind) {
    Sasl2Request::Bind request;
    request.tag = bind.child("tag").text();
    request.carbons = static_cast<bool>(bind.child("enable", carbons_ns));
    if (const xml::ElementView enable = bind.child("enable", management_ns))
        request.enable = EnableRequest::parse(enable);
    request.inactive = static_cast<bool>(bind.child("inactive", client_state_ns));
    return request;
}

}  // namespace

Sasl2Request Sasl2Request::parse(xml::ElementView authenticate) {
    Sasl2Request request;
    request.client_id = authenticate.child("user-agent").attribute_or("id", {});
    if (request.client_id.size() > most_id) request.client_id.clear();
    if (const xml::ElementView bind = authenticate.child("bind", bind2_ns)) request.bind = parse_bind(bind);
    if (const xml::ElementView resume = authenticate.child("resume", management_ns))
        request.resume = ResumeRequest::parse(resume);
    request.token_mechanism = authenticate.child("request-token", fast_ns).attribute_or("mechanism", {});
    if (const xml::ElementView fast = authenticate.child("fast", fast_ns)) {
        request.shows_token = true;
        const std::string_view invalidate = fast.attribute_or("invalidate", {});
        request.invalidates_token = invalidate == "true" || invalidate == "1";
    }
    return request;
}

}  // namespace rondel::stream
