// A database file as input for a fuzz target: a good file with edits that the fuzzer chooses, or whatever bytes it
// likes. No corpus is kept: the good files are made by SQLite itself when the target starts.
#pragma once

#include <fuzzer/FuzzedDataProvider.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "image_bytes.h"
#include "store/database.h"
#include "store/store.h"
#include "test_host.h"
#include "users.h"

namespace placecard {

// What a target promises; a broken promise stops it with the stack that broke it.
inline void promise(bool kept) {
  if (!kept) __builtin_trap();
}

inline Bytes foreign_file(const std::string& sql) {
  TestHost host;
  Image image;
  Database database(image, host);
  promise(database.execute(("PRAGMA journal_mode = MEMORY;" + sql).c_str()).ok());
  return bytes_of(image);
}

inline Bytes own_file() {
  TestHost host;
  Store store(host);
  promise(store.open(Store::Source::ours).ok());
  Users users(store.database(), host);
  for (const auto* name : {"Ada", "bob", "o'brien", "caf\xC3\xA9"}) {
    promise(users.add({0, name, std::string(name) + "@EXAMPLE.com", "$argon2id$", {}}).ok());
  }
  return bytes_of(store.image());
}

inline const std::vector<Bytes>& good_files() {
  static const std::vector<Bytes> kFiles = [] {
    const std::string rows =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40) INSERT INTO user (username, "
        "email)"
        " SELECT CASE i % 3 WHEN 0 THEN 'User' ELSE 'user' END || i, 'u' || i || '@EXAMPLE.com' FROM n;";
    return std::vector<Bytes>{
        own_file(),
        foreign_file(lesson_schema() + rows),
        foreign_file("PRAGMA page_size = 512;" + lesson_schema() + rows),
        foreign_file(
            "PRAGMA page_size = 1024; PRAGMA auto_vacuum = 1; CREATE TABLE user (id INTEGER PRIMARY KEY, email,"
            " username, shoe_size DEFAULT 40, password_hash, joined_at_date); CREATE TABLE party (venue);" +
            rows + "DELETE FROM user WHERE id > 20"),
    };
  }();
  return kFiles;
}

inline void put_big_endian_32(Bytes& bytes, std::size_t at, std::uint32_t value) {
  for (std::size_t index = 0; index < 4 && at + index < bytes.size(); ++index) {
    bytes[at + index] = static_cast<std::uint8_t>(value >> (24U - 8U * index));
  }
}

inline Bytes damaged_file(FuzzedDataProvider& input) {
  const auto chosen = input.ConsumeIntegralInRange<std::size_t>(0, good_files().size());
  if (chosen == good_files().size()) return input.ConsumeBytes<std::uint8_t>(input.remaining_bytes());
  Bytes bytes = good_files()[chosen];
  const auto edits = input.ConsumeIntegralInRange<int>(0, 30);
  for (int edit = 0; edit < edits && !bytes.empty() && input.remaining_bytes() > 0; ++edit) {
    const auto at = input.ConsumeIntegralInRange<std::size_t>(0, bytes.size() - 1);
    switch (input.ConsumeIntegralInRange<int>(0, 6)) {
      case 0:
        bytes[at] = input.ConsumeIntegral<std::uint8_t>();
        break;
      case 1:
        bytes[at] ^= static_cast<std::uint8_t>(1U << input.ConsumeIntegralInRange<unsigned>(0, 7));
        break;
      case 2:
        put_big_endian_32(bytes, at, input.ConsumeIntegral<std::uint32_t>());
        break;
      case 3:  // the header, where a byte says most
        bytes[at % 100 % bytes.size()] = input.ConsumeIntegral<std::uint8_t>();
        break;
      case 4: {
        const std::string text = input.ConsumeRandomLengthString(64);
        std::copy_n(text.begin(), std::min(text.size(), bytes.size() - at),
                    bytes.begin() + static_cast<std::ptrdiff_t>(at));
        break;
      }
      case 5: {  // a page over another
        const std::size_t from = input.ConsumeIntegralInRange<std::size_t>(0, bytes.size() - 1) / 512 * 512;
        const std::size_t size = std::min({std::size_t{512}, bytes.size() - from, bytes.size() - at / 512 * 512});
        const Bytes page(bytes.begin() + static_cast<std::ptrdiff_t>(from),
                         bytes.begin() + static_cast<std::ptrdiff_t>(from + size));
        std::copy(page.begin(), page.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at / 512 * 512));
        break;
      }
      default:
        bytes.resize(input.ConsumeBool() ? at : bytes.size() + at % 10'000);
    }
  }
  // Half the time the header tells the truth about the size, or few files would get past it.
  if (bytes.size() >= 100 && input.ConsumeBool()) {
    const std::size_t page_size = static_cast<std::size_t>(bytes[16]) << 8U | bytes[17];
    if (page_size >= 512) {
      bytes.resize(bytes.size() / page_size * page_size);
      put_big_endian_32(bytes, 28, static_cast<std::uint32_t>(bytes.size() / page_size));
      if (bytes.size() >= 100) std::copy_n(bytes.begin() + 24, 4, bytes.begin() + 92);
    }
  }
  return bytes;
}

}  // namespace placecard
