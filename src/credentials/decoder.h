// Reads back what Encoder wrote (bytes.h), from bytes of any origin. What is short or wrong gives zeros and empty
// values, and done() says so at the end: a reader checks once.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "credentials/bytes.h"

namespace placecard {

class Decoder {
 public:
  // The bytes must outlive it.
  explicit Decoder(std::span<const std::uint8_t> bytes) : rest_(bytes) {}

  std::uint64_t number();
  std::uint8_t small_number();  // at most 255
  bool flag();                  // a number that is 0 or 1
  // Valid as long as the bytes are.
  std::span<const std::uint8_t> bytes();
  std::optional<std::string> text();
  template <std::size_t Size>
  void read(std::array<std::uint8_t, Size>& array) {
    const auto value = bytes();
    good_ = good_ && value.size() == Size;
    if (good_) std::copy(value.begin(), value.end(), array.begin());
  }

  // Whether everything read was there, and nothing else.
  [[nodiscard]] bool done() const { return good_ && rest_.empty(); }
  [[nodiscard]] bool good() const { return good_; }

 private:
  std::span<const std::uint8_t> take(std::uint64_t size);

  std::span<const std::uint8_t> rest_;
  bool good_ = true;
};

}  // namespace placecard
