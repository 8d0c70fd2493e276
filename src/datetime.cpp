#include "datetime.h"

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace placecard {

namespace {

using std::chrono::days;
using std::chrono::microseconds;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr std::int64_t kUsPerSecond = 1'000'000;
constexpr std::int64_t kUsPerDay = 86'400 * kUsPerSecond;
constexpr std::int64_t kFirstUs = -62'135'596'800 * kUsPerSecond;     // 0001-01-01 00:00:00.000000
constexpr std::int64_t kLastUs = 253'402'300'800 * kUsPerSecond - 1;  // 9999-12-31 23:59:59.999999

void append_padded(std::string& out, std::int64_t value, std::size_t width) {
  const std::string digits = std::to_string(value);
  if (digits.size() < width) out.append(width - digits.size(), '0');
  out += digits;
}

// Takes characters off the front of a text; every step says whether it could.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool done() const { return rest_.empty(); }

  bool take(char wanted) {
    if (rest_.empty() || rest_.front() != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }

  // Exactly `width` digits.
  std::optional<int> number(std::size_t width) {
    if (rest_.size() < width) return std::nullopt;
    int value = 0;
    for (std::size_t index = 0; index < width; ++index) {
      const char digit = rest_[index];
      if (digit < '0' || digit > '9') return std::nullopt;
      value = value * 10 + (digit - '0');
    }
    rest_.remove_prefix(width);
    return value;
  }

  // One to six digits of a fraction, as microseconds.
  std::optional<std::int64_t> fraction() {
    const auto* end = std::find_if(rest_.begin(), rest_.end(), [](char each) { return each < '0' || each > '9'; });
    const auto width = static_cast<std::size_t>(end - rest_.begin());
    if (width < 1 || width > 6) return std::nullopt;
    std::int64_t value = *number(width);
    for (std::size_t missing = width; missing < 6; ++missing) value *= 10;
    return value;
  }

 private:
  std::string_view rest_;
};

std::optional<std::int64_t> read_date(Reader& reader) {
  const auto year = reader.number(4);
  if (!year || *year < 1 || !reader.take('-')) return std::nullopt;
  const auto month = reader.number(2);
  if (!month || !reader.take('-')) return std::nullopt;
  const auto day = reader.number(2);
  if (!day) return std::nullopt;
  const year_month_day date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                            std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return std::nullopt;
  return sys_days{date}.time_since_epoch().count() * kUsPerDay;
}

// HH:MM[:SS[.ffffff]] as microseconds since midnight.
std::optional<std::int64_t> read_time(Reader& reader) {
  const auto hour = reader.number(2);
  if (!hour || *hour > 23 || !reader.take(':')) return std::nullopt;
  const auto minute = reader.number(2);
  if (!minute || *minute > 59) return std::nullopt;
  std::int64_t time_us = (*hour * 3600 + *minute * 60) * kUsPerSecond;
  if (!reader.take(':')) return time_us;
  const auto second = reader.number(2);
  if (!second || *second > 59) return std::nullopt;
  time_us += *second * kUsPerSecond;
  if (!reader.take('.')) return time_us;
  const auto fraction = reader.fraction();
  if (!fraction) return std::nullopt;
  return time_us + *fraction;
}

// `Z` or ±HH:MM, as microseconds east of UTC.
std::optional<std::int64_t> read_offset(Reader& reader) {
  if (reader.take('Z')) return 0;
  const bool west = reader.take('-');
  if (!west && !reader.take('+')) return std::nullopt;
  const auto hours = reader.number(2);
  if (!hours || *hours > 23 || !reader.take(':')) return std::nullopt;
  const auto minutes = reader.number(2);
  if (!minutes || *minutes > 59) return std::nullopt;
  const std::int64_t offset_us = (*hours * 3600 + *minutes * 60) * kUsPerSecond;
  return west ? -offset_us : offset_us;
}

}  // namespace

std::string format_datetime(std::int64_t unix_us) {
  const std::chrono::sys_time<microseconds> moment{microseconds{unix_us}};
  const auto midnight = std::chrono::floor<days>(moment);
  const year_month_day date{midnight};
  const std::int64_t time_us = (moment - midnight).count();
  const std::int64_t seconds = time_us / kUsPerSecond;
  std::string out;
  append_padded(out, static_cast<int>(date.year()), 4);
  out += '-';
  append_padded(out, static_cast<unsigned>(date.month()), 2);
  out += '-';
  append_padded(out, static_cast<unsigned>(date.day()), 2);
  out += ' ';
  append_padded(out, seconds / 3600, 2);
  out += ':';
  append_padded(out, seconds / 60 % 60, 2);
  out += ':';
  append_padded(out, seconds % 60, 2);
  out += '.';
  append_padded(out, time_us % kUsPerSecond, 6);
  return out;
}

std::optional<std::int64_t> parse_datetime(std::string_view text) {
  Reader reader(text);
  const auto date_us = read_date(reader);
  if (!date_us) return std::nullopt;
  if (reader.done()) return date_us;
  if (!reader.take(' ') && !reader.take('T')) return std::nullopt;
  const auto time_us = read_time(reader);
  if (!time_us) return std::nullopt;
  if (reader.done()) return *date_us + *time_us;
  const auto offset_us = read_offset(reader);
  if (!offset_us || !reader.done()) return std::nullopt;
  // In UTC it may fall outside the years that can be written again.
  const std::int64_t unix_us = *date_us + *time_us - *offset_us;
  return unix_us < kFirstUs || unix_us > kLastUs ? std::nullopt : std::optional(unix_us);
}

}  // namespace placecard
