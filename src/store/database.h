// A SQLite connection to one Image.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "result.h"
#include "store/statement.h"
#include "store/vfs.h"

struct sqlite3;

namespace placecard {

// SQLite's result code as one of ours. Only what a damaged or hostile file can cause is expected.
Error error_of_sqlite(int code);

class Database {
 public:
  // Both must outlive the Database. Nothing is read until the first statement.
  Database(Image& image, Host& host);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // The same text gives the same compiled statement again. Refuses when the schema does not bear the statement out,
  // as in somebody else's file. One text is in use once at a time.
  Result<Statement> prepare(std::string_view sql);

  // Runs statements that return nothing, separated by semicolons.
  Status execute(const char* sql);

  [[nodiscard]] std::int64_t last_insert_id() const;
  [[nodiscard]] std::int64_t changes() const;  // rows changed by the last statement
  [[nodiscard]] bool in_transaction() const;

  // While one lives, sqlite_schema can be written like a table. RESET what SQLite remembers of it before the end.
  class SchemaIsWritable {
   public:
    explicit SchemaIsWritable(Database& database);
    ~SchemaIsWritable();
    SchemaIsWritable(const SchemaIsWritable&) = delete;
    SchemaIsWritable& operator=(const SchemaIsWritable&) = delete;

   private:
    Database& database_;
  };

  // The image was changed behind SQLite's back: forget the pages it remembers.
  void drop_cache();

 private:
  // Statements begin alike; most differ in their length already.
  struct ByLength {
    using is_transparent = void;
    bool operator()(std::string_view one, std::string_view other) const {
      return one.size() == other.size() ? one < other : one.size() < other.size();
    }
  };

  Vfs vfs_;
  sqlite3* handle_ = nullptr;
  std::map<std::string, sqlite3_stmt*, ByLength> statements_;
};

}  // namespace placecard
