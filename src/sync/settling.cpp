#include "sync/settling.h"

#include <algorithm>
#include <utility>

#include "credentials/password_hash.h"
#include "private_data.h"
#include "session_table.h"
#include "store/transaction.h"
#include "sync/merge.h"
#include "sync/remote_table.h"
#include "sync/sync.h"

namespace placecard {

namespace {

// Nothing when it is not this identity's own word.
std::optional<Op> op_of_identity(const Bytes& bytes, const Uid& uid, const Vault& vault) {
  Result<Op> op = read_op(bytes);
  const bool own = op && op->kind == OpKind::account && op->uid == uid && op->identity_key == vault.identity_key();
  return own ? std::optional(std::move(*op)) : std::nullopt;
}

void put_content(Known& known, const Op& op) {
  const std::int64_t id = known.user.id;
  known.user = op.user;
  known.user.id = id;
  known.account.active = op.user.active;
  known.account.credential_version = op.credential_version;
  known.account.slots = op.slots;
}

}  // namespace

Result<bool> Settling::merge(const Session& session) {
  Transaction transaction(store_.database());
  Result<Known> known = rows().sound(session);
  if (!known) return known.failure();
  Result<std::optional<OutboxRow>> row = outbox().find(session.uid, {});
  if (!row) return row.failure();
  // With a code it waits for a name, and not for anybody's keys.
  if (!*row || (*row)->state != OpState::unmerged || !(*row)->theirs || !(*row)->code.empty()) return false;
  Status done = merge_with(std::move(*known), std::move(**row), session.vault);
  if (done) done = transaction.commit();
  if (!done) return done.failure();
  return true;
}

Status Settling::merge_with(Known known, OutboxRow row, const Vault& vault) {
  const auto theirs = op_of_identity(*row.theirs, row.uid, vault);
  const auto ours = op_of_identity(row.bytes, row.uid, vault);
  if (!ours) return Error::tampered;
  if (!theirs || ours->descends_from(theirs->op_id)) {
    // Nobody's word, or one of our own from before: not to be merged.
    row.theirs.reset();
    row.state = OpState::waiting;
    row.code.clear();
    return outbox().put(row);
  }
  if (theirs->op_id == ours->op_id || theirs->descends_from(ours->op_id)) {
    return take(std::move(known), std::move(row), *theirs, vault);
  }
  const auto base = row.base ? op_of_identity(*row.base, row.uid, vault) : std::nullopt;
  const Merge merge = merge_ops(base, *ours, *theirs);
  if (!merge.conflicts.empty()) {
    const bool password = std::any_of(merge.conflicts.begin(), merge.conflicts.end(),
                                      [](const Problem& each) { return each.field == Field::password; });
    row.state = OpState::refused;
    row.code = password ? std::string_view("credential-conflict") : code_of(Error::changed_meanwhile);
    return outbox().put(row);
  }
  if (merge.same_as_theirs) return take(std::move(known), std::move(row), *theirs, vault);
  put_content(known, merge.merged);
  known.account.revision = std::max(ours->rev, theirs->rev);
  return rows().store(known, vault, &*theirs);
}

Status Settling::take(Known known, OutboxRow row, const Op& theirs, const Vault& vault) {
  put_content(known, theirs);
  known.account.revision = theirs.rev;
  Status done = Users(store_.database(), host_).update(known.user);
  if (!done && (done.error() == Error::username_taken || done.error() == Error::email_taken)) {
    row.state = OpState::unmerged;
    row.code = code_of(done.error());
    return outbox().put(row);
  }
  if (done) done = rows().seal(known, vault);
  if (!done) return done;
  row.state = OpState::applied;
  row.code.clear();
  row.bytes = std::move(*row.theirs);
  row.theirs.reset();
  row.base.reset();
  return outbox().put(row);
}

Status Settling::take_row(Known known, const Op& theirs, const Vault& vault) {
  const Status allowed = check_op(theirs, host_);
  if (!allowed && allowed.error() != Error::op_invalid) return allowed;
  known.user.username = theirs.user.username;
  known.user.email = theirs.user.email;
  if (theirs.user.password_hash && is_argon2id(*theirs.user.password_hash)) {
    known.user.password_hash = theirs.user.password_hash;
  }
  return rows().store(known, vault, &theirs);
}

Status Settling::resolve(Session& session, Choice choice) {
  Transaction transaction(store_.database());
  Result<Known> known = rows().sound(session);
  if (!known) return known.failure();
  const Result<Remote> remote = RemoteTable(store_.database()).find(session.uid);
  if (!remote) return remote.failure();
  Result<std::optional<OutboxRow>> row = outbox().find(session.uid, {});
  if (!row) return row.failure();
  Status done = Error::not_found;
  std::uint64_t version = session.credential_version;
  if (remote->deleted) {
    if (choice == Choice::take_theirs) {
      done = rows().forget(session.uid);
      if (done) done = Users(store_.database(), host_).remove(known->user.id);
    }
  } else if (*row && (*row)->theirs) {
    const auto signed_op = op_of_identity(*(*row)->theirs, session.uid, session.vault);
    const Result<Op> theirs = signed_op ? *signed_op : parse_op(*(*row)->theirs);
    if (!theirs) return theirs.failure();
    if (choice == Choice::keep_mine) {
      known->account.revision = std::max(known->account.revision, theirs->rev);
      const Op ours = op_of(*known);
      if (ours.slots != theirs->slots) {
        version = std::max(ours.credential_version, theirs->credential_version) + 1;
        known->account.credential_version = version;
      }
      done = rows().store(*known, session.vault, &*theirs);
    } else if (signed_op) {
      // The password that was given here is not the account's any more, though both may be its second.
      if (known->account.slots[0] != signed_op->slots[0]) version = 0;
      done = take(std::move(*known), std::move(**row), *signed_op, session.vault);
      if (done && version == 0) done = SessionTable(store_.database()).remove_of(session.uid);
    } else {
      done = take_row(std::move(*known), *theirs, session.vault);
    }
  }
  if (done) done = transaction.commit();
  if (done) session.credential_version = version;
  return done;
}

Status Settling::merge_into(const Session& from, const Session& into) {
  Transaction transaction(store_.database());
  const Result<Known> goes = rows().sound(from);
  if (!goes) return goes.failure();
  const Result<Known> stays = rows().sound(into);
  if (!stays) return stays.failure();
  if (from.uid == into.uid) return Error::argument_invalid;
  PrivateData old_data(store_, accounts_, from, host_);
  Status done = PrivateData(store_, accounts_, into, host_).take_over(old_data);
  if (done) done = rows().remove(*goes, from.vault);
  // The names are free now, and the other may have had to do without.
  if (done) done = Sync(store_, host_).take_what_is_free();
  return done ? transaction.commit() : done;
}

Result<Signature> Settling::sign_nonce(const Session& session, std::span<const std::uint8_t> nonce) {
  const Result<Known> known = rows().of(session);
  if (!known) return known.failure();
  return sign(challenge(kTokenLabel, session.uid, nonce), session.vault.identity_seed);
}

}  // namespace placecard
