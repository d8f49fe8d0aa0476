#include "rondel/net/certificate_names.hpp"

#include "rondel/base/utf8.hpp"

#include <algorithm>
#include <memory>
#include <string_view>

#include <boost/asio/ip/address.hpp>
#include <openssl/x509v3.h>

namespace rondel::net {

namespace {

struct FreeNames {
    void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
};

std::string_view octets(const ASN1_STRING* text) {
    return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
            static_cast<std::size_t>(ASN1_STRING_length(text))};
}

// Letters, digits, hyphen, underscore, dot and the wildcard: an embedded NUL, or whatever a reader that is less strict
// might stumble over, makes no name (V25).
bool is_host_name(std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
               c == '.' || c == '*';
    });
}

bool is_address(std::string_view text) {
    return !text.empty() && is_utf8(text) && std::none_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    });
}

void take_other(const OTHERNAME& other, CertificateNames& names) {
    const int kind = OBJ_obj2nid(other.type_id);
    if (kind == NID_XmppAddr && other.value->type == V_ASN1_UTF8STRING) {
        const std::string_view text = octets(other.value->value.utf8string);
        if (is_address(text)) names.addresses.emplace_back(text);
    } else if (kind == NID_SRVName && other.value->type == V_ASN1_IA5STRING) {
        const std::string_view text = octets(other.value->value.ia5string);
        if (is_host_name(text)) names.services.emplace_back(text);
    }
}

}  // namespace

CertificateNames names_of(const x509_st& certificate) {
    CertificateNames names;
    const std::unique_ptr<GENERAL_NAMES, FreeNames> all(
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)));
    if (all == nullptr) return names;  // none, or it is there twice, or cannot be read
    for (int i = 0; i < sk_GENERAL_NAME_num(all.get()); ++i) {
        const GENERAL_NAME* name = sk_GENERAL_NAME_value(all.get(), i);
        if (name->type == GEN_DNS && is_host_name(octets(name->d.dNSName)))
            names.dns.emplace_back(octets(name->d.dNSName));
        else if (name->type == GEN_IPADD)
            names.ips.emplace_back(octets(name->d.iPAddress));
        else if (name->type == GEN_OTHERNAME)
            take_other(*name->d.otherName, names);
    }
    return names;
}

std::string describe(const CertificateNames& names) {
    constexpr std::size_t enough = 4;
    constexpr std::size_t longest = 100;
    std::vector<std::string> said;
    const auto say = [&](const char* kind, std::string_view name) {
        if (said.size() <= enough) said.push_back(kind + sanitize_for_log(name.substr(0, longest)));
    };
    for (const std::string& name : names.dns) say("DNS ", name);
    for (const std::string& name : names.services) say("SRV ", name);
    for (const std::string& name : names.addresses) say("XMPP ", name);
    for (const std::string& ip : names.ips) {
        boost::asio::ip::address_v4::bytes_type v4;
        boost::asio::ip::address_v6::bytes_type v6;
        if (ip.size() == v4.size()) {
            std::copy(ip.begin(), ip.end(), v4.begin());
            say("IP ", boost::asio::ip::address_v4(v4).to_string());
        } else if (ip.size() == v6.size()) {
            std::copy(ip.begin(), ip.end(), v6.begin());
            say("IP ", boost::asio::ip::address_v6(v6).to_string());
        }
    }
    if (said.empty()) return "nothing";
    if (said.size() > enough) said.back() = "…";
    std::string text;
    for (const std::string& each : said) text += (text.empty() ? "" : ", ") + each;
    return text;
}

}  // namespace rondel::net
