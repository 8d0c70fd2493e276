#include "accounts.h"

#include <algorithm>
#include <utility>

#include "credentials/password_hash.h"
#include "credentials/recovery_code.h"
#include "session_table.h"
#include "store/transaction.h"

namespace placecard {

namespace {

void put_slot(AccountRecord& account, KeySlot slot) {
  const auto same_or_later = std::find_if(account.slots.begin(), account.slots.end(),
                                          [&slot](const KeySlot& each) { return each.kind >= slot.kind; });
  if (same_or_later != account.slots.end() && same_or_later->kind == slot.kind) {
    *same_or_later = std::move(slot);
  } else {
    account.slots.insert(same_or_later, std::move(slot));
  }
}

bool is_weak(const User& user, const AccountRecord& account, const KdfCost& cost) {
  const bool weak_slot = std::any_of(account.slots.begin(), account.slots.end(), [&cost](const KeySlot& slot) {
    return slot.kind == SlotKind::password && slot.cost.weaker_than(cost);
  });
  return weak_slot || !user.password_hash || needs_rehash(*user.password_hash, cost);
}

Entry entry_of(User user, const AccountRecord& account, const Vault& vault) {
  user.active = account.active;
  return {std::move(user), {account.uid, account.credential_version, vault, !account.active, std::nullopt}};
}

}  // namespace

Result<Problems> Accounts::check(const SignUpForm& form) {
  User user;
  Problems broken;
  Result<std::string> username = check_username(form.username, host_);
  if (username) {
    user.username = std::move(*username);
  } else {
    broken.add(username.failure().problems);
  }
  Result<std::string> email = check_email(form.email);
  if (email) {
    user.email = std::move(*email);
  } else {
    broken.add(email.failure().problems);
  }
  const Result<Secret> password = check_password(form.password, form.username, form.email, policy_, host_);
  if (!password) broken.add(password.failure().problems);
  Result<Problems> problems = users().taken(user);
  if (problems) problems->add(broken);
  return problems;
}

NewPassword Accounts::new_password(const Secret& password, std::uint64_t credential_version) {
  NewPassword made{hash_password(password, cost_), new_slot(SlotKind::password, credential_version, cost_, host_), {}};
  made.root = root_of(password, made.slot);
  return made;
}

Result<SignUp> Accounts::prepare_sign_up(const SignUpForm& form) {
  Result<Problems> problems = check(form);
  if (!problems) return problems.failure();
  if (!problems->empty()) return Failure(*problems);
  Result<std::string> username = check_username(form.username, host_);
  Result<std::string> email = check_email(form.email);
  const Result<Secret> password = password_bytes(form.password, host_);

  SignUp sign_up;
  sign_up.user.username = std::move(*username);
  sign_up.user.email = std::move(*email);
  host_.random(sign_up.uid);
  sign_up.vault = Vault::make(host_);
  sign_up.password = new_password(*password, 1);
  sign_up.user.password_hash = sign_up.password.password_hash;
  return sign_up;
}

Status Accounts::not_overtaken(LogOuts log_outs) {
  if (!log_outs) return Done{};
  const Result<std::int64_t> now = SessionTable(store_.database()).log_outs();
  if (!now) return now.failure();
  if (*now != *log_outs) return Error::log_in_overtaken;
  return Done{};
}

Result<Prover::Standing> Accounts::standing(const Proof& proof, Transaction& transaction) {
  AccountTable accounts = table();
  Result<Prover::Standing> found = Prover(users(), accounts, host_, cost_).look_again(proof);
  if (found) return found;
  // A counted failure is a change too.
  const Status committed = transaction.commit();
  if (!committed) return committed.failure();
  return found;
}

Result<Accounts::Known> Accounts::proved(const Proof& proof, bool forced, Transaction& transaction, LogOuts log_outs) {
  Result<Prover::Standing> found = standing(proof, transaction);
  if (!found) return found.failure();
  const Status first = not_overtaken(log_outs);
  if (!first) return first.failure();
  Known who{std::move(found->user), std::move(*found->account)};
  const std::optional<RowCheck> check = check_row(who.user, who.account, *proof.vault);
  if (!check) return Error::tampered;
  if (!check->differences.empty()) return Failure(check->differences);
  if (!who.account.active && !forced) return Error::account_inactive;
  return who;
}

Result<Entry> Accounts::apply(const SignUp& sign_up, LogOuts log_outs) {
  Transaction transaction(store_.database());
  const Status first = not_overtaken(log_outs);
  if (!first) return first.failure();
  Result<User> user = users().add(sign_up.user);
  if (!user) return user.failure();
  Known created{std::move(*user), {}};
  created.account.uid = sign_up.uid;
  created.account.user_id = created.user.id;
  created.account.identity_key = sign_up.vault.identity_key();
  KeySlot slot = sign_up.password.slot;
  seal_slot(slot, sign_up.uid, sign_up.password.root, sign_up.vault, host_);
  put_slot(created.account, std::move(slot));
  Status stored = store(created, sign_up.vault);
  if (!stored) return stored.failure();
  Status committed = transaction.commit();
  if (!committed) return committed.failure();
  return entry_of(created.user, created.account, sign_up.vault);
}

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
  const Vault vault = Vault::make(host_);
  Known created{standing.user, {}};
  host_.random(created.account.uid);
  created.account.user_id = standing.user.id;
  created.account.identity_key = vault.identity_key();
  created.user.password_hash = log_in.upgrade->password_hash;
  KeySlot slot = log_in.upgrade->slot;
  seal_slot(slot, created.account.uid, log_in.upgrade->root, vault, host_);
  put_slot(created.account, std::move(slot));
  Status stored = store(created, vault);
  if (!stored) return stored.failure();
  return entry_of(created.user, created.account, vault);
}

Result<Entry> Accounts::admit(Known known, const LogIn& log_in, TamperChoice choice, bool force) {
  const Vault& vault = *log_in.proof.vault;
  std::optional<RowCheck> check = check_row(known.user, known.account, vault);
  if (!check) return Error::tampered;
  bool changed = false;
  if (!check->differences.empty()) {
    if (choice == TamperChoice::refuse) return Failure(check->differences);
    if (choice == TamperChoice::restore) {
      // The id is where the row is, not something in it.
      check->sealed.id = known.user.id;
      known.user = check->sealed;
    }
    changed = true;
  }
  if (!known.account.active && !force) return Error::account_inactive;
  if (log_in.upgrade) {
    known.user.password_hash = log_in.upgrade->password_hash;
    KeySlot slot = log_in.upgrade->slot;
    seal_slot(slot, known.account.uid, log_in.upgrade->root, vault, host_);
    put_slot(known.account, std::move(slot));
    changed = true;
  }
  if (changed) {
    Status stored = store(known, vault);
    if (!stored) return stored.failure();
  }
  return entry_of(known.user, known.account, vault);
}

Result<PasswordChange> Accounts::prepare_password_change(const Session& session, std::string_view current,
                                                         std::string_view next) {
  Result<Known> who = known(session);
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
  Status stored = store(who, vault);
  if (!stored) return stored.failure();
  Status forgiven = table().clear_failures(change.proof.guess_name);
  if (!forgiven) return forgiven.failure();
  Status committed = transaction.commit();
  if (!committed) return committed.failure();
  return entry_of(who.user, who.account, vault);
}

Result<Confirmation> Accounts::prepare_confirmation(const Session& session, std::string_view password) {
  const Result<Known> who = known(session);
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

Result<Deletion> Accounts::prepare_deletion(const Session& session, std::string_view password) {
  const Result<Known> who = known(session);
  if (!who) return who.failure();
  AccountTable accounts = table();
  Result<Proof> proof = Prover(users(), accounts, host_, cost_).prove_password(session.uid, password);
  if (!proof) return proof.failure();
  return Deletion{std::move(*proof)};
}

Status Accounts::apply(const Deletion& deletion) {
  Transaction transaction(store_.database());
  const Result<Prover::Standing> found = standing(deletion.proof, transaction);
  if (!found) return found.failure();
  AccountTable accounts = table();
  Status removed = SessionTable(store_.database()).remove_of(found->account->uid);
  if (!removed) return removed;
  removed = accounts.remove(found->account->uid);
  if (!removed) return removed;
  removed = users().remove(found->user.id);
  if (!removed) return removed;
  Status forgiven = accounts.clear_failures(deletion.proof.guess_name);
  if (!forgiven) return forgiven;
  return transaction.commit();
}

Result<Accounts::Known> Accounts::known(const Session& session) {
  AccountTable accounts = table();
  Result<std::optional<AccountRecord>> account = accounts.find(session.uid);
  if (!account) return account.failure();
  if (!*account || (*account)->credential_version != session.credential_version) return Error::not_logged_in;
  if (!(*account)->active && !session.forced) return Error::not_logged_in;
  if (session.row) {
    const Result<bool> kept = SessionTable(store_.database()).has_open(session.uid);
    if (!kept) return kept.failure();
    if (!*kept) return Error::not_logged_in;
  }
  Result<std::optional<User>> user = users().get((*account)->user_id);
  if (!user) return user.failure();
  if (!*user) return Error::not_logged_in;
  (*user)->active = (*account)->active;
  return Known{std::move(**user), std::move(**account)};
}

// Before anything is sealed anew: what was edited meanwhile must not be taken for ours.
Result<Accounts::Known> Accounts::known_and_sound(const Session& session) {
  Result<Known> who = known(session);
  if (!who) return who;
  const std::optional<RowCheck> check = check_row(who->user, who->account, session.vault);
  if (!check) return Error::tampered;
  if (!check->differences.empty()) return Failure(check->differences);
  return who;
}

Status Accounts::store(Known& known, const Vault& vault) {
  ++known.account.revision;
  Status updated = users().update(known.user);
  if (!updated) return updated;
  known.account.row_seal = seal_row(known.user, known.account, vault, host_);
  return table().put(known.account);
}

Result<User> Accounts::current_user(const Session& session) {
  Result<Known> who = known(session);
  if (!who) return who.failure();
  return std::move(who->user);
}

Result<User> Accounts::sound_user(const Session& session) {
  Result<Known> who = known_and_sound(session);
  if (!who) return who.failure();
  return std::move(who->user);
}

Result<User> Accounts::set_active(const Session& session, bool active) {
  Transaction transaction(store_.database());
  Result<Known> who = known_and_sound(session);
  if (!who) return who.failure();
  if (who->account.active != active) {
    who->user.active = who->account.active = active;
    Status stored = store(*who, session.vault);
    if (!stored) return stored.failure();
  }
  if (!active) {
    SessionTable sessions(store_.database());
    Status ended = sessions.remove_of(session.uid);
    if (ended) ended = sessions.count_log_out();
    if (!ended) return ended.failure();
  }
  Status committed = transaction.commit();
  if (!committed) return committed.failure();
  return std::move(who->user);
}

Result<User> Accounts::update(const Session& session, const std::optional<std::string>& username,
                              const std::optional<std::string>& email) {
  Problems problems;
  std::optional<std::string> new_username;
  std::optional<std::string> new_email;
  if (username) {
    Result<std::string> checked = check_username(*username, host_);
    if (checked) {
      new_username = std::move(*checked);
    } else {
      problems.add(checked.failure().problems);
    }
  }
  if (email) {
    Result<std::string> checked = check_email(*email);
    if (checked) {
      new_email = std::move(*checked);
    } else {
      problems.add(checked.failure().problems);
    }
  }
  if (!problems.empty()) return Failure(problems);

  Transaction transaction(store_.database());
  Result<Known> who = known_and_sound(session);
  if (!who) return who.failure();
  if (new_username) who->user.username = std::move(new_username);
  if (new_email) who->user.email = std::move(new_email);
  Status stored = store(*who, session.vault);
  if (!stored) return stored.failure();
  Status committed = transaction.commit();
  if (!committed) return committed.failure();
  return std::move(who->user);
}

Result<std::string> Accounts::create_recovery_code(const Session& session) {
  Transaction transaction(store_.database());
  Result<Known> who = known_and_sound(session);
  if (!who) return who.failure();
  const RecoveryCode code = RecoveryCode::make(host_);
  KeySlot slot = new_slot(SlotKind::recovery, who->account.credential_version, cost_, host_);
  seal_slot(slot, who->account.uid, root_of(code.bits, slot), session.vault, host_);
  put_slot(who->account, std::move(slot));
  Status stored = store(*who, session.vault);
  if (!stored) return stored.failure();
  Status committed = transaction.commit();
  if (!committed) return committed.failure();
  return code.text();
}

}  // namespace placecard
