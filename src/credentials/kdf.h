// From a password to keys.
//
//   password --Argon2id(salt, cost)--> root --crypto_kdf--> 1 wrapping key   seals the vault in a key slot
//                                                           2 log-in seed    Ed25519, proves the password to a server
//                                                           3 commitment key ties a slot to this one root
//
// Argon2id is RFC 9106 as libsodium has it (one lane); crypto_kdf is BLAKE2b (doc.libsodium.org/key_derivation).
#pragma once

#include <cstdint>
#include <span>

#include "credentials/bytes.h"
#include "result.h"
#include "secret.h"

namespace placecard {

// What one guess costs. The default is libsodium's INTERACTIVE; the floor is OWASP's and RFC 9106's smallest
// recommended setting.
struct KdfCost {
  static constexpr std::uint64_t kMinMemory = 19'456 * std::uint64_t{1024};
  static constexpr std::uint64_t kMaxMemory = 256 * std::uint64_t{1024} * 1024;
  static constexpr std::uint64_t kMinPasses = 2;
  static constexpr std::uint64_t kMaxPasses = 16;

  std::uint64_t passes = 2;
  std::uint64_t memory = 64 * std::uint64_t{1024} * 1024;  // bytes

  // Costs read from a file are somebody else's numbers: beyond these nobody here has ever written one.
  [[nodiscard]] bool sane() const {
    return passes >= 1 && passes <= kMaxPasses && memory >= 8192 && memory <= kMaxMemory;
  }
  [[nodiscard]] bool weaker_than(const KdfCost& other) const { return passes < other.passes || memory < other.memory; }
  bool operator==(const KdfCost&) const = default;
};

inline constexpr std::size_t kKeySize = 32;

// 32 bytes. Takes as long as the cost says. `cost` must be sane; want of memory traps.
Secret derive_root(const Secret& password, const Salt& salt, const KdfCost& cost);

// Subkey `number` of a 32-byte key. The context keeps the subkeys of different kinds of keys apart.
enum class KeyContext { root, vault };
Secret derive_subkey(const Secret& key, KeyContext context, std::uint64_t number);

}  // namespace placecard
