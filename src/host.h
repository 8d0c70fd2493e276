// The only door out of the core: time, randomness and Unicode come from whoever embeds it. The browser and Node
// answer through host_wasm.cpp, native tests through host_native.cpp, and a test that wants the clock to stand still
// passes a Host of its own.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace placecard {

class Host {
 public:
  virtual ~Host() = default;

  // Microseconds since 1970-01-01T00:00:00Z. May run backwards: people set clocks.
  virtual std::int64_t now_us() = 0;

  // Fills the span with cryptographically secure random bytes; traps when the system has none to give.
  virtual void random(std::span<std::uint8_t> bytes) = 0;

  // Unicode normalisation form C (UAX #15) of well-formed UTF-8.
  virtual std::string nfc(std::string_view text) = 0;

  // A key under which names that differ only in case are equal: full case folding, then NFC. It is stored, so it
  // must not depend on the locale; characters newer than the host's Unicode tables fold to themselves.
  virtual std::string fold_case(std::string_view text) = 0;
};

}  // namespace placecard
