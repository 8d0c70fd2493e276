#include "users.h"

#include <limits>
#include <string>
#include <vector>

#include "test.h"
#include "test_store.h"

using namespace std::string_literals;
using placecard::Bytes;
using placecard::Column;
using placecard::Database;
using placecard::Error;
using placecard::Field;
using placecard::file_of;
using placecard::image_of;
using placecard::lesson_schema;

using placecard::Query;
using placecard::Result;
using placecard::Store;
using placecard::TestHost;
using placecard::TestStore;
using placecard::User;
using placecard::Users;

namespace {

using placecard::Problem;
using placecard::Problems;
using Ids = std::vector<std::int64_t>;
using Text = std::optional<std::string>;

struct Table : TestStore {
  Users users{store.database(), host};

  User add(const Text& username, const Text& email = {}, const Text& joined_at = {}) {
    Result<User> added = users.add({0, username, email, {}, joined_at});
    REQUIRE(added);
    return *added;
  }
};

// Rows as a Flask app writes them: past every rule of ours.
struct Imported {
  explicit Imported(const std::string& rows) : users(opened(store, rows), host) {}

  static Database& opened(Store& store, const std::string& rows) {
    const Bytes bytes = file_of(lesson_schema() + "INSERT INTO user (id, username, email) VALUES " + rows);
    REQUIRE(store.replace(image_of(bytes)).ok());
    return store.database();
  }

  TestHost host;
  Store store{host};
  Users users;
};

Ids ids_of(const Result<std::vector<User>>& users) {
  REQUIRE(users);
  Ids ids;
  for (const User& user : *users) ids.push_back(user.id);
  return ids;
}

std::int64_t id_of(const Result<std::optional<User>>& user) {
  REQUIRE(user);
  return *user ? (*user)->id : 0;
}

Query where(Column column, Text value) { return {{{column, std::move(value)}}, {}}; }
Query by(Column column, bool descending = false) { return {{}, {{column, descending}}}; }

Problems problems_of(const Result<User>& result) { return result ? Problems{} : result.failure().problems; }

const Problem kUsernameTaken{Error::username_taken, Field::username};
const Problem kEmailTaken{Error::email_taken, Field::email};

}  // namespace

TEST_CASE("a user is stored with the next id and the time of the clock", "[users]") {
  Table table;
  const User ada = table.add("ada", "ada@example.com");
  CHECK(ada.id == 1);
  CHECK(ada.joined_at == "2025-11-22 08:40:39.855342");
  const auto stored = table.users.get(1);
  REQUIRE((stored && *stored));
  CHECK((*stored)->username == "ada");
  CHECK((*stored)->email == "ada@example.com");
  CHECK_FALSE((*stored)->password_hash);
  CHECK((*stored)->joined_at == "2025-11-22 08:40:39.855342");
  CHECK((*stored)->is_active());
  CHECK(table.add("bob").id == 2);
}

TEST_CASE("a user keeps the id and the time it comes with", "[users]") {
  Table table;
  const auto added = table.users.add({100, "ada", {}, "$argon2id$", "2020-01-02 03:04:05.000006"});
  REQUIRE(added);
  CHECK(added->id == 100);
  CHECK((*table.users.get(100))->joined_at == "2020-01-02 03:04:05.000006");
  CHECK((*table.users.get(100))->password_hash == "$argon2id$");
  CHECK(table.add("bob").id == 101);
}

TEST_CASE("an id that is taken is refused together with the names", "[users]") {
  Table table;
  table.add("ada", "ada@example.com");
  CHECK(problems_of(table.users.add({1, "grace", {}, {}, {}})) == Problems{{Error::id_taken, Field::id}});
  CHECK(problems_of(table.users.add({2, "ADA", "ada@EXAMPLE.com", {}, {}})) == Problems{kUsernameTaken, kEmailTaken});
}

TEST_CASE("the id of the last user is given again after it is removed", "[users]") {
  Table table;
  table.add("ada");
  CHECK(table.add("Bob").id == 2);
  REQUIRE(table.users.remove(2).ok());
  CHECK(id_of(table.users.find_login("bob")) == 0);
  CHECK(table.add("Eve").id == 2);
  CHECK(id_of(table.users.find_login("bob")) == 0);
  CHECK(id_of(table.users.find_login("eve")) == 2);
}

TEST_CASE("a hostile name comes back as it went in and harms nothing", "[users]") {
  const std::string name =
      GENERATE(as<std::string>(), "o'brien\"; --", "'); DROP TABLE user; --", "a\0b"s, "%", "_", "?1", "*", "\\", "",
               "\xE2\x80\xAE", "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7", "\xFF\xFE", "null", "0");
  Table table;
  table.add("witness", "witness@example.com");
  const User added = table.add(name);
  CHECK((*table.users.get(added.id))->username == name);
  CHECK(ids_of(table.users.all(where(Column::username, name))) == Ids{added.id});
  CHECK(ids_of(table.users.all(where(Column::email, name))).empty());
  CHECK(id_of(table.users.find_login(name)) == added.id);
  CHECK(problems_of(table.users.add({0, name, {}, {}, {}})) == Problems{kUsernameTaken});
  CHECK(*table.users.count({}) == 2);
}

TEST_CASE("get answers nothing for an id there is not", "[users]") {
  Table table;
  table.add("ada");
  const auto id =
      GENERATE(std::int64_t{0}, std::int64_t{-1}, std::int64_t{2}, std::numeric_limits<std::int64_t>::max());
  CHECK(id_of(table.users.get(id)) == 0);
  CHECK(table.users.get_or_not_found(id).error() == Error::not_found);
  CHECK(table.users.get_or_not_found(1)->username == "ada");
}

TEST_CASE("filters must all hold, and NULL is asked for by nothing", "[users]") {
  Table table;
  table.add("ada", "ada@example.com");
  table.add("bob");
  table.add({}, "nobody@example.com");
  table.add({});
  Users& users = table.users;

  CHECK(ids_of(users.all({})) == Ids{1, 2, 3, 4});
  CHECK(ids_of(users.all(where(Column::username, "bob"))) == Ids{2});
  CHECK(ids_of(users.all(where(Column::username, "BOB"))).empty());
  CHECK(ids_of(users.all(where(Column::username, std::nullopt))) == Ids{3, 4});
  CHECK(ids_of(users.all(where(Column::username, ""))).empty());
  CHECK(ids_of(users.all(where(Column::id, "2"))) == Ids{2});
  CHECK(ids_of(users.all(where(Column::id, "two"))).empty());
  CHECK(ids_of(users.all(where(Column::password_hash, std::nullopt))) == Ids{1, 2, 3, 4});
  CHECK(ids_of(users.all(where(Column::joined_at, "2025-11-22 08:40:39.855342"))) == Ids{1, 2, 3, 4});
  CHECK(ids_of(users.all({{{Column::username, {}}, {Column::email, {}}}, {}})) == Ids{4});
  CHECK(ids_of(users.all({{{Column::username, "ada"}, {Column::email, "ada@example.com"}}, {}})) == Ids{1});
  CHECK(ids_of(users.all({{{Column::username, "ada"}, {Column::email, {}}}, {}})).empty());
  CHECK(ids_of(users.all({{{Column::email, {}}, {Column::username, "bob"}, {Column::id, "2"}}, {}})) == Ids{2});
  CHECK(*users.count(where(Column::email, std::nullopt)) == 2);
  CHECK(*users.count(where(Column::username, "nobody")) == 0);
}

TEST_CASE("orders put NULL first, bytes before letters' case, and ties by id", "[users]") {
  Table table;
  table.add("bob", {}, "2020-01-01 00:00:00.000000");
  table.add({}, {}, "2021-01-01 00:00:00.000000");
  table.add("Zoe", {}, "2020-01-01 00:00:00.000000");
  table.add("ada", {}, "2020-01-01 00:00:00.000000");
  table.add({}, {}, "2019-01-01 00:00:00.000000");
  table.add("\xC3\xA9mile", {}, "2022-01-01 00:00:00.000000");
  Users& users = table.users;

  CHECK(ids_of(users.all(by(Column::username))) == Ids{2, 5, 3, 4, 1, 6});
  CHECK(ids_of(users.all(by(Column::username, true))) == Ids{6, 1, 4, 3, 2, 5});
  CHECK(ids_of(users.all(by(Column::joined_at))) == Ids{5, 1, 3, 4, 2, 6});
  CHECK(ids_of(users.all(by(Column::joined_at, true))) == Ids{6, 2, 1, 3, 4, 5});
  CHECK(ids_of(users.all(by(Column::id, true))) == Ids{6, 5, 4, 3, 2, 1});
  CHECK(ids_of(users.all({{}, {{Column::joined_at, false}, {Column::username, false}}})) == Ids{5, 3, 4, 1, 2, 6});
  CHECK(ids_of(users.all({{}, {{Column::joined_at, true}, {Column::id, true}}})) == Ids{6, 2, 4, 3, 1, 5});
  CHECK(ids_of(users.all({{{Column::username, {}}}, {{Column::joined_at, false}}})) == Ids{5, 2});
}

TEST_CASE("first is the first in order, or nothing", "[users]") {
  Table table;
  CHECK(id_of(table.users.first({})) == 0);
  CHECK(table.users.first_or_not_found({}).error() == Error::not_found);
  table.add("bob");
  table.add("ada");
  CHECK(id_of(table.users.first({})) == 1);
  CHECK(id_of(table.users.first(by(Column::username))) == 2);
  CHECK(table.users.first_or_not_found(by(Column::username))->id == 2);
  CHECK(id_of(table.users.first(where(Column::username, "eve"))) == 0);
}

TEST_CASE("one insists on exactly one", "[users]") {
  Table table;
  CHECK(table.users.one({}).error() == Error::not_found);
  CHECK(id_of(table.users.one_or_none({})) == 0);
  table.add("ada");
  CHECK(table.users.one({})->id == 1);
  CHECK(id_of(table.users.one_or_none({})) == 1);
  table.add("bob");
  CHECK(table.users.one({}).error() == Error::multiple_found);
  CHECK(table.users.one_or_none({}).error() == Error::multiple_found);
  CHECK(table.users.one(where(Column::username, "bob"))->id == 2);
}

TEST_CASE("pages cover every row once", "[users]") {
  Table table;
  for (const auto* name : {"e", "d", "c", "b", "a"}) table.add(name);
  Ids seen;
  for (std::int64_t number = 1; number <= 3; ++number) {
    const auto page = table.users.paginate(by(Column::joined_at, true), {number, 2, {}, true});
    REQUIRE(page);
    CHECK(page->total == 5);
    CHECK(page->pages() == 3);
    for (const User& user : page->items) seen.push_back(user.id);
  }
  CHECK(seen == Ids{1, 2, 3, 4, 5});
}

TEST_CASE("a page past the end is not found, or empty when nothing may fail", "[users]") {
  Table table;
  table.add("ada");
  CHECK(table.users.paginate({}, {2, 2, {}, true}).error() == Error::not_found);
  CHECK(table.users.paginate({}, {0, 2, {}, true}).error() == Error::not_found);
  const auto mended = table.users.paginate({}, {2, 2, {}, false});
  REQUIRE(mended);
  CHECK(mended->items.empty());
  CHECK(mended->total == 1);
  const auto far = table.users.paginate({}, {std::numeric_limits<std::int64_t>::max(), 20, {}, false});
  REQUIRE(far);
  CHECK(far->items.empty());
}

TEST_CASE("the first page of nobody is empty, not missing", "[users]") {
  Table table;
  const auto page = table.users.paginate({}, {});
  REQUIRE(page);
  CHECK(page->items.empty());
  CHECK(page->total == 0);
}

TEST_CASE("only the rows a filter leaves are paged and counted", "[users]") {
  Table table;
  table.add("ada", "ada@example.com");
  table.add("bob");
  table.add("eve");
  const auto page = table.users.paginate({{{Column::email, {}}}, {{Column::id, true}}}, {1, 1, {}, true});
  REQUIRE(page);
  CHECK(page->total == 2);
  CHECK(page->items.front().username == "eve");
}

TEST_CASE("names that are taken are all listed, in any case", "[users]") {
  Table table;
  table.add("Ada", "ada@example.com");
  const auto taken = [&](const Text& username, const Text& email, std::int64_t id = 0) {
    const auto problems = table.users.taken({id, username, email, {}, {}});
    REQUIRE(problems);
    return *problems;
  };
  CHECK(taken("Ada", "ada@example.com") == Problems{kUsernameTaken, kEmailTaken});
  CHECK(taken("ADA", "ada@EXAMPLE.com") == Problems{kUsernameTaken, kEmailTaken});
  CHECK(taken("ada", {}) == Problems{kUsernameTaken});
  CHECK(taken({}, "ada@Example.Com") == Problems{kEmailTaken});
  CHECK(taken("bob", "Ada@example.com").empty());     // local parts differ in case
  CHECK(taken("Ada", "ada@example.com", 1).empty());  // one's own
  CHECK(taken({}, {}).empty());
}

TEST_CASE("nobody may take another's address for a username, or name for an address", "[users]") {
  Table table;
  table.add("ada", "Ada@example.com");
  table.add("eve@example.org", {});
  CHECK(problems_of(table.users.add({0, "Ada@example.com", {}, {}, {}})) == Problems{kUsernameTaken});
  CHECK(problems_of(table.users.add({0, "Ada@EXAMPLE.com", {}, {}, {}})) == Problems{kUsernameTaken});
  CHECK(problems_of(table.users.add({0, {}, "eve@example.org", {}, {}})) == Problems{kEmailTaken});
  CHECK(problems_of(table.users.add({0, {}, "eve@EXAMPLE.org", {}, {}})) == Problems{kEmailTaken});
  table.add("Grace@EXAMPLE.net", {});
  CHECK(problems_of(table.users.add({0, {}, "Grace@example.net", {}, {}})) == Problems{kEmailTaken});
}

TEST_CASE("one's own address is a username one may have", "[users]") {
  Table table;
  const User ada = table.add("ada@example.com", "ada@example.com");
  CHECK(id_of(table.users.find_login("ada@example.com")) == ada.id);
  CHECK(id_of(table.users.find_login("ADA@EXAMPLE.COM")) == ada.id);
}

TEST_CASE("log-in finds a user by name or address in any case but the local part's", "[users]") {
  Table table;
  table.add("Ada", "Ada.L@example.com");
  table.add("caf\xC3\xA9", {});
  const auto found = [&](std::string_view login) { return id_of(table.users.find_login(login)); };
  CHECK(found("Ada") == 1);
  CHECK(found("ada") == 1);
  CHECK(found("ADA") == 1);
  CHECK(found("Ada.L@example.com") == 1);
  CHECK(found("Ada.L@EXAMPLE.COM") == 1);
  CHECK(found("ada.l@example.com") == 0);
  CHECK(found("cafe\xCC\x81") == 2);
  CHECK(found("CAF\xC3\x89") == 2);
  CHECK(found("") == 0);
  CHECK(found("nobody") == 0);
  CHECK(found("Ada\0"s) == 0);
  CHECK(found("%") == 0);
  CHECK(found("\xFF") == 0);
}

TEST_CASE("imported rows that differ in case only log in exactly as typed", "[users]") {
  Imported table("(1, 'Ada', NULL), (2, 'ada', NULL), (3, 'Bob', NULL), (4, 'bOB', NULL), (5, 'EVE', NULL)");
  const auto found = [&](std::string_view login) { return id_of(table.users.find_login(login)); };
  CHECK(found("Ada") == 1);
  CHECK(found("ada") == 2);
  CHECK(found("ADA") == 0);  // either could be meant
  CHECK(found("Bob") == 3);
  CHECK(found("bOB") == 4);
  CHECK(found("bob") == 0);
  CHECK(found("eve") == 5);  // only one is called that
  CHECK(problems_of(table.users.add({0, "aDA", {}, {}, {}})) == Problems{kUsernameTaken});
  CHECK(problems_of(table.users.add({0, "bob", {}, {}, {}})) == Problems{kUsernameTaken});
}

TEST_CASE("a new name is compared with imported rows nobody has touched", "[users]") {
  Imported table("(1, 'ADA', 'bob@EXAMPLE.com')");
  CHECK(problems_of(table.users.add({0, "ada", "bob@example.com", {}, {}})) == Problems{kUsernameTaken, kEmailTaken});
}

TEST_CASE("update writes every column and moves the names along", "[users]") {
  Table table;
  User ada = table.add("Ada", "ada@EXAMPLE.com");
  ada.username = "Grace";
  ada.email = std::nullopt;
  ada.password_hash = "$argon2id$";
  ada.joined_at = "2001-01-01 00:00:00.000000";
  REQUIRE(table.users.update(ada).ok());
  const auto stored = table.users.get(1);
  CHECK((*stored)->username == "Grace");
  CHECK_FALSE((*stored)->email);
  CHECK((*stored)->password_hash == "$argon2id$");
  CHECK((*stored)->joined_at == "2001-01-01 00:00:00.000000");
  CHECK(id_of(table.users.find_login("ada")) == 0);
  CHECK(id_of(table.users.find_login("grace")) == 1);
  CHECK(table.add("ADA", "ada@example.com").id == 2);  // free again
}

TEST_CASE("update lets a user change the case of one's own name", "[users]") {
  Table table;
  User ada = table.add("ada", "ada@example.com");
  ada.username = "ADA";
  REQUIRE(table.users.update(ada).ok());
  CHECK(id_of(table.users.find_login("Ada")) == 1);
}

TEST_CASE("update refuses names that are taken and changes nothing", "[users]") {
  Table table;
  table.add("ada", "ada@example.com");
  User bob = table.add("bob", "bob@example.com");
  bob.username = "Ada";
  bob.email = "ada@example.com";
  const auto updated = table.users.update(bob);
  REQUIRE_FALSE(updated.ok());
  CHECK(updated.failure().problems == Problems{kUsernameTaken, kEmailTaken});
  CHECK((*table.users.get(2))->username == "bob");
}

TEST_CASE("changing or removing nobody is not found", "[users]") {
  Table table;
  table.add("Ada");
  CHECK(table.users.update({9, "eve", {}, {}, {}}).error() == Error::not_found);
  CHECK(table.users.remove(9).error() == Error::not_found);
  CHECK(id_of(table.users.find_login("eve")) == 0);
  CHECK(*table.users.count({}) == 1);
}

TEST_CASE("a removed user's names are free", "[users]") {
  Table table;
  table.add("Ada", "ada@EXAMPLE.com");
  REQUIRE(table.users.remove(1).ok());
  CHECK(id_of(table.users.find_login("ada")) == 0);
  CHECK(column_of(table.store.database(), "SELECT count(*) FROM placecard_alias") == "0");
  CHECK(problems_of(table.users.add({0, "ada", "ada@example.com", {}, {}})).empty());
}

TEST_CASE("users without any name are as many as there are", "[users]") {
  Table table;
  table.add({});
  table.add({});
  CHECK(*table.users.count({}) == 2);
}

TEST_CASE("values of other types in a foreign row are read as text", "[users]") {
  Imported table("(9007199254740993, 12, x'616263')");
  const auto user = table.users.get(9007199254740993);
  REQUIRE((user && *user));
  CHECK((*user)->username == "12");
  CHECK((*user)->email == "abc");
}
