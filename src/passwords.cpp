// Changing a password, with the current one or a recovery code, and saying it once more.
#include <algorithm>
#include <utility>

#include "accounts.h"

namespace placecard {

Result<PasswordChange> Accounts::prepare_password_change(const Session& session, std::string_view current,
                                                         std::string_view next) {
  Result<Known> who = rows().of(session);
  if (!who) return who.failure();
  const Result<Secret> password =
      check_password(next, who->user.username.value_or(""), who->user.email.value_or(""), policy_, host_);
  if (!password) return password.failure();
  AccountTable accounts = table();
  Result<Proof> proof = Prover(users(), accounts, host_, cost_).prove_password(session.uid, current);
  if (!proof) return proof.failure();
  PasswordChange change{std::move(*proof), {}, session.forced};
  if (change.proof.refusal == Error::none) {
    change.next = new_password(*password, change.proof.account->credential_version + 1);
  }
  return change;
}

Result<PasswordChange> Accounts::prepare_recovery(std::string_view login, std::string_view code,
                                                  std::string_view next) {
  AccountTable accounts = table();
  Result<Proof> proof = Prover(users(), accounts, host_, cost_).prove_code(login, code);
  if (!proof) return proof.failure();
  PasswordChange change{std::move(*proof), {}};
  const User nobody;
  const User& user = change.proof.user ? *change.proof.user : nobody;
  const Result<Secret> password =
      check_password(next, user.username.value_or(""), user.email.value_or(""), policy_, host_);
  if (!password) return password.failure();
  if (change.proof.refusal == Error::none) {
    change.next = new_password(*password, change.proof.account->credential_version + 1);
  }
  return change;
}

Result<Entry> Accounts::apply(const PasswordChange& change, LogOuts log_outs) {
  Transaction transaction(store_.database());
  Result<Known> found = proved(change.proof, change.forced, transaction, log_outs);
  if (!found) return found.failure();
  const Vault& vault = *change.proof.vault;
  Known who = std::move(*found);
  who.user.password_hash = change.next.password_hash;
  ++who.account.credential_version;
  if (change.proof.kind == SlotKind::recovery) {
    std::erase_if(who.account.slots, [](const KeySlot& slot) { return slot.kind == SlotKind::recovery; });
  }
  KeySlot slot = change.next.slot;
  seal_slot(slot, who.account.uid, change.next.root, vault, host_);
  put_slot(who.account, std::move(slot));
  Status stored = rows().store(who, vault);
  if (!stored) return stored.failure();
  Status forgiven = table().clear_failures(change.proof.guess_name);
  if (!forgiven) return forgiven.failure();
  Status committed = transaction.commit();
  if (!committed) return committed.failure();
  return entry_of(who.user, who.account, vault);
}

Result<Confirmation> Accounts::prepare_confirmation(const Session& session, std::string_view password) {
  const Result<Known> who = rows().of(session);
  if (!who) return who.failure();
  AccountTable accounts = table();
  Result<Proof> proof = Prover(users(), accounts, host_, cost_).prove_password(session.uid, password);
  if (!proof) return proof.failure();
  return Confirmation{std::move(*proof), session.forced};
}

Result<Entry> Accounts::apply(const Confirmation& confirmation, LogOuts log_outs) {
  Transaction transaction(store_.database());
  const Result<Known> who = proved(confirmation.proof, confirmation.forced, transaction, log_outs);
  if (!who) return who.failure();
  Status forgiven = table().clear_failures(confirmation.proof.guess_name);
  if (!forgiven) return forgiven.failure();
  Status committed = transaction.commit();
  if (!committed) return committed.failure();
  return entry_of(who->user, who->account, *confirmation.proof.vault);
}

}  // namespace placecard
