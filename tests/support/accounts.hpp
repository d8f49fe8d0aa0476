// Accounts for tests, in memory.
#pragma once

#include "rondel/sasl/server_mechanism.hpp"

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace rondel::test {

struct Accounts final : sasl::AccountDirectory {
    std::map<std::pair<std::string, sasl::Hash>, sasl::ScramKeys> keys = {};
    std::set<std::string, std::less<>> disabled = {};
    std::map<std::string, std::string> certificates = {};                            // address → account
    std::map<std::pair<std::string, std::string>, std::vector<Secret>> tokens = {};  // of account and mechanism

    void add(const std::string& username, const Secret& password, std::uint32_t iterations = 4096) {
        for (const sasl::Hash hash : {sasl::Hash::sha1, sasl::Hash::sha256})
            keys[{username, hash}] = sasl::derive_keys(password, hash, iterations).value();
    }

    std::optional<sasl::ScramKeys> keys_of(std::string_view username, sasl::Hash hash) const override {
        const auto found = keys.find({std::string(username), hash});
        return found == keys.end() ? std::nullopt : std::optional(found->second);
    }
    bool is_disabled(std::string_view username) const override { return disabled.contains(username); }
    std::optional<std::string> certified(const std::vector<std::string>& addresses) const override {
        for (const std::string& address : addresses)
            if (const auto found = certificates.find(address); found != certificates.end()) return found->second;
        return std::nullopt;
    }
    std::vector<Secret> tokens_of(std::string_view username, std::string_view mechanism) const override {
        const auto found = tokens.find({std::string(username), std::string(mechanism)});
        return found == tokens.end() ? std::vector<Secret>() : found->second;
    }
};

// "challenge DATA", "success NAME DATA", "failure CONDITION"
inline std::string text_of(const sasl::Step& step) {
    if (const auto* challenge = std::get_if<sasl::Challenge>(&step)) return "challenge " + challenge->data;
    if (const auto* success = std::get_if<sasl::Success>(&step))
        return "success " + success->username + (success->data ? " " + *success->data : "");
    return "failure " + std::string(sasl::to_string(std::get<sasl::Failure>(step).condition));
}

}  // namespace rondel::test
