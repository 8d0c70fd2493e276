#include "credentials/recovery_code.h"

#include <string>

#include "test.h"
#include "test_host.h"

using placecard::RecoveryCode;
using placecard::TestHost;

namespace {

constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

// What a reader may have meant by a character.
char meant(char typed) {
  if (typed >= 'a' && typed <= 'z') typed = static_cast<char>(typed - 'a' + 'A');
  if (typed == 'O') return '0';
  return typed == 'I' || typed == 'L' ? '1' : typed;
}

}  // namespace

TEST_CASE("a code is nine groups of four that read back as the same bits", "[recovery_code]") {
  TestHost host;
  for (int round = 0; round < 50; ++round) {
    const RecoveryCode code = RecoveryCode::make(host);
    const std::string text = code.text();
    REQUIRE(text.size() == 44);
    for (std::size_t at = 0; at < text.size(); ++at) {
      if (at % 5 == 4) {
        CHECK(text[at] == '-');
      } else {
        CHECK(kAlphabet.find(text[at]) != std::string_view::npos);
      }
    }
    CHECK(RecoveryCode::parse(text)->bits == code.bits);
  }
}

TEST_CASE("all bits clear and all bits set are Crockford's 0 and Z", "[recovery_code]") {
  CHECK(RecoveryCode{placecard::Secret(20, 0)}.text().substr(0, 39) == "0000-0000-0000-0000-0000-0000-0000-0000");
  CHECK(RecoveryCode{placecard::Secret(20, 0xFF)}.text().substr(0, 39) == "ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ");
}

TEST_CASE("a code is read in any case, with or without dashes and blanks, and with I, L and O", "[recovery_code]") {
  TestHost host;
  for (int round = 0; round < 20; ++round) {
    const RecoveryCode code = RecoveryCode::make(host);
    std::string lower;
    std::string bare;
    std::string misread;
    for (const char each : code.text()) {
      lower += each >= 'A' && each <= 'Z' ? static_cast<char>(each - 'A' + 'a') : each;
      if (each != '-') bare += each;
      misread += each == '0' ? 'o' : each == '1' ? (round % 2 == 0 ? 'l' : 'I') : each;
    }
    for (const std::string& typed : {lower, bare, misread, " " + bare + "  ", "--" + bare + "-"}) {
      INFO(typed);
      const auto parsed = RecoveryCode::parse(typed);
      REQUIRE(parsed);
      CHECK(parsed->bits == code.bits);
    }
  }
}

TEST_CASE("every slip of a single character is caught, or reads the same", "[recovery_code]") {
  TestHost host;
  const RecoveryCode code = RecoveryCode::make(host);
  const std::string text = code.text();
  int passed = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '-') continue;
    for (int byte = 0; byte < 256; ++byte) {
      std::string typed = text;
      typed[at] = static_cast<char>(byte);
      const auto parsed = RecoveryCode::parse(typed);
      if (meant(typed[at]) == text[at]) {
        REQUIRE(parsed);
        CHECK(parsed->bits == code.bits);
      } else if (parsed) {
        ++passed;  // a checksum of 20 bits lets one in a million slips pass
      }
    }
    CHECK_FALSE(RecoveryCode::parse(text.substr(0, at) + text.substr(at + 1)));
    CHECK_FALSE(RecoveryCode::parse(text.substr(0, at) + "0" + text.substr(at)));
  }
  CHECK(passed == 0);
}

TEST_CASE("what is no code is refused", "[recovery_code]") {
  const auto typed = GENERATE(as<std::string>{}, "", "-", "code", "UUUU-UUUU-UUUU-UUUU-UUUU-UUUU-UUUU-UUUU-UUUU",
                              "0000-0000-0000-0000-0000-0000-0000-0000", "0000-0000-0000-0000-0000-0000-0000-0000-0000",
                              std::string(1000, '0'), std::string(36, '\xFF'));
  CHECK_FALSE(RecoveryCode::parse(typed));
}
