// Logging in, on a device that has the account or the row.
#include <algorithm>
#include <utility>

#include "accounts.h"
#include "credentials/password_hash.h"
#include "sync/claims.h"
#include "sync/remote_table.h"

namespace placecard {

namespace {

bool is_weak(const User& user, const AccountRecord& account, const KdfCost& cost) {
  const bool weak_slot = std::any_of(account.slots.begin(), account.slots.end(), [&cost](const KeySlot& slot) {
    return slot.kind == SlotKind::password && slot.cost.weaker_than(cost);
  });
  return weak_slot || !user.password_hash || needs_rehash(*user.password_hash, cost);
}

}  // namespace

Result<LogIn> Accounts::prepare_log_in(std::string_view login, std::string_view password) {
  AccountTable accounts = table();
  Result<Proof> proof = Prover(users(), accounts, host_, cost_).prove_password(login, password);
  if (!proof) return proof.failure();
  LogIn log_in{std::move(*proof), std::nullopt};
  if (log_in.proof.refusal != Error::none) return log_in;
  if (!log_in.proof.account) {
    log_in.upgrade = new_password(log_in.proof.password, 1);
  } else if (is_weak(*log_in.proof.user, *log_in.proof.account, cost_)) {
    log_in.upgrade = new_password(log_in.proof.password, log_in.proof.account->credential_version);
  }
  return log_in;
}

Result<Entry> Accounts::apply(const LogIn& log_in, TamperChoice choice, bool force, LogOuts log_outs) {
  Transaction transaction(store_.database());
  Result<Prover::Standing> found = standing(log_in.proof, transaction);
  if (!found) return found.failure();
  const Status first = not_overtaken(log_outs);
  if (!first) return first.failure();
  Result<Entry> entry =
      found->account ? admit({found->user, *found->account}, log_in, choice, force) : adopt(*found, log_in);
  if (!entry) return entry;
  AccountTable accounts = table();
  const Result<Failures> failures = accounts.failures(log_in.proof.guess_name);
  if (!failures) return failures.failure();
  if (failures->count > 0) {
    Status forgiven = accounts.clear_failures(log_in.proof.guess_name);
    if (!forgiven) return forgiven.failure();
  }
  Status committed = transaction.commit();
  if (!committed) return committed.failure();
  return entry;
}

// A row from somewhere else becomes an account, under a new uid.
Result<Entry> Accounts::adopt(const Prover::Standing& standing, const LogIn& log_in) {
  Known created{standing.user, {}};
  host_.random(created.account.uid);
  return create(std::move(created), Vault::make(host_), *log_in.upgrade);
}

Result<Entry> Accounts::admit(Known known, const LogIn& log_in, TamperChoice choice, bool force) {
  const Vault& vault = *log_in.proof.vault;
  const Result<RowCheck> check = rows().check(known, vault);
  if (!check) return check.failure();
  bool changed = false;
  if (!check->differences.empty()) {
    const Status settled = settle(known, *check, choice);
    if (!settled) return settled.failure();
    changed = true;
  }
  const Result<Remote> remote = RemoteTable(store_.database()).find(known.account.uid);
  if (!remote) return remote.failure();
  if ((!known.account.active || remote->disabled) && !force) return Error::account_inactive;
  if (log_in.upgrade) {
    known.user.password_hash = log_in.upgrade->password_hash;
    KeySlot slot = log_in.upgrade->slot;
    seal_slot(slot, known.account.uid, log_in.upgrade->root, vault, host_);
    put_slot(known.account, std::move(slot));
    changed = true;
  }
  Status stored = Done{};
  if (changed) {
    stored = rows().store(known, vault);
  } else if (!check->same_account) {
    stored = rows().seal(known, vault);
  }
  if (stored) stored = rows().complete(known, vault);
  if (!stored) return stored.failure();
  return entry_of(known.user, known.account, vault);
}

// What to do about a row that is not as it was sealed.
Status Accounts::settle(Known& known, const RowCheck& check, TamperChoice choice) {
  if (choice == TamperChoice::refuse) return Failure(check.differences);
  if (choice == TamperChoice::restore) {
    // All but the id: under the one it had lies nothing now, or somebody else.
    const std::int64_t id = known.user.id;
    known.user = check.sealed;
    known.user.id = id;
    return Done{};
  }
  // It may have been changed rightly, but it must be the account's own row: one of its names is what it was, and the
  // other is nobody else's here. Who has moved a record under another's row does not get the other's name with it.
  const User& now = known.user;
  const bool own =
      (now.username && now.username == check.sealed.username) || (now.email && now.email == check.sealed.email);
  if (!own) return Failure(check.differences);
  const Result<Problems> claimed = Claims(store_.database(), host_).claimed_by_others(now, known.account.uid);
  if (!claimed) return claimed.failure();
  if (!claimed->empty()) return Failure(*claimed);
  return Done{};
}

}  // namespace placecard
