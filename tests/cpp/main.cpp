#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>

#ifdef __EMSCRIPTEN__
#include <sodium.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace {

// In the module the host gives libsodium its randomness (host_wasm.cpp); here Emscripten's C library does.
const char* implementation_name() { return "test"; }

void random_bytes(void* out, std::size_t size) {
  constexpr std::size_t kMost = 256;  // what getentropy gives at once
  auto* bytes = static_cast<unsigned char*>(out);
  for (std::size_t done = 0; done < size; done += kMost) {
    if (getentropy(bytes + done, std::min(kMost, size - done)) != 0) std::abort();
  }
}

std::uint32_t random_word() {
  std::uint32_t word = 0;
  random_bytes(&word, sizeof(word));
  return word;
}

randombytes_implementation g_randomness = {implementation_name, random_word, nullptr, nullptr, random_bytes, nullptr};

}  // namespace
#endif

int main(int argc, char** argv) {
#ifdef __EMSCRIPTEN__
  randombytes_set_implementation(&g_randomness);
#endif
  return Catch::Session().run(argc, argv);
}
