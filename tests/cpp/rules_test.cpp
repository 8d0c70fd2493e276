#include "rules.h"

#include <string>

#include "exact.h"
#include "test.h"
#include "test_host.h"

using namespace std::string_literals;
using placecard::check_email;
using placecard::check_password;
using placecard::check_username;
using placecard::email_key;
using placecard::Error;
using placecard::Exact;
using placecard::is_common_password;
using placecard::password_bytes;
using placecard::PasswordPolicy;
using placecard::Result;
using placecard::Secret;
using placecard::TestHost;
using placecard::username_key;
using placecard::view_of;

namespace {

const std::string kPlate = "\xF0\x9F\x8D\xBD";  // U+1F37D

struct Refused {
  std::string typed;
  Error error;
};

std::string repeated(const std::string& text, std::size_t times) {
  std::string result;
  for (std::size_t index = 0; index < times; ++index) result += text;
  return result;
}

// As if for Ada, under the rules that hold by default.
Result<Secret> checked(std::string_view password, std::string_view username = "ada",
                       std::string_view email = "ada@example.com", PasswordPolicy policy = {}) {
  TestHost host;
  return check_password(Exact(password), username, email, policy, host);
}

}  // namespace

TEST_CASE("a username is kept as it was typed", "[rules]") {
  TestHost host;
  const std::string typed =
      GENERATE(as<std::string>(), "a", "Ada", "o'brien\"; --", "Robert'); DROP TABLE user;--", "two words", "%", "_",
               "ada@example.com", "null", "0", "\xE6\xB8\xA9\xE5\xAE\xB4", "\xD7\x90\xD7\x91", "caf\xC3\xA9",
               "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7");  // woman, joiner, girl: one picture
  const Result<std::string> username = check_username(Exact(typed), host);
  REQUIRE(username);
  CHECK(*username == typed);
}

TEST_CASE("a username is refused with the reason", "[rules]") {
  TestHost host;
  const auto [typed, error] = GENERATE(values<Refused>({{"", Error::username_required},
                                                        {" ", Error::username_invalid},
                                                        {" ada", Error::username_invalid},
                                                        {"ada ", Error::username_invalid},
                                                        {"ada\n", Error::username_invalid},
                                                        {"\tada", Error::username_invalid},
                                                        {"a\nda", Error::username_invalid},
                                                        {"\0"s, Error::username_invalid},
                                                        {"ada\0"s, Error::username_invalid},
                                                        {"a\0da"s, Error::username_invalid},
                                                        {"ada\x7F", Error::username_invalid},
                                                        {"ada\xC2\x85", Error::username_invalid},  // NEL
                                                        {"ada\xC2\xA0", Error::username_invalid},  // NBSP
                                                        {"\xE3\x80\x80"
                                                         "ada",
                                                         Error::username_invalid},  // U+3000
                                                        {"ada\xE3\x80\x80", Error::username_invalid},
                                                        {"a\xE2\x80\xA8"
                                                         "da",
                                                         Error::username_invalid},  // U+2028
                                                        {"\xE2\x80\xAE"
                                                         "ada",
                                                         Error::username_invalid},  // RTL override
                                                        {"a\xE2\x80\xAE"
                                                         "da",
                                                         Error::username_invalid},
                                                        {"a\xE2\x81\xA6"
                                                         "da",
                                                         Error::username_invalid},  // isolate
                                                        {"ada\xFF", Error::username_invalid},
                                                        {"ada\xC3", Error::username_invalid},
                                                        {"\xC0\x80", Error::username_invalid},
                                                        {"\xED\xA0\x80", Error::username_invalid}}));
  INFO(Catch::Detail::stringify(typed));
  CHECK(check_username(Exact(typed), host).error() == error);
}

TEST_CASE("a username has at most 64 code points, whatever their bytes", "[rules]") {
  TestHost host;
  const std::string one = GENERATE(as<std::string>(), "x", "\xC3\xA9", "\xE6\xB8\xA9", "\xF0\x9F\x8D\xBD");
  CHECK(check_username(repeated(one, 64), host).ok());
  CHECK(check_username(repeated(one, 65), host).error() == Error::username_too_long);
}

TEST_CASE("a username is counted and stored composed", "[rules]") {
  TestHost host;
  const Result<std::string> username = check_username(Exact("cafe\xCC\x81"), host);
  REQUIRE(username);
  CHECK(*username == "caf\xC3\xA9");
  CHECK(check_username(repeated("e\xCC\x81", 64), host).ok());
  CHECK(check_username(repeated("e\xCC\x81", 65), host).error() == Error::username_too_long);
}

TEST_CASE("an e-mail address of the browsers' grammar is taken", "[rules]") {
  const std::string typed = GENERATE(as<std::string>(), "a@b", "ada@example.com", "Ada.Lovelace@example.com",
                                     "o'brien@example.ie", "a!#$%&'*+/=?^_`{|}~-.z@b.c", "..@b", ".a.@b", "1@2",
                                     "ada@a-b.c--d", "ada@127.0.0.1", "a@xn--bcher-kva");
  const Result<std::string> email = check_email(Exact(typed));
  REQUIRE(email);
  CHECK(*email == typed);
}

TEST_CASE("an e-mail address outside the browsers' grammar is refused", "[rules]") {
  const std::string typed = GENERATE(
      as<std::string>(), "@", "ada", "ada@", "@example.com", "ada@@example.com", "ada@exa@mple.com", "ada@.com",
      "ada@com.", "ada@example..com", "ada@-example.com", "ada@example-.com", "ada@example.-com", "ada@example.com-",
      "ada@exam_ple.com", " ada@example.com", "ada@example.com ", "ada @example.com", "ada@example.com\n",
      "\"ada\"@example.com", "ada(home)@example.com", "ada,bob@example.com", "ada@[127.0.0.1]", "ada<@example.com",
      "ad\\a@example.com", "\xC3\xA9@example.com", "ada@ex\xC3\xA4mple.com", "ada@example.com\x7F");
  CHECK(check_email(Exact(typed)).error() == Error::email_invalid);
}

TEST_CASE("an empty e-mail address is missed, one with NUL refused", "[rules]") {
  CHECK(check_email("").error() == Error::email_required);
  CHECK(check_email(Exact("a\0da@example.com"s)).error() == Error::email_invalid);
  CHECK(check_email(Exact("ada@example.com\0"s)).error() == Error::email_invalid);
}

// RFC 1034 section 3.5.
TEST_CASE("a label of a domain has at most 63 characters", "[rules]") {
  const std::string place = GENERATE(as<std::string>(), "ada@L", "ada@L.com", "ada@mail.L", "ada@a.L.c");
  const std::size_t at = place.find('L');
  CHECK(check_email(std::string(place).replace(at, 1, 63, 'x')).ok());
  CHECK(check_email(std::string(place).replace(at, 1, 64, 'x')).error() == Error::email_invalid);
}

TEST_CASE("an e-mail address has at most 120 characters", "[rules]") {
  const std::string domain = "@example.com";
  CHECK(check_email(std::string(120 - domain.size(), 'a') + domain).ok());
  CHECK(check_email(std::string(121 - domain.size(), 'a') + domain).error() == Error::email_too_long);
}

TEST_CASE("an e-mail address keeps its local part and gets its domain in lower case", "[rules]") {
  CHECK(*check_email("Ada.L@EXAMPLE.Com") == "Ada.L@example.com");
  CHECK(email_key("Ada.L@EXAMPLE.Com") == "Ada.L@example.com");
  CHECK(email_key("\"a@B\"@C.D") == "\"a@B\"@c.d");  // an imported one may hold two
  CHECK(email_key("ADA") == "ADA");
  CHECK(email_key("") == "");
}

TEST_CASE("usernames that differ in case only have one key", "[rules]") {
  TestHost host;
  CHECK(username_key("ADA", host) == "ada");
  CHECK(username_key("Caf\xC3\xA9", host) == username_key("CAF\xC3\x89", host));
  CHECK(username_key("cafe\xCC\x81", host) == username_key("caf\xC3\xA9", host));
  CHECK(username_key("ada1", host) != username_key("ada2", host));
}

TEST_CASE("a password is kept as it was typed", "[rules]") {
  const std::string typed = GENERATE(as<std::string>(), "correct horse", "  leading blanks kept", "trailing too  ",
                                     "        ", "\ttab and\nnewline", "\xE3\x80\x80\xE3\x80\x80 wide blanks",
                                     "o'brien\"; --", "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7 family");
  const Result<Secret> password = checked(typed);
  REQUIRE(password);
  CHECK(view_of(*password) == typed);
}

TEST_CASE("a password may hold NUL and what follows it counts", "[rules]") {
  const Result<Secret> password = checked("abcd\0efgh"s);
  REQUIRE(password);
  CHECK(view_of(*password) == "abcd\0efgh"s);
}

TEST_CASE("a password's length is counted in code points", "[rules]") {
  const std::string one = GENERATE(as<std::string>(), "x", "\xC3\xA9", "\xE6\xB8\xA9", "\xF0\x9F\x8D\xBD", "e\xCC\x81");
  // "x" eight times over is no password at all, so the last of them differs.
  CHECK(checked(repeated(one, 6) + "q").error() == Error::password_too_short);
  CHECK(checked(repeated(one, 7) + "q").ok());
  CHECK(checked(repeated(one, 14), "ada", "a@b", PasswordPolicy{15}).error() == Error::password_too_short);
  CHECK(checked(repeated(one, 15), "ada", "a@b", PasswordPolicy{15}).ok());
}

TEST_CASE("a password has at most 1024 bytes and is never cut", "[rules]") {
  CHECK(view_of(*checked(std::string(1024, 'x'))) == std::string(1024, 'x'));
  CHECK(checked(std::string(1025, 'x')).error() == Error::password_too_long);
  CHECK(checked(repeated(kPlate, 256)).ok());
  CHECK(checked(repeated(kPlate, 256) + "x").error() == Error::password_too_long);
}

TEST_CASE("an empty password is missed, one that is not text refused", "[rules]") {
  CHECK(checked("").error() == Error::password_required);
  CHECK(checked("long enough\xFF").error() == Error::password_invalid);
  CHECK(checked("long enough\xED\xA0\x80").error() == Error::password_invalid);
}

TEST_CASE("a password typed composed and decomposed is one password", "[rules]") {
  TestHost host;
  const Result<Secret> composed = password_bytes(Exact("caf\xC3\xA9 au lait"), host);
  const Result<Secret> decomposed = password_bytes(Exact("cafe\xCC\x81 au lait"), host);
  REQUIRE(composed);
  REQUIRE(decomposed);
  CHECK(*composed == *decomposed);
  CHECK(password_bytes(std::string(1025, 'x'), host).error() == Error::password_too_long);
  CHECK(password_bytes(Exact("\xC3"), host).error() == Error::password_invalid);
  CHECK(password_bytes("", host).ok());  // log-in checks it like any other wrong one
}

TEST_CASE("a common password is refused in any case", "[rules]") {
  const std::string typed = GENERATE(as<std::string>(), "password", "PASSWORD", "PassWord", "12345678", "iloveyou",
                                     "Yankees1", "0.0.0.000", "zxcvbnm1");
  CHECK(is_common_password(Exact(typed)));
  CHECK(checked(typed).error() == Error::password_too_common);
}

TEST_CASE("a password is not common for holding a common one", "[rules]") {
  const std::string typed = GENERATE(as<std::string>(), "password but longer", "passwor", "assword", "\npassword",
                                     "password\n", "password\n12345678", "", "\n", "twenty characters or more");
  CHECK_FALSE(is_common_password(Exact(typed)));
}

TEST_CASE("a password that is the username or the e-mail address is refused in any case", "[rules]") {
  CHECK(checked("ada lovelace", "ada lovelace").error() == Error::password_same_as_login);
  CHECK(checked("Ada LOVELACE", "ada lovelace").error() == Error::password_same_as_login);
  CHECK(checked("ada lovelace", "ADA Lovelace").error() == Error::password_same_as_login);
  CHECK(checked("ADA@example.com").error() == Error::password_same_as_login);
  CHECK(checked("ada@example.com", "ada", "Ada@Example.COM").error() == Error::password_same_as_login);
  CHECK(checked("ada lovelace 1815", "ada lovelace").ok());
}

TEST_CASE("a password that is the username in another spelling of Unicode is refused", "[rules]") {
  const std::string password =
      GENERATE(as<std::string>(), "caf\xC3\xA9 owner", "cafe\xCC\x81 owner", "CAF\xC3\x89 OWNER");
  const std::string username =
      GENERATE(as<std::string>(), "caf\xC3\xA9 owner", "cafe\xCC\x81 owner", "CAF\xC3\x89 Owner");
  CHECK(checked(password, username).error() == Error::password_same_as_login);
}

TEST_CASE("a password beside a username that is not text is judged on its own", "[rules]") {
  CHECK(checked("correct horse", "\xFF\xFE", "\xFF").ok());
}
