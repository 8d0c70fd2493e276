// The Host of native programs: the system's clock and randomness, Unicode from utf8proc.
#pragma once

#include "host.h"

namespace placecard {

class NativeHost : public Host {
 public:
  std::int64_t now_us() override;
  void random(std::span<std::uint8_t> bytes) override;
  std::string nfc(std::string_view text) override;
  std::string fold_case(std::string_view text) override;
};

}  // namespace placecard
