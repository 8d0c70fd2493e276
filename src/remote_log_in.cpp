// Logging in on a device that has never seen the account: the server hands out what the password is derived with, is
// answered with a signature, and gives the account's newest op. The password stays here.
#include <algorithm>
#include <utility>

#include "accounts.h"
#include "datetime.h"
#include "private_data.h"
#include "sync/sync.h"

namespace placecard {

Result<RemoteLogIn> Accounts::prepare_remote_log_in(std::string_view password, const RemoteCost& remote) {
  const KdfCost floor{KdfCost::kMinPasses, KdfCost::kMinMemory};
  // Whoever asks for less could try passwords on the answer, and for more, stop the page.
  if (!remote.cost.sane() || remote.cost.weaker_than(floor)) return Error::op_invalid;
  const Result<Secret> bytes = password_bytes(password, host_);
  if (!bytes) return bytes.failure();
  RemoteLogIn log_in;
  log_in.root = derive_root(*bytes, remote.salt, remote.cost);
  return log_in;
}

Signature Accounts::answer(const RemoteLogIn& log_in, std::span<const std::uint8_t> nonce) {
  return sign(challenge(kLogInLabel, {}, nonce), log_in_seed(log_in.root));
}

Status Accounts::admit(RemoteLogIn& log_in, std::span<const std::uint8_t> bytes) {
  Result<Op> op = receive_op(bytes, std::nullopt, host_);
  if (!op) return op.failure();
  if (op->kind != OpKind::account) return Error::op_invalid;
  log_in.vault = open_slot(op->slots[0], op->uid, log_in.root);
  if (!log_in.vault || log_in.vault->identity_key() != op->identity_key) return Error::invalid_credentials;
  log_in.bytes.assign(bytes.begin(), bytes.end());
  log_in.op = std::move(*op);
  return Done{};
}

Result<Entry> Accounts::apply(const RemoteLogIn& log_in, LogOuts log_outs) {
  if (!log_in.op) return Error::invalid_credentials;
  Transaction transaction(store_.database());
  const Status first = not_overtaken(log_outs);
  if (!first) return first.failure();
  Result<std::optional<Known>> known = rows().find(log_in.op->uid);
  if (!known) return known.failure();
  if (!*known) {
    Status made = settle_in(log_in);
    if (!made) return made.failure();
  } else {
    // A password of before it was changed here opens nothing.
    if (log_in.op->credential_version < (*known)->account.credential_version) return Error::invalid_credentials;
    const Result<bool> taken = Sync(store_, host_).take(*log_in.op, log_in.bytes, std::nullopt);
    if (!taken) return taken.failure();
  }
  known = rows().find(log_in.op->uid);
  if (!known) return known.failure();
  Known& here = **known;
  const Result<RowCheck> check = rows().check(here, *log_in.vault);
  if (!check) return check.failure();
  if (!check->differences.empty()) return Failure(check->differences);
  if (!here.account.active) return Error::account_inactive;
  if (!check->same_account) {
    Status sealed = rows().seal(here, *log_in.vault);
    if (!sealed) return sealed.failure();
  }
  Status committed = transaction.commit();
  if (!committed) return committed.failure();
  return entry_of(here.user, here.account, *log_in.vault);
}

// The account as the op says, but for a name somebody else has here: until it is free, it goes without.
Status Accounts::settle_in(const RemoteLogIn& log_in) {
  const Op& op = *log_in.op;
  Known known{op.user, {}};
  const Result<Problems> taken = users().taken(known.user);
  if (!taken) return taken.failure();
  for (const Problem& each : *taken) {
    (each.field == Field::username ? known.user.username : known.user.email).reset();
  }
  Result<User> user = users().add(known.user);
  if (!user) return user.failure();
  known.user = std::move(*user);
  known.account.uid = op.uid;
  known.account.user_id = known.user.id;
  known.account.active = op.user.active;
  known.account.credential_version = op.credential_version;
  known.account.identity_key = op.identity_key;
  known.account.slots = op.slots;
  // Without the name it is not there yet: taking the op in must still be a step forward.
  known.account.revision = taken->empty() ? op.rev : op.rev - 1;
  OutboxRow row;
  row.uid = op.uid;
  row.bytes = log_in.bytes;
  row.state = OpState::applied;
  if (!taken->empty()) {
    row.state = OpState::unmerged;
    row.code = code_of(taken->front().error);
    row.theirs = log_in.bytes;
  }
  Status done = rows().make_room(known.user.id);
  if (done) done = rows().seal(known, *log_in.vault);
  if (done) done = Outbox(store_.database(), host_).put(row);
  return done;
}

Result<SignUp> Accounts::prepare_adoption(const User& row, std::string_view password) {
  const Result<Problems> taken = users().taken(row);
  if (!taken) return taken.failure();
  if (!taken->empty()) return Failure(*taken);
  const Result<Secret> bytes = password_bytes(password, host_);
  if (!bytes) return bytes.failure();
  SignUp sign_up;
  sign_up.user = row;
  const auto joined = row.joined_at ? parse_datetime(*row.joined_at) : std::nullopt;
  sign_up.user.joined_at = joined ? std::optional(format_datetime(*joined)) : std::nullopt;
  host_.random(sign_up.uid);
  sign_up.vault = Vault::make(host_);
  sign_up.password = new_password(*bytes, 1);
  return sign_up;
}

Result<Renewal> Accounts::prepare_renewal(const Session& session, std::string_view password) {
  Result<Confirmation> confirmation = prepare_confirmation(session, password);
  if (!confirmation) return confirmation.failure();
  Renewal renewal{std::move(*confirmation), {}, {}};
  if (renewal.confirmation.proof.refusal == Error::none) {
    host_.random(renewal.uid);
    renewal.password = new_password(renewal.confirmation.proof.password, 1);
  }
  return renewal;
}

Result<Entry> Accounts::apply(const Renewal& renewal, LogOuts log_outs) {
  Transaction transaction(store_.database());
  const Proof& proof = renewal.confirmation.proof;
  Result<Known> who = proved(proof, renewal.confirmation.forced, transaction, log_outs);
  if (!who) return who.failure();
  const Session before{who->account.uid, who->account.credential_version, *proof.vault, true, std::nullopt};
  PrivateData data(store_, *this, before, host_);
  const Result<std::vector<std::string>> keys = data.list();
  if (!keys) return keys.failure();
  std::vector<Secret> values;
  for (const std::string& key : *keys) {
    Result<std::optional<Secret>> value = data.get(key);
    if (!value) return value.failure();
    values.push_back(value->value_or(Secret{}));
  }
  Status done = rows().forget(before.uid);
  if (!done) return done.failure();
  Known renewed{std::move(who->user), {}};
  renewed.account.uid = renewal.uid;
  Result<Entry> entry = create(std::move(renewed), Vault::make(host_), renewal.password);
  if (!entry) return entry;
  PrivateData renewed_data(store_, *this, entry->session, host_);
  for (std::size_t at = 0; at < values.size(); ++at) {
    done = renewed_data.put((*keys)[at], view_of(values[at]));
    if (!done) return done.failure();
  }
  done = transaction.commit();
  if (!done) return done.failure();
  return entry;
}

}  // namespace placecard
