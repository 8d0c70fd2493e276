#include "accounts.h"

#include <utility>

#include "credentials/password_hash.h"
#include "credentials/recovery_code.h"
#include "session_table.h"
#include "store/transaction.h"

namespace placecard {

Entry entry_of(User user, const AccountRecord& account, const Vault& vault) {
  user.active = account.active;
  return {std::move(user), {account.uid, account.credential_version, vault, !account.active, std::nullopt}};
}

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

Result<Known> Accounts::proved(const Proof& proof, bool forced, Transaction& transaction, LogOuts log_outs) {
  Result<Prover::Standing> found = standing(proof, transaction);
  if (!found) return found.failure();
  const Status first = not_overtaken(log_outs);
  if (!first) return first.failure();
  Known who{std::move(found->user), std::move(*found->account)};
  const Result<RowCheck> check = rows().check(who, *proof.vault);
  if (!check) return check.failure();
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
  Result<Entry> entry = create(std::move(created), sign_up.vault, sign_up.password);
  if (!entry) return entry;
  Status committed = transaction.commit();
  if (!committed) return committed.failure();
  return entry;
}

// A user's row that has no account gets one.
Result<Entry> Accounts::create(Known created, const Vault& vault, const NewPassword& password) {
  created.account.user_id = created.user.id;
  created.account.identity_key = vault.identity_key();
  created.user.password_hash = password.password_hash;
  KeySlot slot = password.slot;
  seal_slot(slot, created.account.uid, password.root, vault, host_);
  put_slot(created.account, std::move(slot));
  Status stored = rows().make_room(created.user.id);
  if (stored) stored = rows().store(created, vault);
  if (!stored) return stored.failure();
  return entry_of(created.user, created.account, vault);
}

Result<Deletion> Accounts::prepare_deletion(const Session& session, std::string_view password) {
  const Result<Known> who = rows().of(session);
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
  Status removed = rows().remove({found->user, *found->account}, *deletion.proof.vault);
  if (!removed) return removed;
  Status forgiven = table().clear_failures(deletion.proof.guess_name);
  if (!forgiven) return forgiven;
  return transaction.commit();
}

Result<User> Accounts::current_user(const Session& session) {
  Result<Known> who = rows().of(session);
  if (!who) return who.failure();
  return std::move(who->user);
}

Result<User> Accounts::sound_user(const Session& session) {
  Result<Known> who = rows().sound(session);
  if (!who) return who.failure();
  return std::move(who->user);
}

Result<User> Accounts::set_active(const Session& session, bool active) {
  Transaction transaction(store_.database());
  Result<Known> who = rows().sound(session);
  if (!who) return who.failure();
  if (who->account.active != active) {
    who->user.active = who->account.active = active;
    Status stored = rows().store(*who, session.vault);
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
  Result<Known> who = rows().sound(session);
  if (!who) return who.failure();
  if (new_username) who->user.username = std::move(new_username);
  if (new_email) who->user.email = std::move(new_email);
  Status stored = rows().store(*who, session.vault);
  if (!stored) return stored.failure();
  Status committed = transaction.commit();
  if (!committed) return committed.failure();
  return std::move(who->user);
}

Result<std::string> Accounts::create_recovery_code(const Session& session) {
  Transaction transaction(store_.database());
  Result<Known> who = rows().sound(session);
  if (!who) return who.failure();
  const RecoveryCode code = RecoveryCode::make(host_);
  KeySlot slot = new_slot(SlotKind::recovery, who->account.credential_version, cost_, host_);
  seal_slot(slot, who->account.uid, root_of(code.bits, slot), session.vault, host_);
  put_slot(who->account, std::move(slot));
  Status stored = rows().store(*who, session.vault);
  if (!stored) return stored.failure();
  Status committed = transaction.commit();
  if (!committed) return committed.failure();
  return code.text();
}

}  // namespace placecard
