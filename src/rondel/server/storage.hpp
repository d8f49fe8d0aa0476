// What the embedded server keeps, as interfaces: MemoryStorage (here) forgets it at the end, store::Sqlite does not.
//
// A call that returns has done its work for good: what is acknowledged to a client after it survives a crash. A call
// throws StorageError if it could not be done; then nothing of it was. Users are given by the local part of their JID,
// prepared (RFC 7622).   Threads: one at a time.
#pragma once

#include "rondel/base/datetime.hpp"
#include "rondel/base/jid.hpp"
#include "rondel/sasl/client_mechanism.hpp"
#include "rondel/sasl/scram_keys.hpp"
#include "rondel/xml/element.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace rondel::server {

using Time = std::chrono::sys_time<std::chrono::microseconds>;  // of the calendar, as stamps have it (XEP-0082)

struct StorageError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct Account {
    std::string username;
    std::vector<sasl::ScramKeys> keys;  // one for each hash; never a password
    bool disabled = false;
};

class AccountStorage {
  public:
    virtual ~AccountStorage() = default;
    virtual std::optional<Account> account(std::string_view username) const = 0;
    virtual void put_account(const Account& account) = 0;        // a new one, or in the place of the old
    virtual bool remove_account(std::string_view username) = 0;  // with everything of theirs; false: there was none
    virtual std::vector<std::string> usernames() const = 0;
};

struct StoredToken {
    std::string client_id;  // of the user agent that asked
    sasl::Token token;
    Time expires;
};

class TokenStorage {
  public:
    virtual ~TokenStorage() = default;
    virtual std::vector<StoredToken> tokens(std::string_view username) const = 0;
    virtual void put_token(std::string_view username, const StoredToken& token) = 0;
    virtual void remove_tokens(std::string_view username, std::string_view client_id) = 0;
};

// RFC 6121 §2.1.2, with the two things that are not shown to the user: a pending request of the contact's to us
// (Appendix A, "Pending In"), and the stanza that it came with.
struct RosterItem {
    Jid jid;
    std::string name = {};
    bool to = false;    // we see their presence
    bool from = false;  // they see ours
    bool ask = false;   // we asked ("Pending Out")
    bool pending_in = false;
    bool approved = false;  // RFC 6121 §3.4
    bool listed = true;     // in the roster at all: a request alone makes no item ("None + Pending In")
    std::vector<std::string> groups = {};
    std::string request = {};  // the presence stanza of pending_in, as text

    friend bool operator==(const RosterItem&, const RosterItem&) = default;
};

class RosterStorage {
  public:
    virtual ~RosterStorage() = default;
    struct Roster {
        std::uint64_t version = 0;  // grows with each change
        std::vector<RosterItem> items;
    };
    virtual Roster roster(std::string_view username) const = 0;
    // Both return the new version, and keep it with the item, so that changes since a version can be told.
    virtual std::uint64_t put_item(std::string_view username, const RosterItem& item) = 0;
    virtual std::uint64_t remove_item(std::string_view username, const Jid& jid) = 0;
    struct Change {
        std::uint64_t version = 0;
        Jid jid;
        std::optional<RosterItem> item;  // nothing: it was removed
    };
    // In order; nothing: it is not known any more what happened since then, so that the whole roster is to be sent.
    virtual std::optional<std::vector<Change>> changes_since(std::string_view username,
                                                             std::uint64_t version) const = 0;
};

// XEP-0160. The text is the stanza, complete with its namespace.
class OfflineStorage {
  public:
    virtual ~OfflineStorage() = default;
    struct Kept {
        std::uint64_t number = 0;  // in order
        Time stamp;
        std::string stanza;
    };
    virtual std::vector<Kept> offline(std::string_view username) const = 0;
    virtual std::size_t offline_count(std::string_view username) const = 0;
    virtual void keep_offline(std::string_view username, Time stamp, std::string_view stanza) = 0;
    virtual void drop_offline(std::string_view username, std::uint64_t up_to_number) = 0;
};

// XEP-0313.
class ArchiveStorage {
  public:
    virtual ~ArchiveStorage() = default;
    struct Entry {
        std::string id;  // unguessable, unique; what pages are asked by
        Time stamp;
        Jid with;            // the other side, full
        std::string stanza;  // complete with its namespace
    };
    struct Filter {
        std::optional<Jid> with = {};  // bare: all of its resources
        std::optional<Time> start = {};
        std::optional<Time> end = {};
        std::vector<std::string> ids = {};  // XEP-0313 §4.1.4
    };
    struct Page {
        std::vector<Entry> entries;  // oldest first
        bool complete = false;       // nothing beyond, in the direction asked
        std::size_t first_index = 0;
        std::size_t count = 0;  // all that the filter lets through
    };
    virtual void archive(std::string_view username, const Entry& entry) = 0;
    // `last`: the newest `most` of those before `before_id`. nullopt: after_id, before_id or one of ids is not there.
    virtual std::optional<Page> page(std::string_view username, const Filter& filter, std::string_view after,
                                     std::string_view before, bool last, std::size_t most) const = 0;
    struct Preferences {
        std::string standard = "always";  // always, never, roster
        std::vector<Jid> always = {};
        std::vector<Jid> never = {};
    };
    virtual Preferences preferences(std::string_view username) const = 0;
    virtual void put_preferences(std::string_view username, const Preferences& preferences) = 0;
};

// Small things of a user: vcard-temp (XEP-0054), the list of the blocked (XEP-0191), when they were last here
// (XEP-0012).
class UserDataStorage {
  public:
    virtual ~UserDataStorage() = default;
    virtual std::string vcard(std::string_view username) const = 0;  // as text, complete with its namespace; or nothing
    virtual void put_vcard(std::string_view username, std::string_view vcard) = 0;
    virtual std::vector<Jid> blocked(std::string_view username) const = 0;
    virtual void put_blocked(std::string_view username, const std::vector<Jid>& jids) = 0;
    struct Seen {
        Time when;
        std::string status;
    };
    virtual std::optional<Seen> last_seen(std::string_view username) const = 0;
    virtual void put_last_seen(std::string_view username, const Seen& seen) = 0;
};

class Storage : public AccountStorage,
                public TokenStorage,
                public RosterStorage,
                public OfflineStorage,
                public ArchiveStorage,
                public UserDataStorage {};

}  // namespace rondel::server
