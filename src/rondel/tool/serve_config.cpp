// The configuration file of `rondel serve`, in TOML. packaging/serve.toml shows all that it may hold.
#include "rondel/base/utf8.hpp"
#include "rondel/tool/serve_options.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <utility>

#include <fmt/format.h>
#include <toml++/toml.h>

namespace rondel::tool {

namespace {

class ConfigFile {
  public:
    ConfigFile(std::string path, ServeOptions& options) : path_(std::move(path)), options_(options) {}

    // `parse` gives the whole of it.
    template <class Parse>
    void read(Parse parse) {
        toml::table all;
        try {
            all = parse();
        } catch (const toml::parse_error& error) {
            const auto line = error.source().begin.line;
            const std::string why = sanitize_for_log(error.description());  // it quotes the file
            throw ConfigError(line == 0 ? fmt::format("{}: {}.", path_, why)
                                        : fmt::format("{}:{}: {}.", path_, line, why));
        }
        take(all,
             {
                 {"domains", [this](auto& node) { append(node, options_.domains); }},
                 {"data", [this](auto& node) { set(node, options_.data); }},
                 {"certificate", [this](auto& node) { set(node, options_.certificate); }},
                 {"key", [this](auto& node) { set(node, options_.key); }},
                 {"client_ca", [this](auto& node) { set(node, options_.client_ca); }},
                 {"admins", [this](auto& node) { append(node, options_.admins); }},
                 {"tls_optional", [this](auto& node) { set(node, options_.tls_optional); }},
                 {"allow_plaintext", [this](auto& node) { set(node, options_.allow_plaintext); }},
                 {"registration", [this](auto& node) { set(node, options_.registration); }},
                 {"anonymous", [this](auto& node) { set(node, options_.anonymous); }},
                 {"replace_components", [this](auto& node) { set(node, options_.replace_components); }},
                 {"listen", [this](auto& node) { take_places(table(node, "listen")); }},
                 {"limits", [this](auto& node) { take_limits(table(node, "limits")); }},
                 {"user", [this](auto& node) { each_table(node, "user", [this](auto& one) { take_user(one); }); }},
                 {"component",
                  [this](auto& node) { each_table(node, "component", [this](auto& one) { take_component(one); }); }},
             });
    }

  private:
    using Takers = std::map<std::string_view, std::function<void(const toml::node&)>>;

    std::string place(const toml::node& node) const { return fmt::format("{}:{}", path_, node.source().begin.line); }
    [[noreturn]] void fail(const toml::node& node, std::string_view why) const {
        throw ConfigError(fmt::format("{}: {}.", place(node), why));
    }

    void take(const toml::table& table, const Takers& takers) {
        for (const auto& [key, node] : table) {
            const auto taker = takers.find(key.str());
            if (taker == takers.end()) {
                std::string known;
                for (const auto& [name, ignored] : takers) known += (known.empty() ? "" : ", ") + std::string(name);
                throw ConfigError(fmt::format("{}:{}: there is no \"{}\" here; known are {}.", path_,
                                              key.source().begin.line, sanitize_for_log(key.str()), known));
            }
            at_ = key.str();
            taker->second(node);
        }
    }

    void set(const toml::node& node, std::string& value) const {
        if (!node.is_string()) fail(node, fmt::format("\"{}\" must be a text, as in \"…\"", at_));
        value = node.as_string()->get();
    }
    void set(const toml::node& node, bool& value) const {
        if (!node.is_boolean()) fail(node, fmt::format("\"{}\" must be true or false", at_));
        value = node.as_boolean()->get();
    }
    template <class Number>
    requires std::is_integral_v<Number>
    void set(const toml::node& node, Number& value) const {
        const auto number = node.is_integer() ? node.as_integer()->get() : -1;
        if (number < 0 || number > std::numeric_limits<int>::max())
            fail(node, fmt::format("\"{}\" must be a number that is not negative", at_));
        value = static_cast<Number>(number);
    }
    void append(const toml::node& node, std::vector<std::string>& values) const {
        if (!node.is_array()) return set(node, values.emplace_back());
        for (const toml::node& one : *node.as_array()) set(one, values.emplace_back());
    }
    const toml::table& table(const toml::node& node, std::string_view name) const {
        if (!node.is_table()) fail(node, fmt::format("\"{0}\" must be a table, as in [{0}]", name));
        return *node.as_table();
    }
    void each_table(const toml::node& node, std::string_view name,
                    const std::function<void(const toml::table&)>& call) {
        if (!node.is_array()) fail(node, fmt::format("\"{0}\" must be written as [[{0}]], once for each", name));
        for (const toml::node& one : *node.as_array()) call(table(one, name));
    }

    void take_places(const toml::table& all) {
        Takers takers;
        for (const std::string_view kind : {"c2s", "c2s_tls", "component", "http", "http_plain"})
            takers[kind] = [this, kind](const toml::node& node) {
                std::vector<std::string> places;
                append(node, places);
                for (const std::string& at : places)
                    options_.places.push_back(parse_places(fmt::format("{}={}", kind, at), place(node)).front());
            };
        take(all, takers);
    }

    void take_limits(const toml::table& all) {
        take(all, {
                      {"connections", [this](auto& node) { set(node, options_.limits.connections); }},
                      {"per_address", [this](auto& node) { set(node, options_.limits.per_address); }},
                      {"failures_per_minute", [this](auto& node) { set(node, options_.limits.failures); }},
                      {"spare_loopback", [this](auto& node) { set(node, options_.limits.spare_loopback); }},
                      {"stanzas_per_second", [this](auto& node) { set(node, options_.stanzas.per_second); }},
                      {"stanza_burst", [this](auto& node) { set(node, options_.stanzas.burst); }},
                      {"bytes_per_second", [this](auto& node) { set(node, options_.bytes.per_second); }},
                      {"byte_burst", [this](auto& node) { set(node, options_.bytes.burst); }},
                  });
    }

    void take_user(const toml::table& one) {
        ServeOptions::Account account{{}, {}, place(one)};
        take(one, {{"jid", [&](auto& node) { set(node, account.jid); }},
                   {"password", [&](auto& node) { set_secret(node, account.password); }},
                   {"password_file", [&](auto& node) { read_secret(node, account.password); }}});
        if (account.jid.empty()) fail(one, "a [[user]] needs a \"jid\"");
        if (account.password.empty()) fail(one, "a [[user]] needs a \"password\" or a \"password_file\"");
        options_.accounts.push_back(std::move(account));
    }

    void take_component(const toml::table& one) {
        ServeOptions::OutsideComponent component{{}, {}, {}, place(one)};
        take(one, {{"domain", [&](auto& node) { set(node, component.domain); }},
                   {"secret", [&](auto& node) { set_secret(node, component.secret); }},
                   {"secret_file", [&](auto& node) { read_secret(node, component.secret); }},
                   {"connect", [&](auto& node) { set(node, component.connect); }}});
        if (component.domain.empty()) fail(one, "a [[component]] needs a \"domain\"");
        if (component.secret.empty()) fail(one, "a [[component]] needs a \"secret\" or a \"secret_file\"");
        options_.components.push_back(std::move(component));
    }

    void set_secret(const toml::node& node, Secret& secret) {
        std::string text;
        set(node, text);
        secret = Secret::take(text);
        if (std::exchange(holds_secrets_, true)) return;
        if (std::string exposed = exposure_of(path_, "the configuration, which holds secrets,"); !exposed.empty())
            options_.warnings.push_back(std::move(exposed));
    }
    void read_secret(const toml::node& node, Secret& secret) {
        std::string file;
        set(node, file);
        auto read = read_secret_file(file);
        if (!read) throw ConfigError(fmt::format("{}: {}", place(node), read.error().sentence));
        if (!read->warning.empty()) options_.warnings.push_back(std::move(read->warning));
        secret = std::move(read->secret);
    }

    std::string path_;
    ServeOptions& options_;
    bool holds_secrets_ = false;
    std::string at_;  // the key that is being taken
};

// toml++ takes a folder for an empty file, and does not say why it could not open one.
std::string text_of(const std::string& path) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "re"), &std::fclose);
    std::string text;
    std::array<char, 4096> some{};
    while (file != nullptr) {
        const std::size_t read = std::fread(some.data(), 1, some.size(), file.get());
        text.append(some.data(), read);
        if (read == 0) break;
    }
    if (file == nullptr || std::ferror(file.get()) != 0)
        throw ConfigError(fmt::format("The configuration {} could not be read: {}.", path, std::strerror(errno)));
    return text;
}

}  // namespace

void read_config(const std::string& path, ServeOptions& options) {
    const std::string text = text_of(path);
    parse_config(text, path, options);
}

void parse_config(std::string_view text, const std::string& path, ServeOptions& options) {
    ConfigFile(path, options).read([&] { return toml::parse(text, path); });
}

}  // namespace rondel::tool
