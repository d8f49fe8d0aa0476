#include "rondel/store/database.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

namespace rondel::store {

namespace {

// SQLite would make the file as the umask has it; the files beside it (-wal, -shm) take its mode over.
void make_private(const std::string& path) {
    const int file = ::open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    if (file >= 0) {
        ::close(file);
    } else if (errno != EEXIST) {
        throw StorageError(fmt::format("The database {} could not be made: {}.", path, std::strerror(errno)));
    }
}

}  // namespace

Query::~Query() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
}

void Query::bind(int number, std::string_view text) {
    const char* begin = text.data() == nullptr ? "" : text.data();
    const int code =
        sqlite3_bind_text64(statement_, number, begin, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);  // NOLINT
    if (code != SQLITE_OK) database_.fail(code);
}

void Query::bind(int number, Blob blob) {
    const char* begin = blob.bytes.data() == nullptr ? "" : blob.bytes.data();
    const int code = sqlite3_bind_blob64(statement_, number, begin, blob.bytes.size(), SQLITE_TRANSIENT);  // NOLINT
    if (code != SQLITE_OK) database_.fail(code);
}

void Query::bind(int number, std::int64_t value) {
    if (const int code = sqlite3_bind_int64(statement_, number, value); code != SQLITE_OK) database_.fail(code);
}

bool Query::next() {
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code != SQLITE_DONE) database_.fail(code);
    if (sqlite3_stmt_readonly(statement_) == 0) database_.was_free();  // who reads is kept out by nobody
    return false;
}

void Query::run() {
    while (next()) {
    }
}

std::string_view Query::text(int column) const {
    const auto* begin = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    return begin == nullptr
               ? std::string_view()
               : std::string_view(begin, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}

std::int64_t Query::number(int column) const { return sqlite3_column_int64(statement_, column); }

Database::Database(std::string path, const DatabaseOptions& options) : path_(std::move(path)), options_(options) {
    make_private(path_);
    const int code = sqlite3_open_v2(path_.c_str(), &handle_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
    try {
        if (code != SQLITE_OK) fail(code);
        patience_ = options_.open_busy;
        sqlite3_busy_handler(handle_, wait_for_lock, this);
        sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
        execute(
            "PRAGMA trusted_schema = OFF; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
            "PRAGMA journal_size_limit = 16777216; PRAGMA secure_delete = FAST");
        if (options.most_bytes > 0) {
            Query size = query("PRAGMA page_size");
            size.next();
            execute(fmt::format("PRAGMA max_page_count = {}", options.most_bytes / size.number(0)).c_str());
        }
        patience_ = options_.busy;
    } catch (...) {
        for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
        sqlite3_close(handle_);
        throw;
    }
}

Database::~Database() {
    for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
    sqlite3_close(handle_);
}

// SQLite asks once more after each try: 0 is to give up.
int Database::wait_for_lock(void* database, int tries) {
    auto& self = *static_cast<Database*>(database);
    if (tries == 0) self.waiting_ = {};
    const auto step = std::min(std::chrono::milliseconds(tries < 2 ? 1 : 5), self.patience_ - self.waiting_);
    if (step <= step.zero()) return 0;
    sqlite3_sleep(static_cast<int>(step.count()));
    self.waiting_ += step;
    self.waited_ += step;
    return 1;
}

void Database::execute(const char* sql) const {
    if (const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr); code != SQLITE_OK) fail(code);
}

sqlite3_stmt* Database::prepared(std::string_view sql) const {
    sqlite3_stmt*& statement = statements_[std::string(sql)];
    if (statement == nullptr) {
        const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                            SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
        if (code != SQLITE_OK) fail(code);
    }
    return statement;
}

std::int64_t Database::changes() const { return sqlite3_changes64(handle_); }

void Database::fail(std::string_view what) const {
    throw StorageError(fmt::format("The database {} {}.", path_, what));
}

namespace {

// Of the system, where it was the system that would not.
std::string reason_of(sqlite3* handle) {
    const int reason = handle == nullptr ? 0 : sqlite3_system_errno(handle);
    return reason == 0 ? std::string() : fmt::format(" ({})", std::strerror(reason));
}

bool lacks_descriptors(sqlite3* handle) {
    const int reason = handle == nullptr ? 0 : sqlite3_system_errno(handle);
    return reason == EMFILE || reason == ENFILE;
}

}  // namespace

void Database::fail(int code) const {
    switch (code & 0xFF) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            patience_ = {};
            fail("is locked by another program");
        case SQLITE_FULL:
            fail("is full, or its disk is");
        case SQLITE_READONLY:
        case SQLITE_PERM:
            fail("must not be written by this user");
        case SQLITE_CANTOPEN:
            if (lacks_descriptors(handle_))
                fail(
                    "cannot be opened (Too many open files); the limit of this program may be too low: ulimit -n, "
                    "LimitNOFILE");
            fail("cannot be opened; is it, or its folder, for reading only?");
        case SQLITE_NOTADB:
            fail("is no database");
        case SQLITE_CORRUPT:
            fail("is damaged");
        case SQLITE_IOERR:
            fail("cannot be read or written" + reason_of(handle_) + "; its disk may be full, or broken");
        default:
            fail(fmt::format("failed: {}", handle_ == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle_)));
    }
}

Transaction::Transaction(const Database& database) : database_(database) {
    database_.query("BEGIN IMMEDIATE").run();  // takes the lock now, so that nothing fails half-way for it
}

Transaction::~Transaction() {
    // After some errors (a full disk) SQLite has rolled it back by itself.
    if (open_ && sqlite3_get_autocommit(database_.handle_) == 0)
        sqlite3_exec(database_.handle_, "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() {
    database_.query("COMMIT").run();
    open_ = false;
}

}  // namespace rondel::store
