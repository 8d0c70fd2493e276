#include "secret.h"

#include <string>

#include "test.h"

using namespace std::string_literals;
using placecard::Secret;
using placecard::secret_of;
using placecard::view_of;
using placecard::wipe;

TEST_CASE("a secret holds every byte of its text", "[secret]") {
  const Secret secret = secret_of("a\0b\xFF"s);
  CHECK(view_of(secret) == "a\0b\xFF"s);
  CHECK(view_of(secret_of("")).empty());
}

TEST_CASE("wiping overwrites what is there and keeps its length", "[secret]") {
  std::string text = "correct horse";
  wipe(text);
  CHECK(text == std::string(13, '\0'));
  wipe(nullptr, 0);
}

TEST_CASE("wiping stops where it is told to", "[secret]") {
  std::string text = "abcdef";
  wipe(text.data() + 1, 3);
  CHECK(text == "a\0\0\0ef"s);
}
