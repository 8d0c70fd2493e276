#include "datetime.h"

#include <catch2/catch.hpp>

using placecard::format_datetime;
using placecard::parse_datetime;

namespace {

struct Written {
  std::int64_t unix_us;
  const char* text;
};

struct Read {
  const char* text;
  const char* loads_as;  // null when SQLAlchemy refuses it
};

}  // namespace

// tests/vectors/datetime.json, recorded from SQLAlchemy's DateTime on SQLite.
TEST_CASE("joined_at is written in UTC with six digits", "[datetime]") {
  const auto [unix_us, text] = GENERATE(values<Written>({{1795336839855342, "2026-11-22 08:40:39.855342"},
                                                         {1767323045000000, "2026-01-02 03:04:05.000000"},
                                                         {1767323045000001, "2026-01-02 03:04:05.000001"},
                                                         {-62135596800000000, "0001-01-01 00:00:00.000000"},
                                                         {253402300799999999, "9999-12-31 23:59:59.999999"},
                                                         {-14182939500000, "1969-07-20 20:17:40.500000"}}));
  CHECK(format_datetime(unix_us) == text);
  CHECK(parse_datetime(text) == unix_us);
}

TEST_CASE("joined_at is read in every form SQLAlchemy reads", "[datetime]") {
  const auto [text, loads_as] =
      GENERATE(values<Read>({{"2026-11-22 08:40:39.855342", "2026-11-22 08:40:39.855342"},
                             {"2026-11-22 08:40:39", "2026-11-22 08:40:39.000000"},
                             {"2026-11-22 08:40:39.8", "2026-11-22 08:40:39.800000"},
                             {"2026-11-22 08:40:39.855", "2026-11-22 08:40:39.855000"},
                             {"2026-11-22T08:40:39.855342", "2026-11-22 08:40:39.855342"},
                             {"2026-11-22T08:40:39Z", "2026-11-22 08:40:39.000000"},
                             {"2026-11-22 08:40:39.855342Z", "2026-11-22 08:40:39.855342"},
                             {"2026-11-22 08:40:39.855342+00:00", "2026-11-22 08:40:39.855342"},
                             {"2026-11-22 10:40:39+02:00", "2026-11-22 08:40:39.000000"},
                             {"2026-11-22", "2026-11-22 00:00:00.000000"},
                             {"2026-11-22 08:40", "2026-11-22 08:40:00.000000"},
                             {"2024-02-29", "2024-02-29 00:00:00.000000"}}));
  const auto parsed = parse_datetime(text);
  REQUIRE(parsed);
  CHECK(format_datetime(*parsed) == loads_as);
}

TEST_CASE("what is no date and time is refused", "[datetime]") {
  const auto* text = GENERATE("2026-02-30 00:00:00.000000", "2026-11-22 24:00:00.000000", "",
                              " 2026-11-22 08:40:39.855342", "1700000000", "2026-11-22 08:40:39.8553421",
                              "2026-11-22 08:40:39.", "2026-11-22 08:40:39 ", "2026-13-01", "0000-01-01", "2023-02-29");
  CHECK_FALSE(parse_datetime(text));
}
