#include "rondel/stream/offered_features.hpp"

#include "rondel/stream/management.hpp"
#include "rondel/stream/negotiation_ns.hpp"

#include <algorithm>

namespace rondel::stream {

namespace {

using Names = OfferedFeatures::Names;

Names mechanisms_of(xml::ElementView list) {
    Names names;
    for (const xml::ElementView one : list.children())
        if (one.is("mechanism", list.ns())) names.emplace_back(one.text());
    return names;
}

Names binding_types_of(xml::ElementView list) {
    Names types;
    for (const xml::ElementView one : list.children())
        if (one.is("channel-binding", binding_types_ns)) types.emplace_back(one.attribute_or("type", {}));
    return types;
}

void take_inline(xml::ElementView list, OfferedFeatures& features) {
    for (const xml::ElementView one : list.children()) {
        if (one.is("sm", management_ns)) features.resume_inline = true;
        if (one.is("fast", fast_ns)) features.fast_mechanisms = mechanisms_of(one);
        if (!one.is("bind", bind2_ns)) continue;
        features.bind_inline = true;
        for (const xml::ElementView with : one.child("inline").children())
            features.with_bind.emplace_back(with.attribute_or("var", {}));
    }
}

}  // namespace

bool OfferedFeatures::binds_with(std::string_view feature) const {
    return std::find(with_bind.begin(), with_bind.end(), feature) != with_bind.end();
}

OfferedFeatures OfferedFeatures::parse(xml::ElementView offered) {
    OfferedFeatures features;
    for (const xml::ElementView one : offered.children()) {
        features.namespaces.emplace_back(one.ns());
        if (one.is("starttls", tls_ns)) features.starttls = true;
        if (one.is("mechanisms", sasl_ns)) features.mechanisms = mechanisms_of(one);
        if (one.is("sasl-channel-binding", binding_types_ns)) features.binding_types = binding_types_of(one);
        if (one.is("authentication", sasl2_ns)) {
            features.sasl2 = true;
            features.sasl2_mechanisms = mechanisms_of(one);
            take_inline(one.child("inline"), features);
        }
        if (one.is("bind", bind_ns)) features.bind = true;
        if (one.is("session", session_ns)) features.session = !one.child("optional");
        if (one.is("sm", management_ns)) features.management = true;
        if (one.is("csi", client_state_ns)) features.client_state = true;
    }
    return features;
}

}  // namespace rondel::stream
