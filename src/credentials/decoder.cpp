#include "credentials/decoder.h"

namespace placecard {

std::span<const std::uint8_t> Decoder::take(std::uint64_t size) {
  if (size > rest_.size()) {
    good_ = false;
    rest_ = {};
    return {};
  }
  const auto taken = rest_.first(static_cast<std::size_t>(size));
  rest_ = rest_.subspan(static_cast<std::size_t>(size));
  return taken;
}

std::uint64_t Decoder::number() {
  std::uint64_t value = 0;
  unsigned shift = 0;
  for (const std::uint8_t each : take(8)) {
    value |= std::uint64_t{each} << shift;
    shift += 8;
  }
  return value;
}

std::uint8_t Decoder::small_number() {
  const std::uint64_t value = number();
  good_ = good_ && value <= 0xFF;
  return static_cast<std::uint8_t>(value);
}

bool Decoder::flag() {
  const std::uint64_t value = number();
  good_ = good_ && value <= 1;
  return value == 1;
}

std::span<const std::uint8_t> Decoder::bytes() { return take(number()); }

std::optional<std::string> Decoder::text() {
  if (!flag()) return std::nullopt;
  const auto value = bytes();
  return std::string(value.begin(), value.end());
}

}  // namespace placecard
