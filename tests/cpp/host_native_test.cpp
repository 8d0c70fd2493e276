#include "host_native.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "exact.h"
#include "test.h"

using namespace std::string_literals;
using placecard::Exact;
using placecard::NativeHost;

namespace {

struct Text {
  std::string typed;
  std::string result;
};

}  // namespace

// UAX #15, figures 3 to 6.
TEST_CASE("text is composed", "[host]") {
  NativeHost host;
  const auto [typed, result] =
      GENERATE(values<Text>({{"", ""},
                             {"ada", "ada"},
                             {"a\0e\xCC\x81"s, "a\0\xC3\xA9"s},
                             {"A\xCC\x8A", "\xC3\x85"},
                             {"\xE2\x84\xAB", "\xC3\x85"},
                             {"o\xCC\x82\xCC\xA3", "\xE1\xBB\x99"},  // marks in either order
                             {"o\xCC\xA3\xCC\x82", "\xE1\xBB\x99"},
                             {"\xEF\xAC\x81", "\xEF\xAC\x81"},                 // a ligature is not taken apart
                             {"\xE1\x84\x80\xE1\x85\xA1", "\xEA\xB0\x80"}}));  // Hangul
  CHECK(host.nfc(Exact(typed)) == result);
  CHECK(host.nfc(host.nfc(typed)) == result);
}

// CaseFolding.txt, statuses C and F.
TEST_CASE("texts that differ in case only fold to one", "[host]") {
  NativeHost host;
  CHECK(host.fold_case(Exact("ADA\0B"s)) == "ada\0b"s);
  CHECK(host.fold_case("CAF\xC3\x89") == "caf\xC3\xA9");
  CHECK(host.fold_case("CAFE\xCC\x81") == "caf\xC3\xA9");
  CHECK(host.fold_case("STRASSE") == host.fold_case("stra\xC3\x9F"
                                                    "e"));
  CHECK(host.fold_case("\xCE\xA3\xCE\xB1\xCF\x82") == host.fold_case("\xCF\x83\xCE\x91\xCE\xA3"));  // both small sigmas
  CHECK(host.fold_case("I") == "i");                                                                // in Turkey too
}

TEST_CASE("what is not UTF-8 comes back as it is", "[host]") {
  NativeHost host;
  CHECK(host.nfc(Exact("ada\xFF")) == "ada\xFF");
  CHECK(host.fold_case(Exact("\xC3")) == "\xC3");
}

TEST_CASE("random bytes fill the whole span and differ", "[host]") {
  NativeHost host;
  std::array<std::uint8_t, 32> one{};
  std::array<std::uint8_t, 32> other{};
  host.random(one);
  host.random(other);
  CHECK(one != other);
  const std::array<std::uint8_t, 16> untouched{};
  CHECK_FALSE(std::equal(untouched.begin(), untouched.end(), one.begin() + 16));
}

TEST_CASE("the clock counts microseconds since 1970", "[host]") {
  constexpr std::int64_t kIn2024 = 1'704'067'200'000'000;
  constexpr std::int64_t kIn2200 = 7'258'118'400'000'000;
  const std::int64_t now = NativeHost().now_us();
  CHECK(now > kIn2024);
  CHECK(now < kIn2200);
}
