// Fixed-size public values of the credentials, and the one way they are put next to each other before being hashed or
// authenticated.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace placecard {

using Bytes = std::vector<std::uint8_t>;
using Uid = std::array<std::uint8_t, 16>;        // an account's name for ever; random
using Salt = std::array<std::uint8_t, 16>;       // crypto_pwhash_SALTBYTES
using PublicKey = std::array<std::uint8_t, 32>;  // Ed25519

inline std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// The array, when there are exactly that many bytes.
template <class Array>
std::optional<Array> array_of(std::span<const std::uint8_t> bytes) {
  Array array{};
  if (bytes.size() != array.size()) return std::nullopt;
  std::copy(bytes.begin(), bytes.end(), array.begin());
  return array;
}

// Values in a row, each with its length or of fixed size, so that no two different lists give the same bytes. Numbers
// are little-endian.
class Encoder {
 public:
  // `label` says what the bytes are for: the same values sealed for one purpose never open for another.
  explicit Encoder(std::string_view label) { add(bytes_of(label)); }

  Encoder& add(std::uint64_t number) {
    for (unsigned shift = 0; shift < 64; shift += 8) bytes_.push_back(static_cast<std::uint8_t>(number >> shift));
    return *this;
  }
  Encoder& add(std::span<const std::uint8_t> value) {
    add(std::uint64_t{value.size()});
    bytes_.insert(bytes_.end(), value.begin(), value.end());
    return *this;
  }
  Encoder& add(const std::optional<std::string>& text) {
    add(std::uint64_t{text.has_value()});
    return text ? add(bytes_of(*text)) : *this;
  }

  [[nodiscard]] const Bytes& bytes() const { return bytes_; }

 private:
  Bytes bytes_;
};

}  // namespace placecard
