// Ops for tests: one of each kind, whole and signed.
#pragma once

#include <string>

#include "credentials/sealing.h"
#include "sync/op.h"
#include "test_host.h"

namespace placecard {

// What ops must cost at least; a derivation at the floor takes some tens of milliseconds.
inline constexpr KdfCost kFloor{KdfCost::kMinPasses, KdfCost::kMinMemory};

struct OpMaker {
  TestHost host;
  Vault vault = Vault::make(host);
  Uid uid{1, 2, 3};

  Op op(OpKind kind) {
    Op made;
    host.random(made.op_id);
    made.uid = uid;
    made.kind = kind;
    made.identity_key = vault.identity_key();
    return made;
  }
  Op account() {
    Op made = op(OpKind::account);
    made.user = {0, "ada", "ada@example.com", "$argon2id$v=19$m=65536,t=2,p=1$c2FsdA$aGFzaA",
                 "2025-11-22 08:40:39.855342"};
    made.credential_version = 1;
    for (const SlotKind kind : {SlotKind::password, SlotKind::recovery}) {
      // The root is made up: nobody opens these.
      KeySlot slot = new_slot(kind, 1, kFloor, host);
      seal_slot(slot, uid, Secret(kKeySize, 7), vault, host);
      made.slots.push_back(slot);
    }
    return made;
  }
  Op data(const Bytes& value) {
    Op made = op(OpKind::data);
    host.random(made.name);
    made.value = digest(value);
    return made;
  }
  [[nodiscard]] Bytes written(const Op& made) const { return write_op(made, vault.identity_seed); }
};

}  // namespace placecard
