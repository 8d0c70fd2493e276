#include "store/inspect.h"

#include <array>

#include "store/header.h"

namespace placecard {

// With an empty table's page in its place an index passes for whole, until something is to be written into it.
static Status inspect_index_roots(const Image& image, Database& database) {
  constexpr std::uint8_t kInterior = 2;
  constexpr std::uint8_t kLeaf = 10;
  const std::size_t page_size = Header(image).page_size();
  Result<Statement> read = database.prepare("SELECT rootpage FROM sqlite_schema WHERE type = 'index'");
  if (!read) return read.failure();
  for (;;) {
    const Result<bool> more = read->step();
    if (!more) return more.failure();
    if (!*more) return Done{};
    std::array<std::uint8_t, 1> type{};
    image.read(static_cast<std::size_t>(read->integer(0) - 1) * page_size, type);
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

static bool has_our_page_size(const Image& image) { return Header(image).page_size() == Image::kPageSize; }

Status keep_journal_in_memory(const Image& image, Database& database) {
  if (has_our_page_size(image)) return Done{};
  return database.execute("PRAGMA journal_mode = MEMORY");
}

Status normalise_page_size(const Image& image, Database& database) {
  if (has_our_page_size(image)) return Done{};
  return database.execute("PRAGMA page_size = 4096; VACUUM");
}

}  // namespace placecard
