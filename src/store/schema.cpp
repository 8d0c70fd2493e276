#include "store/schema.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "rules.h"
#include "store/transaction.h"

namespace placecard {

namespace {

// What db.create_all() emits for the lesson's model, blanks and all (tests/vectors/schema.sql).
constexpr const char* kCreateUser =
    "CREATE TABLE user (\n"
    "\tid INTEGER NOT NULL, \n"
    "\tusername VARCHAR(64), \n"
    "\temail VARCHAR(120), \n"
    "\tpassword_hash VARCHAR(128), \n"
    "\tjoined_at DATETIME, \n"
    "\tPRIMARY KEY (id)\n"
    ")";

constexpr const char* kCreateUserIndexes =
    "CREATE UNIQUE INDEX IF NOT EXISTS ix_user_username ON user (username);"
    "CREATE UNIQUE INDEX IF NOT EXISTS ix_user_email ON user (email);"
    "CREATE INDEX IF NOT EXISTS ix_user_joined_at ON user (joined_at)";

// placecard_alias holds the folded form of a username or e-mail only where it differs from what `user` holds, so
// most people need no row in it.
constexpr const char* kVersion1 =
    "CREATE TABLE placecard_meta (key TEXT PRIMARY KEY NOT NULL, value NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE placecard_alias (name TEXT NOT NULL, user_id INTEGER NOT NULL, PRIMARY KEY (name, user_id))"
    " WITHOUT ROWID;"
    "CREATE INDEX placecard_alias_user ON placecard_alias (user_id);"
    "CREATE TABLE placecard_account (user_id INTEGER PRIMARY KEY, uid BLOB NOT NULL UNIQUE, active INTEGER NOT NULL,"
    " credential_version INTEGER NOT NULL, revision INTEGER NOT NULL, identity_key BLOB NOT NULL,"
    " row_seal BLOB NOT NULL);"
    "CREATE TABLE placecard_key_slot (uid BLOB NOT NULL, kind INTEGER NOT NULL, slot_id BLOB NOT NULL,"
    " credential_version INTEGER NOT NULL, passes INTEGER NOT NULL, memory INTEGER NOT NULL, salt BLOB NOT NULL,"
    " log_in_key BLOB NOT NULL, sealed_vault BLOB NOT NULL, commitment BLOB NOT NULL, PRIMARY KEY (uid, kind))"
    " WITHOUT ROWID;"
    "CREATE TABLE placecard_guess (name BLOB PRIMARY KEY NOT NULL, failures INTEGER NOT NULL,"
    " last_failed_at_ms INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE placecard_sealed (uid BLOB NOT NULL, name BLOB NOT NULL, value BLOB NOT NULL,"
    " PRIMARY KEY (uid, name)) WITHOUT ROWID";

constexpr const char* kVersion2 =
    "CREATE TABLE placecard_session (session_id BLOB PRIMARY KEY NOT NULL, uid BLOB NOT NULL UNIQUE,"
    " remembered INTEGER NOT NULL, state BLOB NOT NULL) WITHOUT ROWID";

// Ops are a kilobyte each, so these are tables with row ids (sqlite.org/withoutrowid.html section 4).
constexpr const char* kVersion3 =
    "CREATE TABLE placecard_outbox (seq INTEGER PRIMARY KEY, uid BLOB NOT NULL, entity BLOB NOT NULL,"
    " state INTEGER NOT NULL, code TEXT NOT NULL, bytes BLOB NOT NULL, base BLOB, theirs BLOB, UNIQUE (uid, entity));"
    "CREATE INDEX placecard_outbox_state ON placecard_outbox (state);"
    "CREATE TABLE placecard_remote (uid BLOB PRIMARY KEY NOT NULL, token TEXT, cursor TEXT, disabled INTEGER NOT NULL,"
    " deleted INTEGER NOT NULL) WITHOUT ROWID";

constexpr std::array<const char*, kSchemaVersion> kMigrations = {kVersion1, kVersion2, kVersion3};

Result<bool> exists(Database& database, std::string_view type, std::string_view name) {
  Result<Statement> find = database.prepare("SELECT 1 FROM sqlite_schema WHERE type = ? AND name = ?");
  if (!find) return find.failure();
  return find->bind(1, type).bind(2, name).step();
}

Result<std::int64_t> written_version(Database& database) {
  Result<Statement> read = database.prepare("SELECT value FROM placecard_meta WHERE key = 'schema_version'");
  if (!read) return read.failure();
  const Result<bool> row = read->step();
  if (!row) return row.failure();
  if (!*row || !read->is_integer(0) || read->integer(0) < 1) return Error::database_foreign;
  return read->integer(0);
}

Result<std::int64_t> stored_version(Database& database) {
  const Result<bool> has_meta = exists(database, "table", "placecard_meta");
  if (!has_meta) return has_meta.failure();
  return *has_meta ? written_version(database) : std::int64_t{0};
}

struct UserTable {
  bool usable = false;
  bool says_joined_at_date = false;  // the lesson's other spelling
};

// Whether `id` is SQLite's own row id, which an INSERT without one fills in. It is not in a table WITHOUT ROWID, nor
// under `INTEGER PRIMARY KEY DESC` (sqlite.org/lang_createtable.html#rowid): those keep an index for their key.
Result<bool> id_is_rowid(Database& database) {
  Result<Statement> indexes = database.prepare("PRAGMA index_list(user)");  // seq, name, unique, origin, partial
  if (!indexes) return indexes.failure();
  for (;;) {
    const Result<bool> row = indexes->step();
    if (!row) return row;
    if (!*row) return true;
    if (indexes->text(3) == "pk") return false;
  }
}

// Extra columns are somebody's own business, unless an INSERT of the lesson's five could not fill them.
Result<UserTable> look_at_user_table(Database& database) {
  constexpr std::array<std::string_view, 4> kWanted = {"id", "username", "email", "password_hash"};
  std::size_t found = 0;
  bool joined_at = false;
  bool joined_at_date = false;
  bool id_is_key = false;
  bool can_insert = true;
  Result<Statement> columns = database.prepare("PRAGMA table_info(user)");  // cid, name, type, notnull, dflt_value, pk
  if (!columns) return columns.failure();
  for (;;) {
    const Result<bool> row = columns->step();
    if (!row) return row.failure();
    if (!*row) break;
    const std::string_view name = columns->text(1);
    const bool known = std::find(kWanted.begin(), kWanted.end(), name) != kWanted.end();
    if (known) ++found;
    if (name == "id") id_is_key = columns->integer(5) == 1 && columns->text(2) == "INTEGER";
    joined_at = joined_at || name == "joined_at";
    joined_at_date = joined_at_date || name == "joined_at_date";
    const bool ours = known || name == "joined_at" || name == "joined_at_date";
    const bool must_be_given = columns->integer(3) != 0 && columns->is_null(4) && name != "id";
    if (!ours && must_be_given) can_insert = false;
  }
  const Result<bool> numbered = id_is_rowid(database);
  if (!numbered) return numbered.failure();
  return UserTable{found == kWanted.size() && (joined_at != joined_at_date) && id_is_key && *numbered && can_insert,
                   joined_at_date};
}

// ALTER TABLE RENAME COLUMN, done as sqlite.org/lang_altertable.html section 7 does what ALTER TABLE cannot: in the
// schema's text. The table holds the same bytes under either name.
Status rename_joined_at_date(Database& database) {
  const Database::SchemaIsWritable writable(database);
  return database.execute(
      "UPDATE sqlite_schema SET name = replace(name, 'joined_at_date', 'joined_at'),"
      " sql = replace(sql, 'joined_at_date', 'joined_at') WHERE tbl_name = 'user';"
      "PRAGMA writable_schema = RESET");
}

Status adopt_user_table(Database& database) {
  const Result<bool> has_user = exists(database, "table", "user");
  if (!has_user) return has_user.failure();
  if (!*has_user) {
    // A database with other things in it and no users is not one we were meant to be given.
    Result<Statement> count = database.prepare("SELECT count(*) FROM sqlite_schema");
    if (!count) return count.failure();
    const Result<bool> row = count->step();
    if (!row) return row.failure();
    if (count->integer(0) != 0) return Error::database_foreign;
    count->reset();
    Status created = database.execute(kCreateUser);
    if (!created) return created;
    return database.execute(kCreateUserIndexes);
  }
  const Result<UserTable> table = look_at_user_table(database);
  if (!table) return table.failure();
  if (!table->usable) return Error::database_foreign;
  if (table->says_joined_at_date) {
    Status renamed = rename_joined_at_date(database);
    if (!renamed) return renamed;
  }
  // Fails on rows that share a username or an e-mail address, which is not the lesson's table either.
  return database.execute(kCreateUserIndexes);
}

}  // namespace

Result<bool> is_current(Database& database) {
  const Result<std::int64_t> version = written_version(database);
  if (!version) return version.failure();
  return *version == kSchemaVersion;
}

Status migrate(Database& database, Host& host) {
  const Result<std::int64_t> version = stored_version(database);
  if (!version) return version.failure();
  if (*version > kSchemaVersion) return Error::database_newer;
  if (*version == kSchemaVersion) {
    const Result<UserTable> table = look_at_user_table(database);
    if (!table) return table.failure();
    if (!table->usable || table->says_joined_at_date) return Error::database_foreign;
    return Done{};
  }

  Transaction transaction(database);
  if (*version == 0) {
    Status adopted = adopt_user_table(database);
    if (!adopted) return adopted;
  }
  for (auto next = static_cast<std::size_t>(*version); next < kMigrations.size(); ++next) {
    Status migrated = database.execute(kMigrations[next]);
    if (!migrated) return migrated;
  }
  {
    Result<Statement> write =
        database.prepare("INSERT OR REPLACE INTO placecard_meta (key, value) VALUES ('schema_version', ?)");
    if (!write) return write.failure();
    Status written = write->bind(1, kSchemaVersion).run();
    if (!written) return written;
  }
  Status filed = refresh_aliases(database, host);
  if (!filed) return filed;
  return transaction.commit();
}

Status refresh_aliases(Database& database, Host& host) {
  std::set<std::pair<std::string, std::int64_t>> wanted;
  {
    Result<Statement> users = database.prepare("SELECT id, username, email FROM user");
    if (!users) return users.failure();
    for (;;) {
      const Result<bool> row = users->step();
      if (!row) return row.failure();
      if (!*row) break;
      const std::int64_t id = users->integer(0);
      const std::optional<std::string> username = users->optional_text(1);
      const std::optional<std::string> email = users->optional_text(2);
      // As Users files them: once, and not when the row itself holds the key.
      const auto want = [&](std::string key) {
        if (key != username && key != email) wanted.emplace(std::move(key), id);
      };
      if (username) want(username_key(*username, host));
      if (username) want(email_key(*username));
      if (email) want(email_key(*email));
    }
  }
  // Only differences are written: opening an unchanged file must leave it unchanged.
  Result<Statement> count = database.prepare("SELECT count(*) FROM placecard_alias");
  if (!count) return count.failure();
  const Result<bool> counted = count->step();
  if (!counted) return counted.failure();
  bool same = count->integer(0) == static_cast<std::int64_t>(wanted.size());
  count->reset();
  for (const auto& [name, id] : wanted) {
    if (!same) break;
    Result<Statement> find = database.prepare("SELECT 1 FROM placecard_alias WHERE name = ? AND user_id = ?");
    if (!find) return find.failure();
    const Result<bool> row = find->bind(1, std::string_view(name)).bind(2, id).step();
    if (!row) return row.failure();
    same = *row;
  }
  if (same) return Done{};
  Status cleared = database.execute("DELETE FROM placecard_alias");
  if (!cleared) return cleared;
  for (const auto& [name, id] : wanted) {
    Result<Statement> insert = database.prepare("INSERT OR IGNORE INTO placecard_alias (name, user_id) VALUES (?, ?)");
    if (!insert) return insert.failure();
    Status inserted = insert->bind(1, std::string_view(name)).bind(2, id).run();
    if (!inserted) return inserted;
  }
  return Done{};
}

}  // namespace placecard
