#include "rondel/store/columns.hpp"

namespace rondel::store {

Jid as_jid(const Database& database, std::string_view column) {
    Result<Jid> jid = Jid::parse(column);
    if (!jid) database.fail("is damaged: it holds an address that is none");
    return *std::move(jid);
}

std::string as_column(const std::vector<Jid>& jids) {
    std::string column;
    for (const Jid& jid : jids) (column += jid.str()) += '\n';
    return column;
}

std::vector<Jid> as_jids(const Database& database, std::string_view column) {
    std::vector<Jid> jids;
    while (!column.empty()) {
        const std::size_t end = std::min(column.find('\n'), column.size());
        jids.push_back(as_jid(database, column.substr(0, end)));
        column.remove_prefix(std::min(end + 1, column.size()));
    }
    return jids;
}

}  // namespace rondel::store
