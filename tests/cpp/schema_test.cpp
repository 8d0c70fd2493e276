// Files of earlier versions: what they looked like is written here once more, and stays as it is.
#include "store/schema.h"

#include <string>

#include "accounts.h"
#include "test.h"
#include "test_store.h"

using placecard::Accounts;
using placecard::Bytes;
using placecard::bytes_of;
using placecard::column_of;
using placecard::Error;
using placecard::file_of;
using placecard::kSchemaVersion;
using placecard::lesson_schema;
using placecard::run;
using placecard::Store;
using placecard::TestHost;
using placecard::TestStore;

namespace {

constexpr const char* kVersion1 = R"(
CREATE TABLE placecard_meta (key TEXT PRIMARY KEY NOT NULL, value NOT NULL) WITHOUT ROWID;
CREATE TABLE placecard_alias (name TEXT NOT NULL, user_id INTEGER NOT NULL, PRIMARY KEY (name, user_id)) WITHOUT ROWID;
CREATE INDEX placecard_alias_user ON placecard_alias (user_id);
CREATE TABLE placecard_account (user_id INTEGER PRIMARY KEY, uid BLOB NOT NULL UNIQUE, active INTEGER NOT NULL,
 credential_version INTEGER NOT NULL, revision INTEGER NOT NULL, identity_key BLOB NOT NULL, row_seal BLOB NOT NULL);
CREATE TABLE placecard_key_slot (uid BLOB NOT NULL, kind INTEGER NOT NULL, slot_id BLOB NOT NULL,
 credential_version INTEGER NOT NULL, passes INTEGER NOT NULL, memory INTEGER NOT NULL, salt BLOB NOT NULL,
 log_in_key BLOB NOT NULL, sealed_vault BLOB NOT NULL, commitment BLOB NOT NULL, PRIMARY KEY (uid, kind)) WITHOUT ROWID;
CREATE TABLE placecard_guess (name BLOB PRIMARY KEY NOT NULL, failures INTEGER NOT NULL,
 last_failed_at_ms INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE placecard_sealed (uid BLOB NOT NULL, name BLOB NOT NULL, value BLOB NOT NULL,
 PRIMARY KEY (uid, name)) WITHOUT ROWID;
INSERT INTO placecard_meta VALUES ('schema_version', 1);
INSERT INTO user (username, email, joined_at) VALUES ('Ada', 'ada@example.com', '2020-01-02 03:04:05.000006');
INSERT INTO placecard_alias VALUES ('ada', 1);
)";

constexpr const char* kShapes =
    "SELECT type || ' ' || name || ': ' || replace(coalesce(sql, ''), char(10), '') FROM sqlite_schema ORDER BY name";

void load(Store& store, const Bytes& bytes) { store.image().write(0, bytes); }

}  // namespace

TEST_CASE("a file of version 1 is brought to today's tables, its rows as they were", "[schema]") {
  TestHost host;
  Store store(host);
  load(store, file_of(lesson_schema() + kVersion1));
  REQUIRE(store.open(GENERATE(Store::Source::ours, Store::Source::a_file)).ok());
  CHECK(store.dirty());
  auto& database = store.database();
  TestStore today;
  CHECK(column_of(database, kShapes) == column_of(today.store.database(), kShapes));
  CHECK(column_of(database, "SELECT value FROM placecard_meta WHERE key = 'schema_version'") ==
        std::to_string(kSchemaVersion));
  CHECK(column_of(database, "SELECT username FROM user") == "Ada");
  CHECK(column_of(database, "SELECT name FROM placecard_alias") == "ada");
  CHECK(column_of(database, "SELECT count(*) FROM placecard_session") == "0");
  store.acknowledge();
  REQUIRE(store.open(Store::Source::ours).ok());
  CHECK_FALSE(store.dirty());
}

TEST_CASE("an account of version 1 logs in after the upgrade", "[schema]") {
  TestStore old;
  Accounts before(old.store, old.host, {}, {1, 8192});
  const auto sign_up = before.prepare_sign_up({"ada", "ada@example.com", "correct horse"});
  REQUIRE(before.apply(*sign_up));
  run(old.store.database(),
      "DROP TABLE placecard_session; DROP TABLE placecard_outbox; DROP TABLE placecard_remote; UPDATE placecard_meta "
      "SET value = 1 WHERE key = 'schema_version'");
  TestHost host;
  Store store(host);
  load(store, bytes_of(old.store.image()));
  REQUIRE(store.open(Store::Source::ours).ok());
  Accounts accounts(store, host, {}, {1, 8192});
  const auto log_in = accounts.prepare_log_in("ada", "correct horse");
  REQUIRE(log_in);
  CHECK(accounts.apply(*log_in, placecard::TamperChoice::refuse).ok());
}

TEST_CASE("an upgrade that cannot be stored leaves version 1", "[schema]") {
  TestHost host;
  Store store(host);
  const Bytes file = file_of(lesson_schema() + kVersion1);
  load(store, file);
  REQUIRE(store.open(Store::Source::ours).ok());
  store.undo();
  CHECK(bytes_of(store.image()) == file);
}

TEST_CASE("a file of a later version is refused and left as it is", "[schema]") {
  TestStore own;
  run(own.store.database(),
      "UPDATE placecard_meta SET value = " + std::to_string(kSchemaVersion + 1) + " WHERE key = 'schema_version'");
  const Bytes file = bytes_of(own.store.image());
  TestHost host;
  Store store(host);
  load(store, file);
  CHECK(store.open(GENERATE(Store::Source::ours, Store::Source::a_file)).error() == Error::database_newer);
  CHECK(bytes_of(store.image()) == file);
  CHECK_FALSE(store.is_open());
}
