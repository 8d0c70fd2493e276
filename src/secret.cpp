#include "secret.h"

#include <sodium.h>

#include <array>
#include <cstdint>

namespace placecard {

void wipe(void* data, std::size_t size) { sodium_memzero(data, size); }

// A frame of its own, as deep as anything here that handles secrets: Argon2 with its blocks takes about 8 KiB.
__attribute__((noinline)) void wipe_stack() {
  std::array<std::uint8_t, 32 * std::size_t{1024}> below;  // NOLINT(cppcoreguidelines-pro-type-member-init)
  wipe(below.data(), below.size());
}

}  // namespace placecard
