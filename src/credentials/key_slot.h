// A key slot: the vault, sealed under a key that only a password (or a recovery code) gives. Logging in *is* opening
// one; there is no stored answer that could be swapped for another.
//
//   slot_id | kind | credential_version | cost, salt | log_in_key | sealed vault | commitment
//   `------------------- authenticated with the account's uid ---------'
//
// XChaCha20-Poly1305 does not commit to its key: a ciphertext can be made that opens under two. The commitment, a keyed
// hash of everything above under a third key from the same root, is checked first and rules that out.
#pragma once

#include <cstdint>
#include <optional>

#include "credentials/bytes.h"
#include "credentials/kdf.h"
#include "credentials/vault.h"
#include "host.h"
#include "secret.h"

namespace placecard {

using SlotId = std::array<std::uint8_t, 16>;

enum class SlotKind : std::uint8_t {
  password = 1,
  recovery = 2,  // its root is a hash of the 160 random bits: nothing there to guess, so nothing to slow down
};

struct KeySlot {
  SlotId slot_id{};
  SlotKind kind = SlotKind::password;
  std::uint64_t credential_version = 0;  // the account's when the slot was made
  KdfCost cost;                          // all zero for a recovery slot
  Salt salt{};
  PublicKey log_in_key{};  // what a server checks a log-in against
  Bytes sealed_vault;
  std::array<std::uint8_t, 32> commitment{};

  bool operator==(const KeySlot&) const = default;

  // Every field, for whatever must notice a change of any of them.
  [[nodiscard]] Bytes encoded(const Uid& uid) const;
};

// The root a slot of this kind opens with. Argon2id for a password: slow.
Secret root_of(const Secret& secret, const KeySlot& slot);

// The seed of the key pair whose public half stands in a slot that opens with this root.
Secret log_in_seed(const Secret& root);

// A slot ready to be sealed: fresh id and salt.
KeySlot new_slot(SlotKind kind, std::uint64_t credential_version, const KdfCost& cost, Host& host);
// Fills in the last three fields.
void seal_slot(KeySlot& slot, const Uid& uid, const Secret& root, const Vault& vault, Host& host);

// Nothing when the root is another one or anything in the slot, or whose it is, has been changed.
std::optional<Vault> open_slot(const KeySlot& slot, const Uid& uid, const Secret& root);

}  // namespace placecard
