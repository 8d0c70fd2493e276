// The Host of the WebAssembly module: four functions imported from JavaScript (web/placecard/core.js gives them).
#pragma once

#include "host.h"

namespace placecard {

class WasmHost final : public Host {
 public:
  // Makes JavaScript's randomness libsodium's as well.
  WasmHost();

  std::int64_t now_us() override;
  void random(std::span<std::uint8_t> bytes) override;
  std::string nfc(std::string_view text) override;
  std::string fold_case(std::string_view text) override;
};

}  // namespace placecard
