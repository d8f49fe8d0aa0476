// SQLite, as far as the store needs it: an open file, statements prepared once, transactions, errors as sentences.
// Not for other floors.
#pragma once

#include "rondel/server/storage.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

struct sqlite3;
struct sqlite3_stmt;

namespace rondel::store {

using server::StorageError;

struct Blob {  // bytes, where a string is text
    std::string_view bytes;
};

class Database;

// One run of a prepared statement, over when this ends.   Borrows: the database.
class Query {
  public:
    template <class... Values>
    Query(const Database& database, sqlite3_stmt* statement, const Values&... values)
        : database_(database), statement_(statement) {
        int number = 0;
        (bind(++number, values), ...);
    }
    ~Query();
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;

    // Numbered from 1, as ?1 in the statement.
    void bind(int number, std::string_view text);
    void bind(int number, Blob blob);
    void bind(int number, std::int64_t value);

    bool next();  // to the next row; false: there is none
    void run();   // all of it, without looking at rows

    // Of the row, numbered from 0. Text is valid until next().
    std::string_view text(int column) const;  // of blobs, too
    std::int64_t number(int column) const;
    bool flag(int column) const { return number(column) != 0; }

  private:
    const Database& database_;
    sqlite3_stmt* statement_;
};

struct DatabaseOptions {
    // How long another program's lock is waited for, and everything waits with us. Once that was in vain, nothing waits
    // any more, and what wants to write fails at once, until it was free when somebody wanted it.
    std::chrono::milliseconds busy{25};
    std::chrono::milliseconds open_busy{2000};  // the same while opening, when nobody waits yet
    std::int64_t most_bytes = 0;                // of the file; more: StorageError. 0: as the disk allows
};

// Owns: the file's handle and the statements.   Threads: one at a time.
class Database {
  public:
    // Opens the file, or makes it, for its owner only (0600). Throws StorageError.
    Database(std::string path, const DatabaseOptions& options);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    void execute(const char* sql) const;  // may hold several statements
    template <class... Values>
    Query query(std::string_view sql, const Values&... values) const {
        return Query(*this, prepared(sql), values...);
    }
    std::int64_t changes() const;  // rows that the last statement changed
    // For locks of other programs, in all since it was opened.
    std::chrono::milliseconds waited() const { return waited_; }

    [[noreturn]] void fail(int code) const;
    [[noreturn]] void fail(std::string_view what) const;  // "The database PATH what."

  private:
    friend class Query;
    friend class Transaction;
    sqlite3_stmt* prepared(std::string_view sql) const;
    static int wait_for_lock(void* database, int tries);
    void was_free() const { patience_ = options_.busy; }

    std::string path_;
    DatabaseOptions options_;
    mutable std::chrono::milliseconds patience_{0};
    std::chrono::milliseconds waiting_{0}, waited_{0};
    sqlite3* handle_ = nullptr;
    mutable std::unordered_map<std::string, sqlite3_stmt*> statements_;
};

// All that is done until commit(), or nothing of it.   Borrows: the database.
class Transaction {
  public:
    explicit Transaction(const Database& database);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    void commit();

  private:
    const Database& database_;
    bool open_ = true;
};

}  // namespace rondel::store
