#include "credentials/password_hash.h"

#include <string>

#include "test.h"

using placecard::hash_password;
using placecard::KdfCost;
using placecard::needs_rehash;
using placecard::secret_of;
using placecard::Verdict;
using placecard::verify_password;

TEST_CASE("a hash is a PHC string that its password verifies", "[password_hash]") {
  const std::string hash = hash_password(secret_of("dinner at eight"), {1, 8192});
  CHECK(hash.rfind("$argon2id$v=19$m=8,t=1,p=1$", 0) == 0);
  CHECK(verify_password(hash, secret_of("dinner at eight")) == Verdict::right);
  CHECK(verify_password(hash, secret_of("dinner at nine")) == Verdict::wrong);
  CHECK(hash != hash_password(secret_of("dinner at eight"), {1, 8192}));
}

TEST_CASE("a hash needs to be made anew below the cost, and when it is another scheme", "[password_hash]") {
  const KdfCost cost{2, 16384};
  CHECK_FALSE(needs_rehash("$argon2id$v=19$m=16,t=2,p=1$c2FsdA$aGFzaA", cost));
  CHECK_FALSE(needs_rehash("$argon2id$v=19$m=17,t=3,p=1$c2FsdA$aGFzaA", cost));
  CHECK(needs_rehash("$argon2id$v=19$m=15,t=2,p=1$c2FsdA$aGFzaA", cost));
  CHECK(needs_rehash("$argon2id$v=19$m=16,t=1,p=1$c2FsdA$aGFzaA", cost));
  CHECK(needs_rehash("$argon2i$v=19$m=16,t=2,p=1$c2FsdA$aGFzaA", cost));
  CHECK(needs_rehash("pbkdf2:sha256:260000$salt$00", cost));
  CHECK(needs_rehash("$argon2id$", cost));
  CHECK(needs_rehash("", cost));
}

// Were any of these tried, the sanitizers' allocator would refuse, or the test never end.
TEST_CASE("what nobody could pay is refused before anything is allocated", "[password_hash]") {
  const auto hash = GENERATE(as<std::string>{},  //
                             "$argon2id$v=19$m=4294967295,t=1,p=1$c29tZXNhbHQ$c29tZXNhbHRzb21lc2FsdA",
                             "$argon2id$v=19$m=1048577,t=1,p=1$c29tZXNhbHQ$c29tZXNhbHRzb21lc2FsdA",
                             "$argon2id$v=19$m=1048576,t=5,p=1$c29tZXNhbHQ$c29tZXNhbHRzb21lc2FsdA",
                             "$argon2id$v=19$m=8,t=4294967295,p=1$c29tZXNhbHQ$c29tZXNhbHRzb21lc2FsdA",
                             "$argon2id$v=19$m=18446744073709551615,t=18446744073709551615,p=1$c29tZXNhbHQ$c29tZXM",
                             "$argon2id$v=19$m=99999999999999999999,t=1,p=1$c29tZXNhbHQ$c29tZXNhbHRzb21lc2FsdA",
                             "pbkdf2:sha256:10000001$salt$00", "pbkdf2:sha256:18446744073709551616$salt$00",
                             "scrypt:4194304:8:1$salt$00", "scrypt:9223372036854775808:8:1$salt$00",
                             "scrypt:16384:65:1$salt$00", "scrypt:16384:8:17$salt$00", "scrypt:262144:64:1$salt$00");
  INFO(hash);
  CHECK(verify_password(hash, secret_of("dinner at eight")) == Verdict::unsupported);
}

TEST_CASE("another scheme or a malformed hash is unsupported", "[password_hash]") {
  const auto hash =
      GENERATE(as<std::string>{}, "", "x", "$", "$$", "$argon2", "$argon2id$", "$argon2id$v=19$", "$argon2id$v=19$m=8",
               "$argon2d$v=19$m=8,t=1,p=1$c29tZXNhbHQ$c29tZXNhbHQ",
               "$2b$12$KIXQJ1rKqvYV8m1b2u3Ewe0eY8c9Jx5mQ6v1Zp7S3y2Lh4Qn0aBcW", "plain$salt$hash", "sha256$salt$00",
               "md5$salt$00", "pbkdf2:sha256$salt$00", "pbkdf2:md5:1$salt$00", "pbkdf2:sha256:0$salt$00",
               "pbkdf2:sha256:-1$salt$00", "pbkdf2:sha256:1:1$salt$00", "pbkdf2:sha256:1$salt",
               "pbkdf2:sha256:1$salt$00$00", "scrypt:1:1:1$s$00", "scrypt:3:1:1$s$00", "scrypt:0:8:1$s$00",
               "scrypt:16:0:1$s$00", "scrypt:16:1:0$s$00", "scrypt$s$00", "scrypt:16:1$s$00");
  INFO(hash);
  CHECK(verify_password(hash, secret_of("dinner at eight")) == Verdict::unsupported);
}

TEST_CASE("a Werkzeug digest that is cut, longer or in capitals is wrong", "[password_hash]") {
  const std::string right = "pbkdf2:sha1:1$salt$0c60c80f961f0e71f3a9b524af6012062fe037a6";  // RFC 6070
  REQUIRE(verify_password(right, secret_of("password")) == Verdict::right);
  CHECK(verify_password(right.substr(0, right.size() - 1), secret_of("password")) == Verdict::wrong);
  CHECK(verify_password(right + "0", secret_of("password")) == Verdict::wrong);
  CHECK(verify_password("pbkdf2:sha1:1$salt$0C60C80F961F0E71F3A9B524AF6012062FE037A6", secret_of("password")) ==
        Verdict::wrong);
  CHECK(verify_password("pbkdf2:sha1:1$salt$", secret_of("password")) == Verdict::wrong);
}
