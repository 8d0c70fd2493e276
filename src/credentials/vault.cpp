#include "credentials/vault.h"

namespace placecard {

Vault Vault::make(Host& host) {
  Vault vault{Secret(kKeySize), Secret(kKeySize)};
  host.random(vault.key);
  host.random(vault.identity_seed);
  return vault;
}

Secret Vault::packed() const {
  Secret packed = key;
  packed.insert(packed.end(), identity_seed.begin(), identity_seed.end());
  return packed;
}

std::optional<Vault> Vault::unpacked(const Secret& packed) {
  if (packed.size() != 2 * kKeySize) return std::nullopt;
  const auto middle = packed.begin() + kKeySize;
  return Vault{Secret(packed.begin(), middle), Secret(middle, packed.end())};
}

PublicKey Vault::identity_key() const { return public_key_of(identity_seed); }

}  // namespace placecard
