#include "accounts.h"

#include <string>
#include <vector>

#include "test.h"
#include "test_store.h"

using placecard::Accounts;
using placecard::bytes_of;
using placecard::Error;
using placecard::Field;
using placecard::KdfCost;
using placecard::Problems;
using placecard::Result;
using placecard::SignUpForm;
using placecard::TestStore;
using placecard::User;

namespace {

// Cheap: what Argon2id costs is not what these tests are about.
constexpr KdfCost kCheap{1, 8192};

struct Party : TestStore {
  Accounts accounts{store, host, {}, kCheap};

  Problems check(const SignUpForm& form) {
    const auto problems = accounts.check(form);
    REQUIRE(problems);
    return *problems;
  }
  Result<User> sign_up(const SignUpForm& form) {
    const auto prepared = accounts.prepare_sign_up(form);
    if (!prepared) return prepared.failure();
    const auto entry = accounts.apply(*prepared);
    if (!entry) return entry.failure();
    return entry->user;
  }
  std::int64_t count() { return *accounts.users().count({}); }
};

constexpr SignUpForm kAda{"ada", "ada@example.com", "correct horse"};

}  // namespace

TEST_CASE("sign-up stores the user and leaves it to be written out", "[accounts]") {
  Party party;
  const auto ada = party.sign_up(kAda);
  REQUIRE(ada);
  CHECK(ada->id == 1);
  CHECK(ada->username == "ada");
  CHECK(ada->email == "ada@example.com");
  CHECK(ada->joined_at == "2025-11-22 08:40:39.855342");
  CHECK_FALSE(party.store.database().in_transaction());
  CHECK(party.store.dirty());
  CHECK(party.count() == 1);
}

TEST_CASE("sign-up stores names as the rules give them back", "[accounts]") {
  Party party;
  const auto user = party.sign_up({"Cafe\xCC\x81", "Owner@CAFE.example", "correct horse"});
  REQUIRE(user);
  CHECK(user->username == "Caf\xC3\xA9");
  CHECK(user->email == "Owner@cafe.example");
}

TEST_CASE("sign-up refuses a taken email", "[accounts]") {
  Party party;
  REQUIRE(party.sign_up(kAda));
  party.store.acknowledge();
  const auto refused = party.sign_up({"bob", "ada@EXAMPLE.com", "correct horse"});
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.failure().problems == Problems{{Error::email_taken, Field::email}});
  CHECK(party.count() == 1);
  CHECK_FALSE(party.store.dirty());
}

TEST_CASE("sign-up is undone when it could not be stored", "[accounts]") {
  Party party;
  REQUIRE(party.sign_up(kAda));
  party.store.undo();
  CHECK(party.count() == 0);
  CHECK(party.sign_up(kAda)->id == 1);
}

TEST_CASE("check lists every field that is missing", "[accounts]") {
  Party party;
  CHECK(party.check({"", "", ""}) == Problems{{Error::username_required, Field::username},
                                              {Error::email_required, Field::email},
                                              {Error::password_required, Field::password}});
}

TEST_CASE("check lists every rule the form breaks, one a field", "[accounts]") {
  Party party;
  CHECK(party.check({" ada", "ada", "short"}) == Problems{{Error::username_invalid, Field::username},
                                                          {Error::email_invalid, Field::email},
                                                          {Error::password_too_short, Field::password}});
  CHECK(party.check({"\xFF", "ada@example.com", "password"}) ==
        Problems{{Error::username_invalid, Field::username}, {Error::password_too_common, Field::password}});
  CHECK(party.check({"ada", "ada@example.com", "ADA@example.com"}) ==
        Problems{{Error::password_same_as_login, Field::password}});
}

TEST_CASE("check lists names that are taken before rules that are broken", "[accounts]") {
  Party party;
  REQUIRE(party.sign_up(kAda));
  CHECK(party.check({"ADA", "ada@EXAMPLE.com", "short"}) == Problems{{Error::username_taken, Field::username},
                                                                     {Error::email_taken, Field::email},
                                                                     {Error::password_too_short, Field::password}});
  CHECK(party.check({"", "ada@example.com", "correct horse"}) ==
        Problems{{Error::email_taken, Field::email}, {Error::username_required, Field::username}});
}

TEST_CASE("check finds nothing wrong with a good form and changes nothing", "[accounts]") {
  Party party;
  const auto before = bytes_of(party.store.image());
  CHECK(party.check(kAda).empty());
  CHECK(party.count() == 0);
  CHECK_FALSE(party.store.dirty());
  CHECK(bytes_of(party.store.image()) == before);
}

TEST_CASE("check keeps to the policy it was given", "[accounts]") {
  TestStore test;
  Accounts strict(test.store, test.host, {15}, kCheap);
  const auto problems = strict.check(kAda);
  REQUIRE(problems);
  CHECK(*problems == Problems{{Error::password_too_short, Field::password}});
}

TEST_CASE("imported rows are stored all together", "[accounts]") {
  Party party;
  const auto count = party.accounts.import_users({{0, "ada", "ada@example.com", "$argon2id$", "2020-01-02"},
                                                  {40, "a", "not an address", {}, {}},
                                                  {0, {}, {}, {}, {}},
                                                  {0, " breaks the rules\n", {}, {}, {}}});
  REQUIRE(count);
  CHECK(*count == 4);
  CHECK(column_of(party.store.database(), "SELECT id FROM user ORDER BY id") == "1,40,41,42");
  CHECK(party.accounts.users().get_or_not_found(1)->password_hash == "$argon2id$");
}

TEST_CASE("importing no rows changes nothing", "[accounts]") {
  Party party;
  CHECK(*party.accounts.import_users({}) == 0);
  CHECK_FALSE(party.store.dirty());
}

TEST_CASE("an imported joined_at is stored in the one form", "[accounts]") {
  Party party;
  REQUIRE(party.accounts.import_users({{1, {}, {}, {}, "2020-01-02"},
                                       {2, {}, {}, {}, "2020-01-02T03:04:05Z"},
                                       {3, {}, {}, {}, "2020-01-02 03:04:05.5+02:00"},
                                       {4, {}, {}, {}, {}}}));
  CHECK(column_of(party.store.database(), "SELECT joined_at FROM user ORDER BY id") ==
        "2020-01-02 00:00:00.000000,2020-01-02 03:04:05.000000,2020-01-02 01:04:05.500000,"
        "2025-11-22 08:40:39.855342");
}

TEST_CASE("one row that cannot be imported leaves out all of them and is named", "[accounts]") {
  Party party;
  REQUIRE(party.sign_up(kAda));
  party.store.acknowledge();
  const auto before = bytes_of(party.store.image());
  struct Row {
    User user;
    placecard::Problem problem;
  };
  const std::string long_name(65, 'x');
  const std::string long_email(121, 'x');
  const std::string long_hash(256, 'x');
  const std::vector<Row> rows = {
      {{-1, "eve", {}, {}, {}}, {Error::id_taken, Field::id}},
      {{1, "eve", {}, {}, {}}, {Error::id_taken, Field::id}},
      {{50, "eve", {}, {}, {}}, {Error::id_taken, Field::id}},
      {{0, long_name, {}, {}, {}}, {Error::username_too_long, Field::username}},
      {{0, "eve", long_email, {}, {}}, {Error::email_too_long, Field::email}},
      {{0, "eve", {}, long_hash, {}}, {Error::password_hash_invalid, Field::password_hash}},
      {{0, "eve", {}, {}, "yesterday"}, {Error::joined_at_invalid, Field::joined_at}},
      {{0, "eve", {}, {}, ""}, {Error::joined_at_invalid, Field::joined_at}},
      {{0, "ADA", {}, {}, {}}, {Error::username_taken, Field::username}},
      {{0, "eve", "ada@example.com", {}, {}}, {Error::email_taken, Field::email}},
      {{0, "Carol", {}, {}, {}}, {Error::username_taken, Field::username}},  // taken by a row beside it
  };
  for (const Row& row : rows) {
    const auto refused = party.accounts.import_users({{50, "carol", {}, {}, {}}, {0, "dan", {}, {}, {}}, row.user});
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.failure().problems == Problems{row.problem});
    CHECK(refused.failure().row == 2);
    CHECK(party.count() == 1);
    CHECK_FALSE(party.store.dirty());
    CHECK(bytes_of(party.store.image()) == before);
    CHECK_FALSE(party.store.database().in_transaction());
  }
}

TEST_CASE("an imported row may be as wide as its column, in code points", "[accounts]") {
  Party party;
  std::string name;
  for (int count = 0; count < 64; ++count) name += "\xC3\xA9";
  CHECK(party.accounts.import_users({{0, name, std::string(120, 'x'), std::string(255, 'x'), {}}}).ok());
  const auto wider = party.accounts.import_users({{0, name + "e", {}, {}, {}}});
  CHECK(wider.error() == Error::username_too_long);
}
