#include "utf8.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace placecard {

namespace {

struct Lead {
  std::size_t length;
  std::uint8_t bits;    // payload bits of the lead byte
  std::uint8_t lowest;  // allowed range of the second byte: this is what rules out overlong forms and surrogates
  std::uint8_t highest;
};

std::optional<Lead> lead_of(std::uint8_t byte) {
  const auto payload = [byte](unsigned mask) { return static_cast<std::uint8_t>(byte & mask); };
  if (byte < 0x80) return Lead{1, byte, 0, 0};
  if (byte < 0xC2) return std::nullopt;
  if (byte < 0xE0) return Lead{2, payload(0x1F), 0x80, 0xBF};
  if (byte == 0xE0) return Lead{3, payload(0x0F), 0xA0, 0xBF};
  if (byte == 0xED) return Lead{3, payload(0x0F), 0x80, 0x9F};
  if (byte < 0xF0) return Lead{3, payload(0x0F), 0x80, 0xBF};
  if (byte == 0xF0) return Lead{4, payload(0x07), 0x90, 0xBF};
  if (byte < 0xF4) return Lead{4, payload(0x07), 0x80, 0xBF};
  if (byte == 0xF4) return Lead{4, payload(0x07), 0x80, 0x8F};
  return std::nullopt;
}

}  // namespace

std::optional<std::vector<char32_t>> code_points(std::string_view text) {
  std::vector<char32_t> points;
  points.reserve(text.size());
  std::size_t at = 0;
  while (at < text.size()) {
    const auto lead = lead_of(static_cast<std::uint8_t>(text[at]));
    if (!lead || text.size() - at < lead->length) return std::nullopt;
    char32_t point = lead->bits;
    for (std::size_t index = 1; index < lead->length; ++index) {
      const auto byte = static_cast<std::uint8_t>(text[at + index]);
      const std::uint8_t lowest = index == 1 ? lead->lowest : 0x80;
      const std::uint8_t highest = index == 1 ? lead->highest : 0xBF;
      if (byte < lowest || byte > highest) return std::nullopt;
      point = (point << 6U) | (byte & 0x3FU);
    }
    points.push_back(point);
    at += lead->length;
  }
  return points;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char each) { return static_cast<std::uint8_t>(each) < 0x80; });
}

bool is_white_space(char32_t point) {
  return (point >= 0x09 && point <= 0x0D) || point == 0x20 || point == 0x85 || point == 0xA0 || point == 0x1680 ||
         (point >= 0x2000 && point <= 0x200A) || point == 0x2028 || point == 0x2029 || point == 0x202F ||
         point == 0x205F || point == 0x3000;
}

bool is_control(char32_t point) {
  const bool category_cc = point < 0x20 || (point >= 0x7F && point <= 0x9F);
  const bool separator = point == 0x2028 || point == 0x2029;
  const bool bidi = point == 0x061C || point == 0x200E || point == 0x200F || (point >= 0x202A && point <= 0x202E) ||
                    (point >= 0x2066 && point <= 0x2069);
  return category_cc || separator || bidi;
}

}  // namespace placecard
