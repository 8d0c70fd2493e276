// The native host's case folding, which is utf8proc's, for the test that compares the browser's with it. Reads texts,
// one a line, and writes the folded form of each. With --all it reads nothing and writes `<code point> <folded>` in
// hexadecimal for every assigned character.

#include <sodium.h>
#include <utf8proc.h>

#include <cstdio>
#include <iostream>
#include <string>
#include <string_view>

#include "host_native.h"

namespace {

std::string utf8(utf8proc_int32_t point) {
  utf8proc_uint8_t bytes[4];
  const auto size = utf8proc_encode_char(point, bytes);
  return {reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)};
}

bool is_assigned(utf8proc_int32_t point) {
  const auto category = utf8proc_category(point);
  return category != UTF8PROC_CATEGORY_CN && category != UTF8PROC_CATEGORY_CS && category != UTF8PROC_CATEGORY_CO;
}

}  // namespace

int main(int count, char** arguments) {
  if (sodium_init() < 0) return 1;
  placecard::NativeHost host;
  if (count > 1 && std::string_view(arguments[1]) == "--all") {
    for (utf8proc_int32_t point = 0; point <= 0x10FFFF; ++point) {
      if (!is_assigned(point)) continue;
      std::printf("%x ", static_cast<unsigned>(point));
      for (const char byte : host.fold_case(utf8(point))) std::printf("%02x", static_cast<unsigned char>(byte));
      std::printf("\n");
    }
    return 0;
  }
  for (std::string line; std::getline(std::cin, line);) std::cout << host.fold_case(line) << '\n';
  return 0;
}
