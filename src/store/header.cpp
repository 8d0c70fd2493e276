#include "store/header.h"

#include <algorithm>
#include <string_view>

namespace placecard {

std::uint32_t Header::big_endian_32(std::size_t at) const {
  return static_cast<std::uint32_t>(bytes_[at]) << 24U | static_cast<std::uint32_t>(bytes_[at + 1]) << 16U |
         static_cast<std::uint32_t>(bytes_[at + 2]) << 8U | bytes_[at + 3];
}

std::size_t Header::page_size() const {
  constexpr std::size_t kLargest = 65536;  // does not fit, and is stored as 1
  const std::size_t stored = static_cast<std::size_t>(bytes_[16]) << 8U | bytes_[17];
  return stored == 1 ? kLargest : stored;
}

Status Header::inspect(std::size_t file_size) const {
  constexpr std::string_view kMagic{"SQLite format 3\0", 16};
  constexpr std::uint8_t kRollbackJournal = 1;
  constexpr std::uint8_t kWriteAheadLog = 2;
  constexpr std::uint32_t kUtf8 = 1;

  if (file_size < kSize) return Error::database_malformed;
  if (!std::equal(kMagic.begin(), kMagic.end(), bytes_.begin())) return Error::database_malformed;
  if (bytes_[18] == kWriteAheadLog || bytes_[19] == kWriteAheadLog) return Error::database_in_wal_mode;
  if (bytes_[18] != kRollbackJournal || bytes_[19] != kRollbackJournal) return Error::database_malformed;

  const std::size_t size = page_size();
  const bool power_of_two = size >= 512 && (size & (size - 1)) == 0;
  if (!power_of_two || file_size % size != 0) return Error::database_malformed;
  const bool page_count_is_valid = big_endian_32(24) == big_endian_32(92);
  if (page_count_is_valid && big_endian_32(28) != file_size / size) return Error::database_malformed;

  // 0 is a file in which nothing was ever created.
  const std::uint32_t encoding = big_endian_32(56);
  if (encoding != kUtf8 && encoding != 0) return Error::database_foreign;
  return Done{};
}

}  // namespace placecard
