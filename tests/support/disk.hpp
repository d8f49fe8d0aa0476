// A disk for SQLite, in memory, whose power can fail (F15): what was not synced by then is kept, lost or torn as the
// seed wants, in any order. It is the default VFS of SQLite as long as it lives.
//
// What it assumes of a disk is what SQLite assumes of one (sqlite.org/atomiccommit.html §2): a sector of 512 bytes is
// written whole or not at all; sectors beside it are left alone; what was synced stays.
#pragma once

#include <algorithm>
#include <cstring>
#include <limits>
#include <map>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include <sqlite3.h>

namespace rondel::test {

// It has no locks: one connection at a time.
// Owns: the files. Borrows: nothing; whoever has a file open must be gone before it.   Threads: one.
class Disk {
  public:
    explicit Disk(std::uint64_t seed) : random_(seed), below_(sqlite3_vfs_find(nullptr)) {
        vfs_.iVersion = 2;
        vfs_.szOsFile = sizeof(Open);
        vfs_.mxPathname = below_->mxPathname;
        vfs_.zName = "rondel-disk";
        vfs_.pAppData = this;
        vfs_.xOpen = open;
        vfs_.xDelete = remove;
        vfs_.xAccess = access;
        vfs_.xFullPathname = [](sqlite3_vfs*, const char* name, int size, char* out) {
            sqlite3_snprintf(size, out, "%s", name);
            return SQLITE_OK;
        };
        vfs_.xRandomness = [](sqlite3_vfs* vfs, int size, char* out) {
            for (int i = 0; i < size; ++i) out[i] = static_cast<char>(of(vfs).random_());
            return size;
        };
        vfs_.xSleep = [](sqlite3_vfs*, int microseconds) { return microseconds; };
        vfs_.xCurrentTime = [](sqlite3_vfs* vfs, double* now) { return of(vfs).below_->xCurrentTime(vfs, now); };
        vfs_.xCurrentTimeInt64 = [](sqlite3_vfs* vfs, sqlite3_int64* now) {
            return of(vfs).below_->xCurrentTimeInt64(vfs, now);
        };
        vfs_.xGetLastError = [](sqlite3_vfs*, int, char*) { return 0; };
        if (sqlite3_vfs_register(&vfs_, 1) != SQLITE_OK) throw std::runtime_error("SQLite takes no disk.");
    }
    ~Disk() {
        sqlite3_vfs_unregister(&vfs_);
        sqlite3_vfs_register(below_, 1);
    }
    Disk(const Disk&) = delete;
    Disk& operator=(const Disk&) = delete;

    bool syncs_lie = false;  // says that it has synced, and has not

    void fail_after(std::size_t changes) { changes_left_ = changes; }  // each write, sync, truncation, removal is one
    bool has_failed() const { return changes_left_ == 0; }

    // And it is back. Precondition: no file is open.
    void lose_power() {
        for (auto at = files_.begin(); at != files_.end();) {
            File& file = *at->second;
            file.memory.clear();
            settle(file);
            if (!file.exists || !file.exists_for_good) file.exists = chance(2);
            at = file.exists ? std::next(at) : files_.erase(at);
        }
        changes_left_ = std::numeric_limits<std::size_t>::max();
    }

  private:
    static constexpr std::size_t sector = 512;
    struct Change {
        bool truncates = false;
        std::size_t at = 0;
        std::string bytes = {};
    };
    struct File {
        std::string now, synced;
        std::vector<Change> since;  // the last sync, in order
        bool exists = true, exists_for_good = false;
        std::vector<std::unique_ptr<char[]>> memory = {};  // shared among connections (the index of the log)
    };
    struct Open : sqlite3_file {
        Disk* disk;
        std::shared_ptr<File>* file;
    };

    static Disk& of(sqlite3_vfs* vfs) { return *static_cast<Disk*>(vfs->pAppData); }
    static Open& of(sqlite3_file* file) { return *static_cast<Open*>(file); }
    static File& content(sqlite3_file* file) { return **of(file).file; }
    bool chance(std::uint64_t in) { return random_() % in == 0; }
    bool may_change() {
        if (changes_left_ == 0) return false;
        --changes_left_;
        return true;
    }

    static void apply(std::string& to, const Change& change) {
        if (change.truncates) return to.resize(change.at);
        if (to.size() < change.at + change.bytes.size()) to.resize(change.at + change.bytes.size());
        to.replace(change.at, change.bytes.size(), change.bytes);
    }

    // Some of the sectors of a write.
    void tear(std::string& to, const Change& change) {
        for (std::size_t begin = change.at; begin < change.at + change.bytes.size();) {
            const std::size_t end = std::min(begin / sector * sector + sector, change.at + change.bytes.size());
            if (chance(2)) apply(to, {false, begin, change.bytes.substr(begin - change.at, end - begin)});
            begin = end;
        }
    }

    // All up to some place, the last of these torn; or each of them, in any order, written, torn, or not at all.
    void settle(File& file) {
        if (chance(2)) {
            const std::size_t whole = random_() % (file.since.size() + 1);
            for (std::size_t i = 0; i < whole; ++i) apply(file.synced, file.since[i]);
            if (whole < file.since.size() && !file.since[whole].truncates) tear(file.synced, file.since[whole]);
        } else {
            for (const Change& change : file.since) {
                const std::uint64_t fate = random_() % 4;
                if (fate < 2)
                    apply(file.synced, change);
                else if (fate == 2 && !change.truncates)
                    tear(file.synced, change);
            }
        }
        file.since.clear();
        file.now = file.synced;
    }

    static int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* made, int flags, int* flags_out) {
        Disk& disk = of(vfs);
        std::shared_ptr<File> file;
        if (name != nullptr) {
            std::shared_ptr<File>& known = disk.files_[name];
            if (known == nullptr || !known->exists) {
                known = std::make_shared<File>();
                known->exists_for_good = (flags & SQLITE_OPEN_MAIN_DB) != 0;
            }
            file = known;
        } else {
            file = std::make_shared<File>();
        }
        static const sqlite3_io_methods methods = make_methods();
        of(made).pMethods = &methods;
        of(made).disk = &disk;
        of(made).file = new std::shared_ptr<File>(std::move(file));
        if (flags_out != nullptr) *flags_out = flags;
        return SQLITE_OK;
    }
    static int remove(sqlite3_vfs* vfs, const char* name, int) {
        Disk& disk = of(vfs);
        if (!disk.may_change()) return SQLITE_IOERR_DELETE;
        const auto at = disk.files_.find(name);
        if (at == disk.files_.end() || !at->second->exists) return SQLITE_IOERR_DELETE_NOENT;
        at->second->exists = false;  // but the folder is not synced: it may be back
        return SQLITE_OK;
    }
    static int access(sqlite3_vfs* vfs, const char* name, int, int* there) {
        const auto at = of(vfs).files_.find(name);
        *there = at != of(vfs).files_.end() && at->second->exists ? 1 : 0;
        return SQLITE_OK;
    }

    static sqlite3_io_methods make_methods() {
        sqlite3_io_methods methods{};
        methods.iVersion = 2;
        methods.xClose = [](sqlite3_file* file) {
            delete of(file).file;
            return SQLITE_OK;
        };
        methods.xRead = [](sqlite3_file* file, void* out, int size, sqlite3_int64 at) {
            const std::string& now = content(file).now;
            const auto begin = std::min(now.size(), static_cast<std::size_t>(at));
            const auto count = std::min(now.size() - begin, static_cast<std::size_t>(size));
            std::memcpy(out, now.data() + begin, count);
            if (count == static_cast<std::size_t>(size)) return SQLITE_OK;
            std::memset(static_cast<char*>(out) + count, 0, static_cast<std::size_t>(size) - count);
            return SQLITE_IOERR_SHORT_READ;
        };
        methods.xWrite = [](sqlite3_file* file, const void* bytes, int size, sqlite3_int64 at) {
            if (!of(file).disk->may_change()) return SQLITE_IOERR_WRITE;
            return change(content(file),
                          {false, static_cast<std::size_t>(at),
                           std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(size))});
        };
        methods.xTruncate = [](sqlite3_file* file, sqlite3_int64 size) {
            if (!of(file).disk->may_change()) return SQLITE_IOERR_TRUNCATE;
            return change(content(file), {true, static_cast<std::size_t>(size)});
        };
        methods.xSync = [](sqlite3_file* file, int) {
            if (!of(file).disk->may_change()) return SQLITE_IOERR_FSYNC;
            if (of(file).disk->syncs_lie) return SQLITE_OK;
            File& synced = content(file);
            synced.since.clear();
            synced.synced = synced.now;
            if (!synced.exists_for_good) of(file).disk->sync_folder();
            return SQLITE_OK;
        };
        methods.xFileSize = [](sqlite3_file* file, sqlite3_int64* size) {
            *size = static_cast<sqlite3_int64>(content(file).now.size());
            return SQLITE_OK;
        };
        methods.xLock = [](sqlite3_file*, int) { return SQLITE_OK; };
        methods.xUnlock = [](sqlite3_file*, int) { return SQLITE_OK; };
        methods.xCheckReservedLock = [](sqlite3_file*, int* locked) {
            *locked = 0;
            return SQLITE_OK;
        };
        methods.xFileControl = [](sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; };
        methods.xSectorSize = [](sqlite3_file*) { return static_cast<int>(sector); };
        methods.xDeviceCharacteristics = [](sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; };
        methods.xShmMap = [](sqlite3_file* file, int page, int size, int extends, void volatile** out) {
            auto& memory = content(file).memory;
            const auto number = static_cast<std::size_t>(page);
            while (extends != 0 && memory.size() <= number)
                memory.push_back(std::make_unique<char[]>(static_cast<std::size_t>(size)));
            *out = number < memory.size() ? memory[number].get() : nullptr;
            return SQLITE_OK;
        };
        methods.xShmLock = [](sqlite3_file*, int, int, int) { return SQLITE_OK; };
        methods.xShmBarrier = [](sqlite3_file*) {};
        methods.xShmUnmap = [](sqlite3_file* file, int) {
            content(file).memory.clear();
            return SQLITE_OK;
        };
        return methods;
    }
    // SQLite's own VFS does it at the first sync of a new journal: what was made is there for good, and what was
    // removed is gone.
    void sync_folder() {
        std::erase_if(files_, [](const auto& one) { return !one.second->exists; });
        for (auto& [name, file] : files_) file->exists_for_good = true;
    }
    static int change(File& file, Change change) {
        apply(file.now, change);
        file.since.push_back(std::move(change));
        return SQLITE_OK;
    }

    std::mt19937_64 random_;
    sqlite3_vfs* below_;
    sqlite3_vfs vfs_{};
    std::map<std::string, std::shared_ptr<File>> files_;
    std::size_t changes_left_ = std::numeric_limits<std::size_t>::max();
};

}  // namespace rondel::test
