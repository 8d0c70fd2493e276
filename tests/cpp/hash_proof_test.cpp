#include "credentials/hash_proof.h"

#include <array>
#include <string>

#include "credentials/password_hash.h"
#include "credentials/werkzeug.h"
#include "test.h"

using placecard::hash_answer;
using placecard::hash_head;
using placecard::hash_proof;
using placecard::KdfCost;
using placecard::secret_of;

namespace {

constexpr std::array<std::uint8_t, 3> kNonce = {1, 2, 3};
constexpr std::array<std::uint8_t, 3> kOther = {1, 2, 4};

}  // namespace

TEST_CASE("the password of a hash gives the proof the hash gives, and no other does", "[hash_proof]") {
  // From tests/vectors/password_hashes.json and a hash of ours; all of the same password.
  const std::string password = "hunter2";
  const std::string ours = placecard::hash_password(secret_of(password), KdfCost{1, 8192});
  const std::string pbkdf2 =
      "pbkdf2:sha256:1$salt$" +
      std::string(placecard::view_of(*placecard::werkzeug_digest("pbkdf2:sha256:1$salt", secret_of(password))));
  for (const std::string& hash : {ours, pbkdf2}) {
    REQUIRE(placecard::verify_password(hash, secret_of(password)) == placecard::Verdict::right);
    const std::string head(hash_head(hash));
    CHECK(hash.substr(0, head.size()) == head);
    CHECK(head.back() == '$');
    CHECK(hash_proof(head, secret_of(password), kNonce) == hash_answer(hash, kNonce));
    CHECK(hash_proof(head, secret_of(password), kOther) != hash_answer(hash, kNonce));
    CHECK(hash_proof(head, secret_of("hunter3"), kNonce) != hash_answer(hash, kNonce));
  }
}

TEST_CASE("a head never shows the digest", "[hash_proof]") {
  CHECK(hash_head("scrypt:2:1:1$salt$00ff") == "scrypt:2:1:1$salt$");
  CHECK(hash_head("$argon2id$v=19$m=8,t=1,p=1$c2FsdA$aGFzaA") == "$argon2id$v=19$m=8,t=1,p=1$c2FsdA$");
  for (const char* hash : {"", "$", "plain", "plain$", "$digest"}) CHECK(hash_head(hash).empty());
}

TEST_CASE("a head that nothing can be made of here gives no proof", "[hash_proof]") {
  const auto password = secret_of("hunter2");
  const std::string salt = "AAAAAAAAAAAAAAAAAAAAAA";  // 16 bytes
  CHECK(hash_proof("$argon2id$v=19$m=8,t=1,p=1$" + salt + "$", password, kNonce));
  const std::vector<std::string> heads = {std::string{},
                                          std::string("$"),
                                          std::string("md5$salt$"),
                                          std::string("pbkdf2:sha256:1$salt"),
                                          std::string("pbkdf2:sha256:0$salt$"),
                                          std::string("pbkdf2:sha256:1$"),
                                          std::string("$2b$12$"),
                                          "$argon2id$v=19$m=8,t=1,p=4$" + salt + "$",
                                          "$argon2id$v=16$m=8,t=1,p=1$" + salt + "$",
                                          "$argon2id$m=8,t=1,p=1$" + salt + "$",
                                          "$argon2d$v=19$m=8,t=1,p=1$" + salt + "$",
                                          "$argon2id$v=19$m=8,t=1,p=1$" + salt + "AA$",
                                          "$argon2id$v=19$m=8,t=1,p=1$!$",
                                          "$argon2id$v=19$m=8,t=1$" + salt + "$",
                                          "$argon2id$v=19$m=4294967295,t=1,p=1$" + salt + "$",
                                          "$argon2id$v=19$m=1,t=1,p=1$" + salt + "$",
                                          "$argon2i$v=19$m=8,t=1,p=1$" + salt + "$"};
  for (const std::string& head : heads) {
    INFO(head);
    CHECK_FALSE(hash_proof(head, password, kNonce));
  }
}
