// Databases for tests: bytes to and from an Image, files as somebody else would have made them, and a store that is
// open and clean.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/store.h"
#include "test.h"
#include "test_host.h"

namespace placecard {

using Bytes = std::vector<std::uint8_t>;

// tests/vectors/schema.sql: what db.create_all() makes of the lesson's model.
inline constexpr std::string_view kLessonUser =
    "CREATE TABLE user (\n"
    "\tid INTEGER NOT NULL, \n"
    "\tusername VARCHAR(64), \n"
    "\temail VARCHAR(120), \n"
    "\tpassword_hash VARCHAR(128), \n"
    "\tjoined_at DATETIME, \n"
    "\tPRIMARY KEY (id)\n"
    ")";
inline constexpr std::string_view kLessonIndexes =
    "CREATE UNIQUE INDEX ix_user_username ON user (username);"
    "CREATE UNIQUE INDEX ix_user_email ON user (email);"
    "CREATE INDEX ix_user_joined_at ON user (joined_at)";

inline std::string lesson_schema() { return std::string(kLessonUser) + ";" + std::string(kLessonIndexes) + ";"; }

inline Bytes bytes_of(const Image& image) {
  Bytes bytes(image.size());
  image.read(0, bytes);
  return bytes;
}

inline std::unique_ptr<Image> image_of(std::span<const std::uint8_t> bytes) {
  auto image = std::make_unique<Image>();
  image->write(0, bytes);
  return image;
}

// A database file somebody else's program made by running `sql`.
inline Bytes file_of(const std::string& sql) {
  TestHost host;
  Image image;
  Database database(image, host);
  REQUIRE(database.execute("PRAGMA journal_mode = MEMORY").ok());
  REQUIRE(database.execute(sql.c_str()).ok());
  return bytes_of(image);
}

// The first column of every row, one after another with a comma between; "(null)" for NULL.
inline std::string column_of(Database& database, std::string_view sql) {
  Result<Statement> statement = database.prepare(sql);
  REQUIRE(statement);
  std::string text;
  for (;;) {
    const Result<bool> row = statement->step();
    REQUIRE(row);
    if (!*row) return text;
    if (!text.empty()) text += ',';
    text += statement->optional_text(0).value_or("(null)");
  }
}

// Runs statements that must succeed.
inline void run(Database& database, const std::string& sql) {
  INFO(sql);
  REQUIRE(database.execute(sql.c_str()).ok());
}

// A new database, stored.
struct TestStore {
  TestStore() {
    REQUIRE(store.open(Store::Source::ours).ok());
    store.acknowledge();
  }

  TestHost host;
  Store store{host};
};

}  // namespace placecard
