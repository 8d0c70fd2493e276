#include "credentials/key_slot.h"

#include "credentials/sealing.h"

namespace placecard {

namespace {

constexpr std::uint64_t kWrappingKey = 1;
constexpr std::uint64_t kLogInSeed = 2;
constexpr std::uint64_t kCommitmentKey = 3;

// What the sealed vault is bound to.
Encoder context_of(const KeySlot& slot, const Uid& uid) {
  Encoder context("placecard key slot 1");
  context.add(uid).add(slot.slot_id).add(static_cast<std::uint64_t>(slot.kind)).add(slot.credential_version);
  context.add(slot.cost.passes).add(slot.cost.memory).add(slot.salt).add(slot.log_in_key);
  return context;
}

std::array<std::uint8_t, 32> commitment_of(const KeySlot& slot, const Uid& uid, const Secret& root) {
  return digest(context_of(slot, uid).add(slot.sealed_vault).bytes(),
                derive_subkey(root, KeyContext::root, kCommitmentKey));
}

}  // namespace

Bytes KeySlot::encoded(const Uid& uid) const {
  return context_of(*this, uid).add(sealed_vault).add(commitment).bytes();
}

Secret root_of(const Secret& secret, const KeySlot& slot) {
  if (slot.kind == SlotKind::password) return derive_root(secret, slot.salt, slot.cost);
  const auto root = digest(Encoder("placecard recovery 1").add(slot.salt).bytes(), secret);
  return {root.begin(), root.end()};
}

Secret log_in_seed(const Secret& root) { return derive_subkey(root, KeyContext::root, kLogInSeed); }

KeySlot new_slot(SlotKind kind, std::uint64_t credential_version, const KdfCost& cost, Host& host) {
  KeySlot slot;
  slot.kind = kind;
  slot.credential_version = credential_version;
  slot.cost = kind == SlotKind::password ? cost : KdfCost{0, 0};
  host.random(slot.slot_id);
  host.random(slot.salt);
  return slot;
}

void seal_slot(KeySlot& slot, const Uid& uid, const Secret& root, const Vault& vault, Host& host) {
  slot.log_in_key = public_key_of(log_in_seed(root));
  slot.sealed_vault =
      seal(vault.packed(), context_of(slot, uid).bytes(), derive_subkey(root, KeyContext::root, kWrappingKey), host);
  slot.commitment = commitment_of(slot, uid, root);
}

std::optional<Vault> open_slot(const KeySlot& slot, const Uid& uid, const Secret& root) {
  if (!equal(commitment_of(slot, uid, root), slot.commitment)) return std::nullopt;
  const auto packed =
      open_seal(slot.sealed_vault, context_of(slot, uid).bytes(), derive_subkey(root, KeyContext::root, kWrappingKey));
  return packed ? Vault::unpacked(*packed) : std::nullopt;
}

}  // namespace placecard
