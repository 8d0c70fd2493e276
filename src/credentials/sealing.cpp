#include "credentials/sealing.h"

#include <sodium.h>

namespace placecard {

namespace {

constexpr std::size_t kNonceSize = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
static_assert(kSealOverhead == kNonceSize + crypto_aead_xchacha20poly1305_ietf_ABYTES);

}  // namespace

bool start_cryptography() { return sodium_init() >= 0; }

Bytes seal(std::span<const std::uint8_t> plaintext, const Bytes& context, const Secret& key, Host& host) {
  Bytes sealed(plaintext.size() + kSealOverhead);
  host.random(std::span(sealed).first(kNonceSize));
  crypto_aead_xchacha20poly1305_ietf_encrypt(sealed.data() + kNonceSize, nullptr, plaintext.data(), plaintext.size(),
                                             context.data(), context.size(), nullptr, sealed.data(), key.data());
  return sealed;
}

std::optional<Secret> open_seal(std::span<const std::uint8_t> sealed, const Bytes& context, const Secret& key) {
  if (sealed.size() < kSealOverhead) return std::nullopt;
  Secret plaintext(sealed.size() - kSealOverhead);
  const int code = crypto_aead_xchacha20poly1305_ietf_decrypt(
      plaintext.data(), nullptr, nullptr, sealed.data() + kNonceSize, sealed.size() - kNonceSize, context.data(),
      context.size(), sealed.data(), key.data());
  if (code != 0) return std::nullopt;
  return plaintext;
}

std::array<std::uint8_t, 32> digest(std::span<const std::uint8_t> bytes) { return digest(bytes, {}); }

std::array<std::uint8_t, 32> digest(std::span<const std::uint8_t> bytes, const Secret& key) {
  std::array<std::uint8_t, 32> hash{};
  crypto_generichash(hash.data(), hash.size(), bytes.data(), bytes.size(), key.data(), key.size());
  return hash;
}

bool equal(std::span<const std::uint8_t> left, std::span<const std::uint8_t> right) {
  return left.size() == right.size() && sodium_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace placecard
