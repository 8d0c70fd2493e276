// joined_at as the lesson's database keeps it: text in UTC, to the microsecond, `YYYY-MM-DD HH:MM:SS.ffffff`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace placecard {

// Microseconds since the Unix epoch, years 1 to 9999. Always six digits after the point.
std::string format_datetime(std::int64_t unix_us);

// Reads what SQLAlchemy's DateTime reads from SQLite (recorded in tests/vectors/datetime.json): the stored form, `T`
// for the blank, a date alone, fractions of one to six digits, and an offset `Z` or `+HH:MM`, which is applied.
// Anything else, or a day that does not exist, is nothing.
std::optional<std::int64_t> parse_datetime(std::string_view text);

}  // namespace placecard
