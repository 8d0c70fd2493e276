#include "store/store.h"

#include <algorithm>
#include <functional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "test.h"
#include "test_store.h"
#include "users.h"

using placecard::Bytes;
using placecard::bytes_of;
using placecard::column_of;
using placecard::Error;
using placecard::file_of;
using placecard::Image;
using placecard::image_of;
using placecard::kLessonUser;
using placecard::lesson_schema;
using placecard::run;
using placecard::Store;
using placecard::TestHost;
using placecard::TestStore;
using placecard::User;
using placecard::Users;

namespace {

constexpr const char* kAllNames = "SELECT username FROM user ORDER BY id";

// A file placecard itself made, with these statements run on it.
Bytes own_file(const std::string& sql = "") {
  TestStore test;
  run(test.store.database(), sql);
  return bytes_of(test.store.image());
}

Bytes flask_file() {
  return file_of(lesson_schema() +
                 "INSERT INTO user (username, email, joined_at) VALUES"
                 " ('Ada', 'ada@EXAMPLE.com', '2020-01-02 03:04:05.000006'), ('ada', NULL, NULL), (NULL, NULL, NULL)");
}

Bytes changed(Bytes bytes, const std::function<void(Bytes&)>& change) {
  change(bytes);
  return bytes;
}

struct File {
  std::string what;
  Error error;
  Bytes bytes;
};

// Every kind of file that is not one for us, and what is to be said of it.
std::vector<File> unwanted_files() {
  Bytes noise(8192);
  std::mt19937 random(7);
  for (auto& byte : noise) byte = static_cast<std::uint8_t>(random());
  const Bytes own = own_file("INSERT INTO user (username) VALUES ('ada')");
  const Error malformed = Error::database_malformed;
  const Error foreign = Error::database_foreign;
  const auto with_user = [](const std::string& columns) { return file_of("CREATE TABLE user (" + columns + ")"); };
  return {
      {"one byte", malformed, {'S'}},
      {"a text", malformed, Bytes(5000, 'x')},
      {"noise, as an encrypted database looks", malformed, noise},
      {"a header alone", malformed, Bytes(own.begin(), own.begin() + 100)},
      {"less than a header", malformed, Bytes(own.begin(), own.begin() + 99)},
      {"the last byte missing", malformed, Bytes(own.begin(), own.end() - 1)},
      {"the last page missing", malformed, Bytes(own.begin(), own.end() - 4096)},
      {"a page too many", malformed, changed(own, [](Bytes& bytes) { bytes.resize(bytes.size() + 4096); })},
      {"another magic", malformed, changed(own, [](Bytes& bytes) { bytes[13] = '4'; })},
      {"no page size", malformed, changed(own, [](Bytes& bytes) { bytes[16] = bytes[17] = 0; })},
      {"a page size of 3000", malformed, changed(own, [](Bytes& bytes) { bytes[16] = 0x0B, bytes[17] = 0xB8; })},
      {"an unknown file format", malformed, changed(own, [](Bytes& bytes) { bytes[18] = bytes[19] = 3; })},
      {"a page overwritten", malformed,
       changed(own, [](Bytes& bytes) { std::fill(bytes.begin() + 4096, bytes.begin() + 8192, std::uint8_t{0x5A}); })},
      {"the schema overwritten", malformed,
       changed(own, [](Bytes& bytes) { std::fill(bytes.begin() + 100, bytes.begin() + 4096, std::uint8_t{0}); })},
      {"a row missing from its index", malformed,
       changed(own,
               [](Bytes& bytes) {
                 // "ada" is in the table and in ix_user_username; one of the two becomes "adb".
                 const std::string name = "ada";
                 const auto at = std::search(bytes.begin(), bytes.end(), name.begin(), name.end());
                 at[2] = 'b';
               })},
      {"write-ahead log", Error::database_in_wal_mode, changed(own, [](Bytes& bytes) { bytes[18] = bytes[19] = 2; })},
      {"write-ahead log to read", Error::database_in_wal_mode, changed(own, [](Bytes& bytes) { bytes[19] = 2; })},
      {"UTF-16le", foreign, changed(own, [](Bytes& bytes) { bytes[59] = 2; })},
      {"UTF-16be", foreign, changed(own, [](Bytes& bytes) { bytes[59] = 3; })},
      {"no user table", foreign, file_of("CREATE TABLE guest (id INTEGER PRIMARY KEY)")},
      {"user is a view", foreign, file_of("CREATE VIEW user AS SELECT 1 AS id")},
      {"a column missing", foreign, with_user("id INTEGER PRIMARY KEY, username, email, joined_at")},
      {"no joined_at", foreign, with_user("id INTEGER PRIMARY KEY, username, email, password_hash")},
      {"both spellings of joined_at", foreign,
       with_user("id INTEGER PRIMARY KEY, username, email, password_hash, joined_at, joined_at_date")},
      {"id is no key", foreign, with_user("id INTEGER, username, email, password_hash, joined_at")},
      {"id is text", foreign, with_user("id TEXT PRIMARY KEY, username, email, password_hash, joined_at")},
      {"a column nobody could fill", foreign,
       with_user("id INTEGER PRIMARY KEY, username, email, password_hash, joined_at, shoe_size NOT NULL")},
      {"a name twice", foreign,
       with_user("id INTEGER PRIMARY KEY, username, email, password_hash, joined_at);"
                 "INSERT INTO user (username) VALUES ('ada'), ('ada'); CREATE TABLE other (a")},
      {"a later version", Error::database_newer,
       own_file("UPDATE placecard_meta SET value = value + 1 WHERE key = 'schema_version'")},
      {"a version that is text", foreign,
       own_file("UPDATE placecard_meta SET value = 'one' WHERE key = 'schema_version'")},
      {"version 0", foreign, own_file("UPDATE placecard_meta SET value = 0 WHERE key = 'schema_version'")},
      {"no version", foreign, own_file("DELETE FROM placecard_meta")},
      {"an own file whose user table was changed", foreign,
       own_file("DROP TABLE user; CREATE TABLE user (id INTEGER PRIMARY KEY, username TEXT)")},
      {"an own file without its aliases", foreign, own_file("DROP TABLE placecard_alias")},
  };
}

}  // namespace

TEST_CASE("an empty image becomes a database with the lesson's table", "[store]") {
  TestHost host;
  Store store(host);
  CHECK_FALSE(store.is_open());
  REQUIRE(store.open(GENERATE(Store::Source::ours, Store::Source::a_file)).ok());
  CHECK(store.is_open());
  CHECK(store.dirty());
  auto& database = store.database();
  CHECK(column_of(database, "SELECT sql FROM sqlite_schema WHERE name = 'user'") == kLessonUser);
  CHECK(column_of(database, "SELECT sql FROM sqlite_schema WHERE name = 'ix_user_username'") ==
        "CREATE UNIQUE INDEX ix_user_username ON user (username)");
  CHECK(column_of(database, "SELECT sql FROM sqlite_schema WHERE name = 'ix_user_email'") ==
        "CREATE UNIQUE INDEX ix_user_email ON user (email)");
  CHECK(column_of(database, "SELECT sql FROM sqlite_schema WHERE name = 'ix_user_joined_at'") ==
        "CREATE INDEX ix_user_joined_at ON user (joined_at)");
}

TEST_CASE("everything beside the user table is named placecard_", "[store]") {
  TestStore test;
  CHECK(column_of(test.store.database(),
                  "SELECT name FROM sqlite_schema WHERE tbl_name NOT GLOB 'placecard_*' ORDER BY name") ==
        "ix_user_email,ix_user_joined_at,ix_user_username,user");
  CHECK(column_of(test.store.database(), "PRAGMA index_list(user)") == "0,1,2");
  CHECK(column_of(test.store.database(), "SELECT count(*) FROM sqlite_schema WHERE type IN ('trigger', 'view')") ==
        "0");
}

TEST_CASE("a new database is a plain file of whole pages that others may write too", "[store]") {
  const Bytes bytes = own_file();
  CHECK(std::string(bytes.begin(), bytes.begin() + 16) == std::string("SQLite format 3\0", 16));
  CHECK(bytes.size() % Image::kPageSize == 0);
  TestStore test;
  CHECK(column_of(test.store.database(), "PRAGMA page_size") == "4096");
  CHECK(column_of(test.store.database(), "PRAGMA user_version") == "0");
  CHECK(bytes[59] == 1);  // UTF-8
}

TEST_CASE("stored bytes opened again hold the same rows and are not dirty", "[store]") {
  const Bytes bytes = own_file("INSERT INTO user (username) VALUES ('ada'), ('bob')");
  TestHost host;
  Store store(host);
  store.image().write(0, bytes);
  REQUIRE(store.open(GENERATE(Store::Source::ours, Store::Source::a_file)).ok());
  CHECK(column_of(store.database(), kAllNames) == "ada,bob");
  CHECK_FALSE(store.dirty());
  CHECK(bytes_of(store.image()) == bytes);
}

TEST_CASE("an own file with names in every case is not dirty when opened again", "[store]") {
  TestStore test;
  Users users(test.store.database(), test.host);
  REQUIRE(users.add({0, "Ada", "ada@example.com", {}, {}}));
  REQUIRE(users.add({0, "BOB@example.org", "bob@EXAMPLE.org", {}, {}}));
  REQUIRE(users.add({0, "EVE@example.net", "eve@example.net", {}, {}}));
  REQUIRE(users.add({0, "Trent@EXAMPLE.net", {}, {}, {}}));
  REQUIRE(users.add({0, "mallory@example.info", "mallory@EXAMPLE.info", {}, {}}));
  const Bytes bytes = bytes_of(test.store.image());

  TestHost host;
  Store store(host);
  store.image().write(0, bytes);
  REQUIRE(store.open(Store::Source::a_file).ok());
  CHECK_FALSE(store.dirty());
}

TEST_CASE("a file that is not one for us is refused and its bytes stay as they were", "[store]") {
  for (const File& file : unwanted_files()) {
    TestHost host;
    Store store(host);
    store.image().write(0, file.bytes);
    INFO(file.what);
    CHECK(store.open(Store::Source::a_file).error() == file.error);
    CHECK_FALSE(store.is_open());
    CHECK_FALSE(store.dirty());
    CHECK(bytes_of(store.image()) == file.bytes);
  }
}

TEST_CASE("a file that is not one for us does not replace what is there", "[store]") {
  for (const File& file : unwanted_files()) {
    TestStore test;
    run(test.store.database(), "INSERT INTO user (username) VALUES ('grace')");
    test.store.acknowledge();
    const Bytes before = bytes_of(test.store.image());
    INFO(file.what);
    CHECK(test.store.replace(image_of(file.bytes)).error() == file.error);
    CHECK_FALSE(test.store.dirty());
    CHECK(bytes_of(test.store.image()) == before);
    run(test.store.database(), "INSERT INTO user (username) VALUES ('hopper')");
    CHECK(column_of(test.store.database(), kAllNames) == "grace,hopper");
  }
}

TEST_CASE("nothing at all does not replace what is there", "[store]") {
  TestStore test;
  CHECK(test.store.replace(std::make_unique<Image>()).error() == Error::database_malformed);
  CHECK_FALSE(test.store.dirty());
}

TEST_CASE("a Flask app's file is adopted with its rows", "[store]") {
  TestHost host;
  Store store(host);
  store.image().write(0, flask_file());
  REQUIRE(store.open(Store::Source::a_file).ok());
  CHECK(store.dirty());
  CHECK(column_of(store.database(), kAllNames) == "Ada,ada,(null)");
  CHECK(column_of(store.database(), "SELECT joined_at FROM user WHERE id = 1") == "2020-01-02 03:04:05.000006");
  CHECK(column_of(store.database(), "SELECT sql FROM sqlite_schema WHERE name = 'user'") == kLessonUser);
  CHECK(column_of(store.database(), "SELECT name || '=' || user_id FROM placecard_alias ORDER BY name") ==
        "ada=1,ada@example.com=1");
}

TEST_CASE("what a Flask app changed in an own file is seen when it is opened as a file", "[store]") {
  TestStore test;
  Users users(test.store.database(), test.host);
  REQUIRE(users.add({0, "Ada", {}, {}, {}}));
  REQUIRE(users.add({0, "Bob", {}, {}, {}}));
  run(test.store.database(), "UPDATE user SET username = 'Grace' WHERE id = 1; DELETE FROM user WHERE id = 2");

  TestHost host;
  Store store(host);
  store.image().write(0, bytes_of(test.store.image()));
  REQUIRE(store.open(Store::Source::a_file).ok());
  CHECK(column_of(store.database(), "SELECT name || '=' || user_id FROM placecard_alias") == "grace=1");
}

TEST_CASE("the lesson's other spelling of joined_at is adopted under the first", "[store]") {
  std::string schema = lesson_schema();
  for (std::size_t at = 0; (at = schema.find("joined_at", at)) != std::string::npos; at += 14) {
    schema.replace(at, 9, "joined_at_date");
  }
  TestHost host;
  Store store(host);
  store.image().write(0, file_of(schema + "INSERT INTO user (username, joined_at_date) VALUES ('ada', '2020-01-02')"));
  REQUIRE(store.open(Store::Source::a_file).ok());
  CHECK(column_of(store.database(), "SELECT joined_at FROM user") == "2020-01-02");
  CHECK(column_of(store.database(), "SELECT sql FROM sqlite_schema WHERE name = 'user'") == kLessonUser);
  CHECK(column_of(store.database(),
                  "SELECT name FROM sqlite_schema WHERE sql LIKE 'CREATE%INDEX%user (%' ORDER BY name") ==
        "ix_user_email,ix_user_joined_at,ix_user_username");
}

TEST_CASE("other tables and columns of a file are kept", "[store]") {
  TestHost host;
  Store store(host);
  store.image().write(
      0, file_of("CREATE TABLE dinner_party (id INTEGER NOT NULL, venue VARCHAR(140), PRIMARY KEY (id));"
                 "INSERT INTO dinner_party (venue) VALUES ('here');"
                 "CREATE TABLE user (id INTEGER PRIMARY KEY, email, username, shoe_size DEFAULT 40 NOT NULL,"
                 " password_hash, joined_at); INSERT INTO user (username, email) VALUES ('ada', 'a@b');"
                 "CREATE TRIGGER spy AFTER INSERT ON user BEGIN DELETE FROM dinner_party; END"));
  REQUIRE(store.open(Store::Source::a_file).ok());
  Users users(store.database(), host);
  REQUIRE(users.add({0, "bob", "b@b", {}, {}}));
  CHECK(column_of(store.database(), "SELECT venue FROM dinner_party") == "here");
  CHECK(column_of(store.database(), "SELECT username || shoe_size FROM user") == "ada40,bob40");
  CHECK((*users.get(1))->email == "a@b");
}

TEST_CASE("a file with another page size is rewritten with ours", "[store]") {
  const std::string size = GENERATE(as<std::string>(), "512", "1024", "65536");
  const Bytes bytes = file_of("PRAGMA page_size = " + size + ";" + lesson_schema() +
                              "INSERT INTO user (id, username) VALUES (3, 'ada'), (9, 'bob')");
  REQUIRE(bytes.size() % 512 == 0);
  TestStore test;
  REQUIRE(test.store.replace(image_of(bytes)).ok());
  CHECK(column_of(test.store.database(), "PRAGMA page_size") == "4096");
  CHECK(column_of(test.store.database(), "SELECT id || username FROM user") == "3ada,9bob");
  const Bytes ours = bytes_of(test.store.image());
  CHECK(ours.size() % Image::kPageSize == 0);
  CHECK((ours[16] == 0x10 && ours[17] == 0));
}

TEST_CASE("after replacing, every page is to be stored", "[store]") {
  TestStore test;
  REQUIRE(test.store.replace(image_of(flask_file())).ok());
  CHECK(test.store.dirty());
  CHECK(changed_pages(test.store.image()).size() == test.store.image().size() / Image::kPageSize);
  test.store.acknowledge();
  CHECK_FALSE(test.store.dirty());
  CHECK(column_of(test.store.database(), kAllNames) == "Ada,ada,(null)");
}

TEST_CASE("undoing a replacement brings the former database back", "[store]") {
  TestStore test;
  run(test.store.database(), "INSERT INTO user (username) VALUES ('grace')");
  test.store.acknowledge();
  const Bytes before = bytes_of(test.store.image());

  SECTION("at once") { REQUIRE(test.store.replace(image_of(flask_file())).ok()); }
  SECTION("after a change of the new one") {
    REQUIRE(test.store.replace(image_of(flask_file())).ok());
    run(test.store.database(), "DELETE FROM user");
  }
  SECTION("after a second replacement") {
    REQUIRE(test.store.replace(image_of(flask_file())).ok());
    REQUIRE(test.store.replace(image_of(own_file())).ok());
  }
  SECTION("with a change before it that was not stored either") {
    run(test.store.database(), "INSERT INTO user (username) VALUES ('unstored')");
    REQUIRE(test.store.replace(image_of(flask_file())).ok());
  }

  test.store.undo();
  CHECK_FALSE(test.store.dirty());
  CHECK(bytes_of(test.store.image()) == before);
  CHECK(column_of(test.store.database(), kAllNames) == "grace");
  run(test.store.database(), "INSERT INTO user (username) VALUES ('hopper')");
  CHECK(column_of(test.store.database(), kAllNames) == "grace,hopper");
}

TEST_CASE("undo after an acknowledged replacement keeps the new database", "[store]") {
  TestStore test;
  REQUIRE(test.store.replace(image_of(flask_file())).ok());
  test.store.acknowledge();
  run(test.store.database(), "DELETE FROM user");
  test.store.undo();
  CHECK(column_of(test.store.database(), kAllNames) == "Ada,ada,(null)");
}

TEST_CASE("after an undone commit the next one starts from what is stored", "[store]") {
  TestStore test;
  auto& database = test.store.database();
  run(database, "INSERT INTO user (username) VALUES ('grace')");
  test.store.acknowledge();
  const Bytes stored = bytes_of(test.store.image());

  run(database, "INSERT INTO user (username) VALUES ('lost'); UPDATE user SET username = 'changed' WHERE id = 1");
  CHECK(column_of(database, kAllNames) == "changed,lost");  // so SQLite has the pages in its cache
  test.store.undo();
  CHECK_FALSE(test.store.dirty());
  CHECK(bytes_of(test.store.image()) == stored);
  CHECK(column_of(database, kAllNames) == "grace");

  run(database, "INSERT INTO user (username) VALUES ('hopper')");
  CHECK(column_of(database, kAllNames) == "grace,hopper");
  test.store.acknowledge();
  TestHost host;
  Store again(host);
  again.image().write(0, bytes_of(test.store.image()));
  REQUIRE(again.open(Store::Source::a_file).ok());
  CHECK(column_of(again.database(), kAllNames) == "grace,hopper");
}

TEST_CASE("undo forgets pages SQLite has read even when the file's change counter is the same", "[store]") {
  TestStore test;
  auto& database = test.store.database();
  run(database, "INSERT INTO user (username) VALUES ('ada')");
  test.store.acknowledge();
  const auto edit = [&](const std::string& from, const std::string& to) {
    const Bytes bytes = bytes_of(test.store.image());
    const auto at = std::search(bytes.begin(), bytes.end(), from.begin(), from.end());
    REQUIRE(at != bytes.end());
    test.store.image().write(static_cast<std::size_t>(at - bytes.begin()), Bytes(to.begin(), to.end()));
  };
  edit("ada", "eve");
  edit("ada", "eve");  // in the table and in its index
  CHECK(column_of(database, kAllNames) == "ada");
  database.drop_cache();
  CHECK(column_of(database, kAllNames) == "eve");
  test.store.undo();
  CHECK(column_of(database, kAllNames) == "ada");
}

TEST_CASE("undo also forgets a table the undone commit made", "[store]") {
  TestStore test;
  auto& database = test.store.database();
  run(database, "CREATE TABLE extra (a); INSERT INTO extra VALUES (1)");
  CHECK(column_of(database, "SELECT a FROM extra") == "1");
  test.store.undo();
  CHECK(database.execute("SELECT a FROM extra").error() == Error::database_foreign);
  CHECK(column_of(database, "SELECT count(*) FROM user") == "0");
}

TEST_CASE("the dirty pages of a commit are all there is to store", "[store]") {
  TestStore test;
  Bytes stored = bytes_of(test.store.image());
  Users users(test.store.database(), test.host);
  for (int number = 0; number < 300; ++number) {
    const std::string name = "guest" + std::to_string(number);
    REQUIRE(users.add({0, name, name + "@example.com", std::string(97, 'h'), {}}));
    stored = stored_after(test.store.image(), std::move(stored));
    test.store.acknowledge();
    REQUIRE(stored == bytes_of(test.store.image()));
  }
}
