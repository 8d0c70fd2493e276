// What a log-in opens: the keys that belong to an account for as long as it lives, whatever its password.
#pragma once

#include "credentials/bytes.h"
#include "credentials/kdf.h"
#include "credentials/sealing.h"
#include "credentials/signature.h"
#include "host.h"
#include "secret.h"

namespace placecard {

inline constexpr std::size_t kSealedVaultSize = 2 * kKeySize + kSealOverhead;  // in a key slot

struct Vault {
  Secret key;            // 32 bytes; every key for the account's data comes from it
  Secret identity_seed;  // 32 bytes; Ed25519, signs what the account does towards a server

  static Vault make(Host& host);

  // What lies in a key slot. Nothing when the size is wrong.
  [[nodiscard]] Secret packed() const;
  static std::optional<Vault> unpacked(const Secret& packed);

  [[nodiscard]] PublicKey identity_key() const;
  [[nodiscard]] Secret row_key() const { return derive_subkey(key, KeyContext::vault, 1); }
  [[nodiscard]] Secret data_key() const { return derive_subkey(key, KeyContext::vault, 2); }
  [[nodiscard]] Secret data_name_key() const { return derive_subkey(key, KeyContext::vault, 3); }
};

}  // namespace placecard
