#include "credentials/recovery_code.h"

#include <array>

#include "credentials/sealing.h"

namespace placecard {

namespace {

constexpr std::size_t kBitsSize = 20;
constexpr std::size_t kChecksumBits = 20;
constexpr std::size_t kBitsPerChar = 5;
constexpr std::size_t kChars = (kBitsSize * 8 + kChecksumBits) / kBitsPerChar;
constexpr std::size_t kGroup = 4;
constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

// The bits and then the checksum, as one row of bits.
Secret with_checksum(const Secret& bits) {
  const auto hash = digest(bits);
  Secret all = bits;
  all.insert(all.end(), hash.begin(), hash.begin() + (kChecksumBits + 7) / 8);
  return all;
}

unsigned five_bits(const Secret& row, std::size_t index) {
  unsigned value = 0;
  for (std::size_t bit = index * kBitsPerChar; bit < (index + 1) * kBitsPerChar; ++bit) {
    value = value << 1U | (unsigned{row[bit / 8]} >> (7 - bit % 8) & 1U);
  }
  return value;
}

std::optional<std::uint8_t> value_of(char typed) {
  char each = typed >= 'a' && typed <= 'z' ? static_cast<char>(typed - 'a' + 'A') : typed;
  if (each == 'O') each = '0';
  if (each == 'I' || each == 'L') each = '1';
  const std::size_t at = kAlphabet.find(each);
  return at == std::string_view::npos ? std::nullopt : std::optional(static_cast<std::uint8_t>(at));
}

}  // namespace

RecoveryCode RecoveryCode::make(Host& host) {
  RecoveryCode code{Secret(kBitsSize)};
  host.random(code.bits);
  return code;
}

std::optional<RecoveryCode> RecoveryCode::parse(std::string_view typed) {
  Secret values;
  for (const char each : typed) {
    if (each == '-' || each == ' ') continue;
    const auto value = value_of(each);
    if (!value || values.size() == kChars) return std::nullopt;
    values.push_back(*value);
  }
  if (values.size() != kChars) return std::nullopt;
  RecoveryCode code{Secret(kBitsSize)};
  for (std::size_t bit = 0; bit < kBitsSize * 8; ++bit) {
    const unsigned is_set = unsigned{values[bit / kBitsPerChar]} >> (kBitsPerChar - 1 - bit % kBitsPerChar) & 1U;
    code.bits[bit / 8] = static_cast<std::uint8_t>(code.bits[bit / 8] | is_set << (7 - bit % 8));
  }
  const Secret row = with_checksum(code.bits);
  for (std::size_t index = kBitsSize * 8 / kBitsPerChar; index < kChars; ++index) {
    if (values[index] != five_bits(row, index)) return std::nullopt;
  }
  return code;
}

std::string RecoveryCode::text() const {
  const Secret row = with_checksum(bits);
  std::string text;
  text.reserve(kChars + kChars / kGroup);
  for (std::size_t index = 0; index < kChars; ++index) {
    if (index > 0 && index % kGroup == 0) text += '-';
    text += kAlphabet[five_bits(row, index)];
  }
  return text;
}

}  // namespace placecard
