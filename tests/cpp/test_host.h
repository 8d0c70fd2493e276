// A host whose clock stands where the test puts it and whose randomness is counted, not drawn.
#pragma once

#include <cstdint>
#include <string>

#include "host.h"

namespace placecard {

class TestHost : public Host {
 public:
  // Hosts with different seeds draw different bytes.
  explicit TestHost(std::uint64_t seed = 1) : state_(seed) {}

  std::int64_t now = 1'763'800'839'855'342;  // 2025-11-22 08:40:39.855342

  std::int64_t now_us() override { return now; }

  // A different byte each time; enough to tell salts and keys apart, and the same in every run.
  void random(std::span<std::uint8_t> bytes) override {
    for (std::uint8_t& each : bytes) {
      state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
      each = static_cast<std::uint8_t>(state_ >> 56U);
    }
  }

  // ASCII, and the two pairs the tests use: a full implementation is the platform's business (host_native.cpp).
  std::string nfc(std::string_view text) override { return replaced(text, "e\xCC\x81", "\xC3\xA9"); }
  std::string fold_case(std::string_view text) override {
    std::string folded = replaced(nfc(text), "\xC3\x89", "\xC3\xA9");
    for (char& each : folded) {
      if (each >= 'A' && each <= 'Z') each = static_cast<char>(each - 'A' + 'a');
    }
    return folded;
  }

 private:
  static std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
    std::string result;
    for (std::size_t at; (at = text.find(from)) != std::string_view::npos; text.remove_prefix(at + from.size())) {
      result.append(text.substr(0, at)).append(to);
    }
    result.append(text);
    return result;
  }

  std::uint64_t state_;
};

}  // namespace placecard
