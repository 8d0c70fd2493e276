// Databases for tests: files as somebody else would have made them, and a store that is open and clean.
#pragma once

#include <string>
#include <string_view>

#include "image_bytes.h"
#include "store/store.h"
#include "test.h"
#include "test_host.h"

namespace placecard {

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
