#include "credentials/signature.h"

#include <sodium.h>

namespace placecard {

namespace {

Secret secret_key_of(const Secret& seed, PublicKey& public_key) {
  Secret secret_key(crypto_sign_SECRETKEYBYTES);
  crypto_sign_seed_keypair(public_key.data(), secret_key.data(), seed.data());
  return secret_key;
}

}  // namespace

PublicKey public_key_of(const Secret& seed) {
  PublicKey public_key{};
  (void)secret_key_of(seed, public_key);
  return public_key;
}

Signature sign(std::span<const std::uint8_t> message, const Secret& seed) {
  PublicKey public_key{};
  const Secret secret_key = secret_key_of(seed, public_key);
  Signature signature{};
  crypto_sign_detached(signature.data(), nullptr, message.data(), message.size(), secret_key.data());
  return signature;
}

bool verify(std::span<const std::uint8_t> message, std::span<const std::uint8_t> signature, const PublicKey& key) {
  return signature.size() == Signature{}.size() &&
         crypto_sign_verify_detached(signature.data(), message.data(), message.size(), key.data()) == 0;
}

Bytes challenge(std::string_view label, std::span<const std::uint8_t> uid, std::span<const std::uint8_t> nonce) {
  Encoder message(label);
  if (!uid.empty()) message.add(uid);
  return message.add(nonce).bytes();
}

}  // namespace placecard
