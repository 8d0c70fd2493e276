#include "store/inspect.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

namespace placecard {

namespace {

constexpr std::size_t kHeaderSize = 100;
using Header = std::array<std::uint8_t, kHeaderSize>;

std::uint32_t big_endian_32(const Header& header, std::size_t at) {
  return static_cast<std::uint32_t>(header[at]) << 24U | static_cast<std::uint32_t>(header[at + 1]) << 16U |
         static_cast<std::uint32_t>(header[at + 2]) << 8U | header[at + 3];
}

// 1 stands for 65536, which does not fit.
std::size_t page_size_of(const Header& header) {
  const std::size_t stored = static_cast<std::size_t>(header[16]) << 8U | header[17];
  return stored == 1 ? 65536 : stored;
}

}  // namespace

Status inspect_header(const Image& image) {
  constexpr std::string_view kMagic{"SQLite format 3\0", 16};
  constexpr std::uint8_t kRollbackJournal = 1;
  constexpr std::uint8_t kWriteAheadLog = 2;
  constexpr std::uint32_t kUtf8 = 1;

  Header header{};
  if (image.read(0, header) < kHeaderSize) return Error::database_malformed;
  if (std::memcmp(header.data(), kMagic.data(), kMagic.size()) != 0) return Error::database_malformed;
  if (header[18] == kWriteAheadLog || header[19] == kWriteAheadLog) return Error::database_in_wal_mode;
  if (header[18] != kRollbackJournal || header[19] != kRollbackJournal) return Error::database_malformed;

  const std::size_t page_size = page_size_of(header);
  const bool power_of_two = page_size >= 512 && (page_size & (page_size - 1)) == 0;
  if (!power_of_two || image.size() % page_size != 0) return Error::database_malformed;
  const bool page_count_is_valid = big_endian_32(header, 24) == big_endian_32(header, 92);
  if (page_count_is_valid && big_endian_32(header, 28) != image.size() / page_size) return Error::database_malformed;

  // 0 is a file in which nothing was ever created.
  const std::uint32_t encoding = big_endian_32(header, 56);
  if (encoding != kUtf8 && encoding != 0) return Error::database_foreign;
  return Done{};
}

// With an empty table's page in its place an index passes for whole, until something is to be written into it.
static Status inspect_index_roots(const Image& image, Database& database) {
  constexpr std::uint8_t kInterior = 2;
  constexpr std::uint8_t kLeaf = 10;
  Header header{};
  image.read(0, header);
  Result<Statement> read = database.prepare("SELECT rootpage FROM sqlite_schema WHERE type = 'index'");
  if (!read) return read.failure();
  for (;;) {
    const Result<bool> more = read->step();
    if (!more) return more.failure();
    if (!*more) return Done{};
    std::array<std::uint8_t, 1> type{};
    image.read(static_cast<std::size_t>(read->integer(0) - 1) * page_size_of(header), type);
    if (type[0] != kInterior && type[0] != kLeaf) return Error::database_malformed;
  }
}

Status inspect_integrity(const Image& image, Database& database) {
  Result<Statement> check = database.prepare("PRAGMA integrity_check(1)");
  if (!check) return check.failure();
  const Result<bool> row = check->step();
  if (!row) return row.failure();
  if (!*row || check->text(0) != "ok") return Error::database_malformed;
  return inspect_index_roots(image, database);
}

Status normalise_page_size(Database& database) {
  {
    Result<Statement> ask = database.prepare("PRAGMA page_size");
    if (!ask) return ask.failure();
    const Result<bool> row = ask->step();
    if (!row) return row.failure();
    if (ask->integer(0) == static_cast<std::int64_t>(Image::kPageSize)) return Done{};
  }
  return database.execute("PRAGMA page_size = 4096; VACUUM");
}

}  // namespace placecard
