#include "store/statement.h"

#include <limits>
#include <string>

#include "exact.h"
#include "test.h"
#include "test_store.h"

using namespace std::string_literals;
using placecard::Bytes;
using placecard::Database;
using placecard::Error;
using placecard::Exact;
using placecard::Image;
using placecard::Result;
using placecard::run;
using placecard::Statement;
using placecard::TestHost;

namespace {

struct Memory {
  TestHost host;
  Image image;
  Database database{image, host};

  Memory() { run(database, "PRAGMA journal_mode = MEMORY; CREATE TABLE t (a, b)"); }

  Statement prepared(std::string_view sql) {
    Result<Statement> statement = database.prepare(sql);
    REQUIRE(statement);
    return std::move(*statement);
  }
};

}  // namespace

TEST_CASE("every kind of value comes back as it was bound", "[statement]") {
  Memory memory;
  Statement select = memory.prepared("SELECT ?1, typeof(?1)");
  const auto type = [&] {
    REQUIRE(*select.step());
    return std::string(select.text(1));
  };

  SECTION("integers") {
    const auto number = GENERATE(std::int64_t{0}, std::int64_t{-1}, std::numeric_limits<std::int64_t>::max(),
                                 std::numeric_limits<std::int64_t>::min());
    select.bind(1, number);
    CHECK(type() == "integer");
    CHECK(select.integer(0) == number);
    CHECK(select.is_integer(0));
    CHECK_FALSE(select.is_null(0));
  }
  SECTION("text, hostile or empty") {
    const std::string text = GENERATE(as<std::string>(), "ada", "o'brien\"; DROP TABLE t; --", "", "caf\xC3\xA9", "?1");
    const Exact exact(text);
    select.bind(1, std::string_view(exact));
    CHECK(type() == "text");
    CHECK(select.text(0) == text);
    CHECK(select.optional_text(0) == text);
    CHECK_FALSE(select.is_integer(0));
  }
  SECTION("text with NUL") {
    const std::string bound = "a\0b"s;
    select.bind(1, std::string_view(bound));
    CHECK(type() == "text");
    CHECK(select.text(0) == "a\0b"s);
  }
  SECTION("text from nowhere is empty, not NULL") {
    select.bind(1, std::string_view());
    CHECK(type() == "text");
    CHECK(select.text(0).empty());
  }
  SECTION("bytes") {
    const Bytes bytes = {0, 1, 0xFF, 0};
    select.bind(1, std::span<const std::uint8_t>(bytes));
    CHECK(type() == "blob");
    const auto read = select.blob(0);
    CHECK(Bytes(read.begin(), read.end()) == bytes);
  }
  SECTION("bytes from nowhere are empty, not NULL") {
    select.bind(1, std::span<const std::uint8_t>());
    CHECK(type() == "blob");
    CHECK(select.blob(0).empty());
  }
  SECTION("NULL") {
    select.bind(1, nullptr);
    CHECK(type() == "null");
    CHECK(select.is_null(0));
    CHECK(select.text(0).empty());
    CHECK(select.blob(0).empty());
    CHECK_FALSE(select.optional_text(0));
  }
  SECTION("text that may be absent") {
    const std::optional<std::string> text = GENERATE(as<std::optional<std::string>>(), std::nullopt, "", "ada");
    select.bind(1, text);
    CHECK(type() == (text ? "text" : "null"));
    CHECK(select.optional_text(0) == text);
  }
}

TEST_CASE("step is true while there are rows", "[statement]") {
  Memory memory;
  Statement select = memory.prepared("SELECT 1 UNION SELECT 2");
  CHECK(*select.step());
  CHECK(*select.step());
  CHECK_FALSE(*select.step());
}

TEST_CASE("a statement that dies leaves no values behind for the next one", "[statement]") {
  Memory memory;
  { memory.prepared("SELECT ?1").bind(1, 7); }
  Statement again = memory.prepared("SELECT ?1");
  REQUIRE(*again.step());
  CHECK(again.is_null(0));
}

TEST_CASE("a statement that dies half way lets the table be changed", "[statement]") {
  Memory memory;
  run(memory.database, "INSERT INTO t VALUES (1, 1), (2, 2)");
  {
    Statement select = memory.prepared("SELECT a FROM t");
    CHECK(*select.step());
  }
  CHECK(memory.database.execute("DROP TABLE t").ok());
}

TEST_CASE("a moved statement is reset once, by its last owner", "[statement]") {
  Memory memory;
  Statement first = memory.prepared("SELECT 5");
  Statement second = std::move(first);
  REQUIRE(*second.step());
  CHECK(second.integer(0) == 5);
}

TEST_CASE("run steps once and can be run again", "[statement]") {
  Memory memory;
  Statement insert = memory.prepared("INSERT INTO t VALUES (?, NULL)");
  CHECK(insert.bind(1, 1).run().ok());
  CHECK(insert.bind(1, 2).run().ok());
  CHECK(column_of(memory.database, "SELECT a FROM t ORDER BY a") == "1,2");
  CHECK(memory.database.last_insert_id() == 2);
  CHECK(memory.database.changes() == 1);
}

TEST_CASE("a value of another type is converted as SQLite does", "[statement]") {
  Memory memory;
  Statement select = memory.prepared("SELECT 12, '12x', x'616263', 1.5");
  REQUIRE(*select.step());
  CHECK(select.text(0) == "12");
  CHECK(select.integer(1) == 12);
  CHECK(select.text(2) == "abc");
  CHECK(select.optional_text(3) == "1.5");
}

TEST_CASE("a statement the schema does not bear out is refused", "[statement]") {
  Memory memory;
  const auto* sql = GENERATE("SELECT nobody FROM t", "SELECT a FROM nowhere", "nonsense", "SELECT \"a text\"");
  CHECK(memory.database.prepare(sql).error() == Error::database_foreign);
  CHECK(memory.database.execute(sql).error() == Error::database_foreign);
}

TEST_CASE("a broken constraint is refused and the statement still works", "[statement]") {
  Memory memory;
  run(memory.database, "CREATE UNIQUE INDEX one_a ON t (a)");
  Statement insert = memory.prepared("INSERT INTO t VALUES (?, 0)");
  CHECK(insert.bind(1, 1).run().ok());
  CHECK(insert.bind(1, 1).run().error() == Error::database_foreign);
  CHECK(insert.bind(1, 2).run().ok());
}

TEST_CASE("a trigger or view a file brings along does nothing", "[statement]") {
  Memory memory;
  run(memory.database,
      "CREATE TRIGGER spy AFTER INSERT ON t BEGIN DELETE FROM t; END; CREATE VIEW v AS SELECT a FROM t");
  run(memory.database, "INSERT INTO t VALUES (1, 1)");
  CHECK(column_of(memory.database, "SELECT count(*) FROM t") == "1");
  CHECK(memory.database.prepare("SELECT a FROM v").error() == Error::database_foreign);
}

TEST_CASE("two databases at once do not see each other", "[statement]") {
  Memory one;
  Memory other;
  run(one.database, "INSERT INTO t VALUES (1, 1)");
  CHECK(column_of(one.database, "SELECT count(*) FROM t") == "1");
  CHECK(column_of(other.database, "SELECT count(*) FROM t") == "0");
}
