#include "utf8.h"

#include <cstdint>
#include <string>
#include <vector>

#include "exact.h"
#include "test.h"

using namespace std::string_literals;
using placecard::code_points;
using placecard::Exact;
using placecard::is_ascii;
using placecard::is_control;
using placecard::is_white_space;

namespace {

constexpr char32_t kLastPoint = 0x10FFFF;

struct Sample {
  std::string bytes;
  std::vector<char32_t> points;
};

bool is_surrogate(char32_t point) { return point >= 0xD800 && point <= 0xDFFF; }

std::string encoded(char32_t point) {
  const auto tail = [point](unsigned shift) { return static_cast<char>(0x80U | (point >> shift & 0x3FU)); };
  if (point < 0x80) return {static_cast<char>(point)};
  if (point < 0x800) return {static_cast<char>(0xC0U | point >> 6U), tail(0)};
  if (point < 0x10000) return {static_cast<char>(0xE0U | point >> 12U), tail(6), tail(0)};
  return {static_cast<char>(0xF0U | point >> 18U), tail(12), tail(6), tail(0)};
}

template <class Property>
std::vector<char32_t> all_with(Property property) {
  std::vector<char32_t> found;
  for (char32_t point = 0; point <= kLastPoint; ++point) {
    if (property(point)) found.push_back(point);
  }
  return found;
}

}  // namespace

TEST_CASE("code points are read at every boundary of the encoding", "[utf8]") {
  const auto sample =
      GENERATE(values<Sample>({{"", {}},
                               {"\0"s, {0}},
                               {"a\0b"s, {'a', 0, 'b'}},
                               {"\x7F", {0x7F}},
                               {"\xC2\x80", {0x80}},
                               {"\xDF\xBF", {0x7FF}},
                               {"\xE0\xA0\x80", {0x800}},
                               {"\xED\x9F\xBF", {0xD7FF}},
                               {"\xEE\x80\x80", {0xE000}},
                               {"\xEF\xBF\xBF", {0xFFFF}},
                               {"\xF0\x90\x80\x80", {0x10000}},
                               {"\xF4\x8F\xBF\xBF", {0x10FFFF}},
                               {"Ana\xC3\xAFs \xF0\x9F\x8D\xBD!", {'A', 'n', 'a', 0xEF, 's', ' ', 0x1F37D, '!'}}}));
  CHECK(code_points(Exact(sample.bytes)) == sample.points);
}

TEST_CASE("every code point but the surrogates is read back", "[utf8]") {
  char32_t wrong = 0;
  std::size_t wrong_count = 0;
  for (char32_t point = 0; point <= kLastPoint; ++point) {
    const auto read = code_points(encoded(point));
    const bool right = is_surrogate(point) ? !read : read && *read == std::vector<char32_t>{point};
    if (right) continue;
    wrong = point;
    ++wrong_count;
  }
  INFO("last wrong one: " << static_cast<std::uint32_t>(wrong));
  CHECK(wrong_count == 0);
}

TEST_CASE("what is not well-formed UTF-8 is refused", "[utf8]") {
  // Unicode 15, table 3-7: what each of its rows leaves out.
  const std::string bytes = GENERATE(as<std::string>(), "\x80", "\xBF", "a\x80",                  // no lead byte
                                     "\xC0\x80", "\xC0\xAF", "\xC1\xBF",                          // overlong in two
                                     "\xE0\x80\x80", "\xE0\x80\xAF", "\xE0\x9F\xBF",              // overlong in three
                                     "\xF0\x80\x80\x80", "\xF0\x80\x80\xAF", "\xF0\x8F\xBF\xBF",  // overlong in four
                                     "\xED\xA0\x80", "\xED\xAF\xBF", "\xED\xB0\x80", "\xED\xBF\xBF",  // surrogates
                                     "\xED\xA0\xBD\xED\xB2\xA9",                                      // a pair of them
                                     "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xF8\x88\x80\x80\x80", "\xFE", "\xFF",
                                     "\xC3", "\xE2\x82", "\xF0\x9F\x8D", "ab\xE2",  // cut short
                                     "\xC3(", "\xC3\xC3\xA9", "\xE2(\xA1", "\xE2\x82(", "\xF0\x9F\x8D(", "\xC3\xA9\xA9",
                                     "fine\xFF"
                                     "fine");
  CHECK_FALSE(code_points(Exact(bytes)));
}

TEST_CASE("as many byte sequences are well formed as there are code points to say", "[utf8]") {
  const auto count_well_formed = [](unsigned lead_from, unsigned lead_to, const std::string& rest) {
    std::size_t count = 0;
    std::string bytes = "\0\0\0"s + rest;
    for (unsigned lead = lead_from; lead <= lead_to; ++lead) {
      for (unsigned tail = 0; tail <= 0xFFFF; ++tail) {
        bytes[0] = static_cast<char>(lead);
        bytes[1] = static_cast<char>(tail >> 8U);
        bytes[2] = static_cast<char>(tail);
        count += code_points(bytes) ? 1 : 0;
      }
    }
    return count;
  };
  CHECK(count_well_formed(0xE0, 0xEF, "") == 0x10000 - 0x800 - 0x800);  // less what is shorter, and the surrogates
  CHECK(count_well_formed(0xF0, 0xFF, "\x80") == 0x100000 / 64);        // the last byte is held still
}

TEST_CASE("ASCII is seven bits", "[utf8]") {
  CHECK(is_ascii(""));
  CHECK(is_ascii(Exact("\0\x01 ~\x7F"s)));
  CHECK_FALSE(is_ascii(Exact("\x80")));
  CHECK_FALSE(is_ascii(Exact("caf\xC3\xA9")));
}

// PropList.txt of Unicode 15: White_Space.
TEST_CASE("white space is what Unicode says it is", "[utf8]") {
  CHECK(all_with(is_white_space) == std::vector<char32_t>{0x09,   0x0A,   0x0B,   0x0C,   0x0D,   0x20,   0x85,
                                                          0xA0,   0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004,
                                                          0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200A, 0x2028,
                                                          0x2029, 0x202F, 0x205F, 0x3000});
}

// DerivedGeneralCategory.txt: 65 of category Cc; PropList.txt: the twelve of Bidi_Control.
TEST_CASE("control characters are Cc, the separators and what turns text around", "[utf8]") {
  std::vector<char32_t> wanted =
      all_with([](char32_t point) { return point <= 0x1F || (point >= 0x7F && point <= 0x9F); });
  CHECK(wanted.size() == 65);
  for (const char32_t point : {0x061C, 0x200E, 0x200F, 0x2028, 0x2029, 0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066,
                               0x2067, 0x2068, 0x2069}) {
    wanted.push_back(point);
  }
  CHECK(all_with(is_control) == wanted);
  CHECK_FALSE(is_control(0x200D));  // the joiner inside an emoji
  CHECK_FALSE(is_control(0x200C));
}
