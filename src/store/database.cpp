#include "store/database.h"

#include <sqlite3.h>

#include <cstdlib>

namespace placecard {

Error error_of_sqlite(int code) {
  switch (code & 0xFF) {
    case SQLITE_NOMEM:
      std::abort();
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
      return Error::database_malformed;
    default:
      // The core's own statements are right for its own schema, so a refusal means that the schema is not ours.
      return Error::database_foreign;
  }
}

Database::Database(Image& image, Host& host) : vfs_(image, host) {
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  if (sqlite3_open_v2("placecard", &handle_, flags, vfs_.name()) != SQLITE_OK) std::abort();
  sqlite3_extended_result_codes(handle_, 1);
  // sqlite.org/security.html: what a file brings along in its schema is not to be trusted. More is said at
  // compile time (scripts/dependencies.cmake).
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
}

Database::~Database() {
  for (const auto& entry : statements_) sqlite3_finalize(entry.second);
  sqlite3_close(handle_);
}

Result<Statement> Database::prepare(std::string_view sql) {
  const auto known = statements_.find(sql);
  if (known != statements_.end()) return Statement(known->second);
  sqlite3_stmt* handle = nullptr;
  const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                      &handle, nullptr);
  if (code != SQLITE_OK) return error_of_sqlite(code);
  statements_.emplace(sql, handle);
  return Statement(handle);
}

Status Database::execute(const char* sql) {
  const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return error_of_sqlite(code);
  return Done{};
}

std::int64_t Database::last_insert_id() const { return sqlite3_last_insert_rowid(handle_); }
std::int64_t Database::changes() const { return sqlite3_changes64(handle_); }
bool Database::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

Database::SchemaIsWritable::SchemaIsWritable(Database& database) : database_(database) {
  sqlite3_db_config(database_.handle_, SQLITE_DBCONFIG_DEFENSIVE, 0, nullptr);
  sqlite3_db_config(database_.handle_, SQLITE_DBCONFIG_WRITABLE_SCHEMA, 1, nullptr);
}

Database::SchemaIsWritable::~SchemaIsWritable() {
  sqlite3_db_config(database_.handle_, SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0, nullptr);
  sqlite3_db_config(database_.handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
}

void Database::drop_cache() { sqlite3_file_control(handle_, "main", SQLITE_FCNTL_RESET_CACHE, nullptr); }

}  // namespace placecard
