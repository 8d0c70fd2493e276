#include "store/vfs.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <new>

#include "store/header.h"

namespace placecard {

namespace {

struct File {
  sqlite3_file base;  // must be first: SQLite passes pointers to it
  Image* image;
};

Image& image_of(sqlite3_file* file) { return *reinterpret_cast<File*>(file)->image; }
Vfs& vfs_of(sqlite3_vfs* vfs) { return *static_cast<Vfs*>(vfs->pAppData); }

int close_file(sqlite3_file* /*file*/) { return SQLITE_OK; }

int read_file(sqlite3_file* file, void* out, int size, sqlite3_int64 offset) {
  const auto wanted = static_cast<std::size_t>(size);
  const std::size_t done =
      image_of(file).read(static_cast<std::size_t>(offset), {static_cast<std::uint8_t*>(out), wanted});
  return done == wanted ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int write_file(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
  image_of(file).write(static_cast<std::size_t>(offset),
                       {static_cast<const std::uint8_t*>(bytes), static_cast<std::size_t>(size)});
  return SQLITE_OK;
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  image_of(file).resize(static_cast<std::size_t>(size));
  return SQLITE_OK;
}

int sync_file(sqlite3_file* /*file*/, int /*flags*/) { return SQLITE_OK; }

int file_size(sqlite3_file* file, sqlite3_int64* size) {
  *size = static_cast<sqlite3_int64>(image_of(file).size());
  return SQLITE_OK;
}

int lock_file(sqlite3_file* /*file*/, int /*level*/) { return SQLITE_OK; }

int check_reserved_lock(sqlite3_file* /*file*/, int* reserved) {
  *reserved = 0;
  return SQLITE_OK;
}

int file_control(sqlite3_file* /*file*/, int /*operation*/, void* /*argument*/) { return SQLITE_NOTFOUND; }
int sector_size(sqlite3_file* /*file*/) { return static_cast<int>(Image::kPageSize); }
int device_characteristics(sqlite3_file* /*file*/) { return SQLITE_IOCAP_UNDELETABLE_WHEN_OPEN; }

constexpr sqlite3_io_methods kMethods = [] {
  sqlite3_io_methods methods{};
  methods.iVersion = 1;
  methods.xClose = close_file;
  methods.xRead = read_file;
  methods.xWrite = write_file;
  methods.xTruncate = truncate_file;
  methods.xSync = sync_file;
  methods.xFileSize = file_size;
  methods.xLock = lock_file;
  methods.xUnlock = lock_file;
  methods.xCheckReservedLock = check_reserved_lock;
  methods.xFileControl = file_control;
  methods.xSectorSize = sector_size;
  methods.xDeviceCharacteristics = device_characteristics;
  return methods;
}();

int open_file(sqlite3_vfs* vfs, sqlite3_filename /*name*/, sqlite3_file* file, int flags, int* out_flags) {
  file->pMethods = nullptr;
  if ((flags & SQLITE_OPEN_MAIN_DB) == 0) return SQLITE_CANTOPEN;
  Image& image = vfs_of(vfs).image();
  ::new (file) File{{&kMethods}, &image};
  // A database that lies in memory has its journal there as well. But its pages keep their size, so one whose pages are
  // to be of ours lies on a disk.
  const bool in_memory = image.size() == 0 || Header(image).page_size() == Image::kPageSize;
  if (out_flags != nullptr) *out_flags = in_memory ? flags | SQLITE_OPEN_MEMORY : flags;
  return SQLITE_OK;
}

int delete_file(sqlite3_vfs* /*vfs*/, const char* /*name*/, int /*sync*/) { return SQLITE_OK; }

int access_file(sqlite3_vfs* /*vfs*/, const char* /*name*/, int /*flags*/, int* exists) {
  *exists = 0;  // there is never a journal to roll back
  return SQLITE_OK;
}

int full_pathname(sqlite3_vfs* /*vfs*/, const char* name, int size, char* out) {
  sqlite3_snprintf(size, out, "%s", name);
  return SQLITE_OK;
}

int randomness(sqlite3_vfs* vfs, int size, char* out) {
  vfs_of(vfs).host().random({reinterpret_cast<std::uint8_t*>(out), static_cast<std::size_t>(size)});
  return size;
}

int sleep_for(sqlite3_vfs* /*vfs*/, int /*us*/) { return 0; }

int current_time_ms(sqlite3_vfs* vfs, sqlite3_int64* julian_ms) {
  constexpr sqlite3_int64 kUnixEpochInJulianMs = 210'866'760'000'000;  // sqlite.org/c3ref/vfs.html: xCurrentTimeInt64
  *julian_ms = kUnixEpochInJulianMs + vfs_of(vfs).host().now_us() / 1000;
  return SQLITE_OK;
}

int last_error(sqlite3_vfs* /*vfs*/, int /*size*/, char* /*out*/) { return 0; }

}  // namespace

Vfs::Vfs(Image& image, Host& host) : image_(image), host_(host), vfs_(std::make_unique<sqlite3_vfs>()) {
  char name[32];
  sqlite3_snprintf(sizeof(name), name, "placecard-%p", static_cast<void*>(this));
  name_ = name;
  constexpr int kMaxPathname = 64;
  vfs_->iVersion = 2;
  vfs_->szOsFile = sizeof(File);
  vfs_->mxPathname = kMaxPathname;
  vfs_->zName = name_.c_str();
  vfs_->pAppData = this;
  vfs_->xOpen = open_file;
  vfs_->xDelete = delete_file;
  vfs_->xAccess = access_file;
  vfs_->xFullPathname = full_pathname;
  vfs_->xRandomness = randomness;
  vfs_->xSleep = sleep_for;
  vfs_->xGetLastError = last_error;
  vfs_->xCurrentTimeInt64 = current_time_ms;
  sqlite3_vfs_register(vfs_.get(), 0);
}

Vfs::~Vfs() { sqlite3_vfs_unregister(vfs_.get()); }

const char* Vfs::name() const { return name_.c_str(); }

}  // namespace placecard

// The build leaves out SQLite's own operating-system layers (SQLITE_OS_OTHER=1), which makes these two ours.
extern "C" int sqlite3_os_init(void) { return SQLITE_OK; }
extern "C" int sqlite3_os_end(void) { return SQLITE_OK; }
