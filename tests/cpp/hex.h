// Bytes as tests write them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace placecard {

inline std::vector<std::uint8_t> from_hex(std::string_view hex) {
  std::vector<std::uint8_t> bytes;
  for (std::size_t at = 0; at + 1 < hex.size(); at += 2) {
    bytes.push_back(static_cast<std::uint8_t>(std::stoi(std::string(hex.substr(at, 2)), nullptr, 16)));
  }
  return bytes;
}

inline std::string to_hex(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (const std::uint8_t each : bytes) {
    hex += kDigits[each >> 4U];
    hex += kDigits[each & 0xFU];
  }
  return hex;
}

}  // namespace placecard
