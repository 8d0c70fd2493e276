#include "store/transaction.h"

#include "test.h"
#include "test_store.h"

using placecard::Error;
using placecard::run;
using placecard::TestStore;
using placecard::Transaction;

namespace {

constexpr const char* kAddAda = "INSERT INTO user (username) VALUES ('ada')";

std::string names(TestStore& test) { return column_of(test.store.database(), "SELECT username FROM user ORDER BY id"); }

}  // namespace

TEST_CASE("what is committed stays", "[transaction]") {
  TestStore test;
  {
    Transaction transaction(test.store.database());
    CHECK(test.store.database().in_transaction());
    run(test.store.database(), kAddAda);
    CHECK(transaction.commit().ok());
    CHECK_FALSE(test.store.database().in_transaction());
  }
  CHECK(names(test) == "ada");
  CHECK(test.store.dirty());
}

TEST_CASE("what is not committed is rolled back and leaves nothing to store", "[transaction]") {
  TestStore test;
  const auto before = bytes_of(test.store.image());
  {
    Transaction transaction(test.store.database());
    run(test.store.database(), kAddAda);
    CHECK(names(test) == "ada");
  }
  CHECK_FALSE(test.store.database().in_transaction());
  CHECK(names(test).empty());
  CHECK_FALSE(test.store.dirty());
  CHECK(bytes_of(test.store.image()) == before);
}

TEST_CASE("a transaction with nothing in it leaves nothing to store", "[transaction]") {
  TestStore test;
  Transaction transaction(test.store.database());
  CHECK(transaction.commit().ok());
  CHECK_FALSE(test.store.dirty());
}

TEST_CASE("more than SQLite's cache holds is rolled back too", "[transaction]") {
  TestStore test;
  run(test.store.database(), "PRAGMA cache_size = 10");
  const auto before = bytes_of(test.store.image());
  {
    Transaction transaction(test.store.database());
    run(test.store.database(),
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)"
        " INSERT INTO user (username, email) SELECT 'user' || i, 'user' || i || '@example.com' FROM n");
    CHECK(bytes_of(test.store.image()) != before);  // so SQLite has written pages before the end
  }
  CHECK(names(test).empty());
  CHECK(bytes_of(test.store.image()) == before);
}

TEST_CASE("a refused statement does not end the transaction around it", "[transaction]") {
  TestStore test;
  {
    Transaction transaction(test.store.database());
    run(test.store.database(), kAddAda);
    CHECK(test.store.database().execute(kAddAda).error() == Error::database_foreign);
    CHECK(transaction.commit().ok());
  }
  CHECK(names(test) == "ada");
}

TEST_CASE("a transaction inside another is refused and does not end the outer one", "[transaction]") {
  TestStore test;
  {
    Transaction outer(test.store.database());
    run(test.store.database(), kAddAda);
    {
      Transaction inner(test.store.database());
      CHECK(inner.commit().error() == Error::database_foreign);
    }
    CHECK(test.store.database().in_transaction());
    CHECK(outer.commit().ok());
  }
  CHECK(names(test) == "ada");
}
