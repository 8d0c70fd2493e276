#include "proof.h"

#include <algorithm>
#include <utility>

#include "credentials/password_hash.h"
#include "credentials/recovery_code.h"
#include "rules.h"
#include "sync/claims.h"

namespace placecard {

namespace {

const KeySlot* slot_of(const AccountRecord& account, SlotKind kind) {
  const auto found = std::find_if(account.slots.begin(), account.slots.end(),
                                  [kind](const KeySlot& slot) { return slot.kind == kind; });
  return found == account.slots.end() ? nullptr : &*found;
}

bool same_credentials(const AccountRecord& left, const AccountRecord& right) {
  return left.uid == right.uid && left.slots == right.slots && left.credential_version == right.credential_version;
}

}  // namespace

Result<Proof> Prover::prove_password(std::string_view login, std::string_view password) {
  Proof proof;
  Result<std::optional<User>> user = users_.find_login(login);
  if (!user) return user.failure();
  proof.user = std::move(*user);
  if (proof.user) {
    Result<std::optional<AccountRecord>> account = account_of(*proof.user);
    if (!account && account.error() != Error::tampered) return account.failure();
    if (account) {
      proof.account = std::move(*account);
    } else {
      proof.refusal = Error::tampered;
    }
  }
  proof.guess_name = guess_name_of(proof.user, login);
  const Status tried = try_password(proof, password);
  if (!tried) return tried.failure();
  return proof;
}

Result<Proof> Prover::prove_password(const Uid& uid, std::string_view password) {
  Proof proof;
  Result<std::optional<AccountRecord>> account = table_.find(uid);
  if (!account) return account.failure();
  if (!*account) return Error::not_logged_in;
  proof.account = std::move(*account);
  Result<std::optional<User>> user = users_.get(proof.account->user_id);
  if (!user) return user.failure();
  if (!*user) return Error::not_logged_in;
  proof.user = std::move(*user);
  proof.guess_name = Throttle::name_of(proof.user->id, {});
  const Status tried = try_password(proof, password);
  if (!tried) return tried.failure();
  return proof;
}

Bytes Prover::guess_name_of(const std::optional<User>& user, std::string_view login) {
  if (user) return Throttle::name_of(user->id, {});
  std::string key = username_key(login, host_);
  Bytes name = Throttle::name_of(std::nullopt, key);
  wipe(key);
  return name;
}

// A record whose user is gone, and whose id somebody else has now, is not the somebody else's.
Result<std::optional<AccountRecord>> Prover::account_of(const User& user) {
  Result<std::optional<AccountRecord>> account = table_.find_by_user(user.id);
  if (!account || !*account) return account;
  const Result<bool> stale = Claims(table_.database(), host_).is_stale(user, **account);
  if (!stale) return stale.failure();
  if (*stale) return std::optional<AccountRecord>{};
  return account;
}

Status Prover::try_password(Proof& proof, std::string_view typed) {
  Status allowed = Throttle(table_, host_).check(proof.guess_name);
  if (!allowed) return allowed;
  Result<Secret> password = password_bytes(typed, host_);
  if (!password) return password.failure();

  if (proof.user && !proof.account && proof.refusal != Error::tampered) {
    try_imported_hash(proof, typed);
    return Done{};
  }
  const KeySlot* slot = proof.account ? slot_of(*proof.account, SlotKind::password) : nullptr;
  if (slot == nullptr) {
    // The same work for nobody as for somebody, so that time does not tell which it was.
    if (proof.account) proof.refusal = Error::tampered;
    (void)derive_root(*password, Salt{}, cost_);
    return Done{};
  }
  proof.vault = open_slot(*slot, proof.account->uid, root_of(*password, *slot));
  if (!proof.vault) return Done{};
  proof.refusal = Error::none;
  proof.password = std::move(*password);
  return Done{};
}

void Prover::try_imported_hash(Proof& proof, std::string_view typed) {
  const std::string_view hash = proof.user->password_hash ? *proof.user->password_hash : std::string_view{};
  Secret password = secret_of(typed);
  Verdict verdict = verify_password(hash, password);
  // Whoever made the hash may have normalised first, as placecard does.
  const Result<Secret> normal = password_bytes(typed, host_);
  if (verdict == Verdict::wrong && normal && *normal != password) {
    password = *normal;
    verdict = verify_password(hash, password);
  }
  switch (verdict) {
    case Verdict::right:
      proof.refusal = Error::none;
      // From now on it is checked in the one form.
      if (normal) proof.password = *normal;
      break;
    case Verdict::wrong:
      proof.refusal = Error::invalid_credentials;
      break;
    case Verdict::unsupported:
      proof.refusal = Error::password_scheme_unsupported;
      break;
  }
}

Result<Proof> Prover::prove_code(std::string_view login, std::string_view code) {
  const auto parsed = RecoveryCode::parse(code);
  if (!parsed) return Error::recovery_code_invalid;
  Proof proof;
  proof.kind = SlotKind::recovery;
  proof.refusal = Error::recovery_code_invalid;
  Result<std::optional<User>> user = users_.find_login(login);
  if (!user) return user.failure();
  proof.user = std::move(*user);
  proof.guess_name = guess_name_of(proof.user, login);
  const Status allowed = Throttle(table_, host_).check(proof.guess_name);
  if (!allowed) return allowed.failure();
  if (!proof.user) return proof;
  Result<std::optional<AccountRecord>> account = account_of(*proof.user);
  if (!account) return account.failure();
  proof.account = std::move(*account);
  const KeySlot* slot = proof.account ? slot_of(*proof.account, SlotKind::recovery) : nullptr;
  if (slot == nullptr) return proof;
  proof.vault = open_slot(*slot, proof.account->uid, root_of(parsed->bits, *slot));
  if (proof.vault) proof.refusal = Error::none;
  return proof;
}

Result<Prover::Standing> Prover::look_again(const Proof& proof) {
  if (proof.refusal != Error::none) {
    const bool guessed = proof.refusal == Error::invalid_credentials || proof.refusal == Error::recovery_code_invalid;
    if (guessed) {
      const Status counted = Throttle(table_, host_).count_failure(proof.guess_name);
      if (!counted) return counted.failure();
    }
    return proof.refusal;
  }
  Result<std::optional<User>> user = users_.get(proof.user->id);
  if (!user) return user.failure();
  if (!*user) return Error::changed_meanwhile;
  Result<std::optional<AccountRecord>> account = account_of(**user);
  if (!account) return account.failure();
  const bool same = proof.account ? *account && same_credentials(*proof.account, **account)
                                  : !*account && (*user)->password_hash == proof.user->password_hash;
  if (!same) return Error::changed_meanwhile;
  return Standing{std::move(**user), std::move(*account)};
}

}  // namespace placecard
