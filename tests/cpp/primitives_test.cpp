// The primitives, against answers published by others: each vector carries its source.
#include <sodium.h>

#include "credentials/kdf.h"
#include "credentials/password_hash.h"
#include "credentials/sealing.h"
#include "credentials/vault.h"
#include "hex.h"
#include "test.h"

using namespace std::string_literals;
using placecard::bytes_of;
using placecard::digest;
using placecard::from_hex;
using placecard::KeyContext;
using placecard::Secret;
using placecard::secret_of;
using placecard::to_hex;
using placecard::Verdict;
using placecard::verify_password;

namespace {

Secret secret_from_hex(std::string_view hex) {
  const auto bytes = from_hex(hex);
  return {bytes.begin(), bytes.end()};
}

Verdict verdict(const std::string& hash, const std::string& password) {
  return verify_password(hash, secret_of(password));
}

}  // namespace

// RFC 9106's own vectors have a secret and associated data, which libsodium does not take. These are the reference
// implementation's (github.com/P-H-C/phc-winner-argon2, src/test.c).
TEST_CASE("Argon2id and Argon2i give the reference implementation's answers", "[primitives]") {
  struct Row {
    const char* hash;
    const char* password;
  };
  const auto row = GENERATE(values<Row>({
      {"$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", "password"},
      {"$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4", "password"},
      {"$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc", "password"},
      {"$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA", "password"},
      {"$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8", "password"},
      {"$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$FK6NoBr+qHAMI1jc73xTWNkCEoK9iGY6RWL1n7dNIu4", "differentpassword"},
  }));
  INFO(row.hash);
  CHECK(verdict(row.hash, row.password) == Verdict::right);
  CHECK(verdict(row.hash, "passwore") == Verdict::wrong);
}

// Recorded from argon2-cffi 21.1 over Debian's libargon2.
TEST_CASE("Argon2 hashes made by argon2-cffi verify", "[primitives]") {
  struct Row {
    std::string hash;
    std::string password;
  };
  const auto row = GENERATE(values<Row>({
      {"$argon2id$v=19$m=8192,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$r5BIOdg5nXXoicuszPD0tA", "dinner at eight"},
      {"$argon2id$v=19$m=8192,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$pfzq4215SqZTGlMS2nUgxw", "nul\0inside"s},
      {"$argon2id$v=19$m=8192,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$FiQJDIwP7vwwQTfnPvVDtgLiPMZkI8DZXyYNHEKd8ms", ""},
      {"$argon2id$v=19$m=8192,t=1,p=4$MDEyMzQ1Njc4OWFiY2RlZg$LtcJNE+ssCCWEfWTWdmV1owXr2m13eJ/rBLAzfZ4ILk",
       "dinner at eight"},
      {"$argon2id$v=19$m=8192,t=3,p=4$MDEyMzQ1Njc4OWFiY2RlZg$WAV8ny5LG+9I+9fmOWQn7ZnN3BCdiXXo2GNW+8ukPho",
       "na\xC3\xAFve \xE2\x98\x83 \xF0\x9F\x8D\x9D"},
      {"$argon2i$v=19$m=8192,t=1,p=4$MDEyMzQ1Njc4OWFiY2RlZg$w7dTkg7FG4wavHPkOruuU+sEq6n5UnwMbZ4xv0XnvD8",
       "dinner at eight"},
      {"$argon2i$v=19$m=8192,t=3,p=4$MDEyMzQ1Njc4OWFiY2RlZg$EONw1P4RwHlvHYH3MkN3MA", "nul\0inside"s},
  }));
  INFO(row.hash);
  CHECK(verdict(row.hash, row.password) == Verdict::right);
  CHECK(verdict(row.hash, row.password + "x") == Verdict::wrong);
}

TEST_CASE("a root is what argon2-cffi derives", "[primitives]") {
  // argon2.low_level.hash_secret_raw(b"password", bytes(range(16)), 1, 8, 1, 32, Type.ID)
  placecard::Salt salt{};
  for (std::size_t at = 0; at < salt.size(); ++at) salt[at] = static_cast<std::uint8_t>(at);
  const Secret root = placecard::derive_root(secret_of("password"), salt, {1, 8192});
  CHECK(to_hex(root) == "3a008963c65f7ffa7331a90babd1fd17ea9f03bd05356b857ceb43f7b7080adc");
}

TEST_CASE("XChaCha20-Poly1305 opens draft-irtf-cfrg-xchacha-03 A.3.1", "[primitives]") {
  const auto sealed = from_hex(
      "404142434445464748494a4b4c4d4e4f5051525354555657"
      "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216"
      "cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff921f9664c97637da9768812f615c68b13"
      "b52e"
      "c0875924c1c7987947deafd8780acf49");
  const auto context = from_hex("50515253c0c1c2c3c4c5c6c7");
  const Secret key = secret_from_hex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f");
  const auto opened = placecard::open_seal(sealed, context, key);
  REQUIRE(opened);
  CHECK(placecard::view_of(*opened) ==
        "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would "
        "be it.");
}

TEST_CASE("BLAKE2b gives RFC 7693 appendix A", "[primitives]") {
  std::array<std::uint8_t, 64> hash{};
  crypto_generichash(hash.data(), hash.size(), bytes_of("abc").data(), 3, nullptr, 0);
  CHECK(
      to_hex(hash) ==
      "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d17d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925a"
      "b92386edd4009923");
}

// CPython's hashlib.blake2b with digest_size=32, and with key=bytes(range(32)).
TEST_CASE("digests are BLAKE2b-256, keyed when there is a key", "[primitives]") {
  const Secret key = secret_from_hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
  CHECK(to_hex(digest(bytes_of("abc"))) == "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
  CHECK(to_hex(digest(bytes_of("abc"), key)) == "d63a32d3e44738d7907f964316c241adaba0abfeabc32349677578a15a203f7f");
}

// CPython's hashlib.blake2b(b"", digest_size=32, key=bytes(range(32)), salt=number, person=context), which is how
// doc.libsodium.org/key_derivation describes crypto_kdf.
TEST_CASE("subkeys are crypto_kdf's", "[primitives]") {
  const Secret key = secret_from_hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
  const auto subkey = [&key](KeyContext context, std::uint64_t number) {
    return to_hex(placecard::derive_subkey(key, context, number));
  };
  CHECK(subkey(KeyContext::root, 1) == "3ee621c13e418de5947fb5a8b0f30eaf829ddc4b192f4acd3d9470f4ec83e6d6");
  CHECK(subkey(KeyContext::root, 2) == "80a6c0aeed55e74cef1c3dfc0365a76c5c467b9fc0a397ffeaba1e5a3c21d2a7");
  CHECK(subkey(KeyContext::root, 3) == "1da0854cd1fa87ec2992b9ad1fdf50850f222bcbd5182f35b159c3e1acd39824");
  CHECK(subkey(KeyContext::vault, 1) == "dd6746171d5fafd461720df45a785bf2c419c6a2b087788301233cc22ce12774");
  CHECK(subkey(KeyContext::vault, 2) == "109352de11a68a8a8f81d452d9777a34c1e2b223d6bbc589acf2c93c2470b3e9");
  CHECK(subkey(KeyContext::vault, 3) == "b522e4335b60967fd973032069c2c3f2de08843b16fcafc7a79b3b038b9b4fd1");
}

TEST_CASE("public keys are RFC 8032 section 7.1's", "[primitives]") {
  const auto public_key = [](std::string_view seed) { return to_hex(placecard::public_key_of(secret_from_hex(seed))); };
  CHECK(public_key("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60") ==
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  CHECK(public_key("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb") ==
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  CHECK(public_key("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7") ==
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025");
}

TEST_CASE("PBKDF2 gives the published answers", "[primitives]") {
  // RFC 6070
  CHECK(verdict("pbkdf2:sha1:1$salt$0c60c80f961f0e71f3a9b524af6012062fe037a6", "password") == Verdict::right);
  CHECK(verdict("pbkdf2:sha1:2$salt$ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957", "password") == Verdict::right);
  CHECK(verdict("pbkdf2:sha1:4096$salt$4b007901b765489abead49d926f721d065a429c1", "password") == Verdict::right);
  // RFC 7914 section 11, of which Werkzeug takes the first 32 bytes
  CHECK(verdict("pbkdf2:sha256:1$salt$55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc", "passwd") ==
        Verdict::right);
  CHECK(verdict("pbkdf2:sha256:80000$NaCl$4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56",
                "Password") == Verdict::right);
  // CPython, Lib/test/test_hashlib.py
  CHECK(verdict("pbkdf2:sha512:1$salt$867f70cf1ade02cff3752599a3a53dc4af34c7a669815ae5d513554e1c8cf252"
                "c02d470a285a0501bad999bfe943c08f050235d7d68b1da55e63f73b60a57fce",
                "password") == Verdict::right);
  CHECK(verdict("pbkdf2:sha512:2$salt$e1d9c16aa681708a45f5c7c4e215ceb66e011a2e9f0040713f18aefdb866d53c"
                "f76cab2868a39b9f7840edce4fef5a82be67335c77a6068e04112754f27ccf4e",
                "password") == Verdict::right);
}

TEST_CASE("scrypt gives RFC 7914 section 12", "[primitives]") {
  CHECK(verdict("scrypt:16:1:1$$77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
                "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906",
                "") == Verdict::right);
  CHECK(verdict("scrypt:1024:8:16$NaCl$fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
                "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640",
                "password") == Verdict::right);
  CHECK(verdict("scrypt:16384:8:1$SodiumChloride$7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
                "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887",
                "pleaseletmein") == Verdict::right);
}
