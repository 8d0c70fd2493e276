#include "account_rows.h"

#include <algorithm>
#include <utility>

#include "datetime.h"
#include "session_table.h"
#include "sync/merge.h"
#include "sync/remote_table.h"

namespace placecard {

void put_slot(AccountRecord& account, KeySlot slot) {
  const auto same_or_later = std::find_if(account.slots.begin(), account.slots.end(),
                                          [&slot](const KeySlot& each) { return each.kind >= slot.kind; });
  if (same_or_later != account.slots.end() && same_or_later->kind == slot.kind) {
    *same_or_later = std::move(slot);
  } else {
    account.slots.insert(same_or_later, std::move(slot));
  }
}

Op op_of(const Known& known) {
  Op op;
  op.uid = known.account.uid;
  op.rev = known.account.revision;
  op.identity_key = known.account.identity_key;
  op.user = known.user;
  op.user.active = known.account.active;
  // In the one stored form: in a file of somebody else's it may be in any that can be read.
  const auto joined = known.user.joined_at ? parse_datetime(*known.user.joined_at) : std::nullopt;
  op.user.joined_at = joined ? std::optional(format_datetime(*joined)) : std::nullopt;
  op.credential_version = known.account.credential_version;
  op.slots = known.account.slots;
  return op;
}

Result<std::optional<Known>> AccountRows::find(const Uid& uid) {
  Result<std::optional<AccountRecord>> account = table().find(uid);
  if (!account) return account.failure();
  if (!*account) return std::optional<Known>{};
  Result<std::optional<User>> user = users().get((*account)->user_id);
  if (!user) return user.failure();
  if (!*user) return std::optional<Known>{};
  (*user)->active = (*account)->active;
  return std::optional(Known{std::move(**user), std::move(**account)});
}

Result<Known> AccountRows::of(const Session& session) {
  Result<std::optional<Known>> known = find(session.uid);
  if (!known) return known.failure();
  if (!*known || (*known)->account.credential_version != session.credential_version) return Error::not_logged_in;
  if (!(*known)->account.active && !session.forced) return Error::not_logged_in;
  if (session.row) {
    const Result<bool> kept = SessionTable(database_).has_open(session.uid);
    if (!kept) return kept.failure();
    if (!*kept) return Error::not_logged_in;
  }
  return std::move(**known);
}

Result<Known> AccountRows::sound(const Session& session) {
  Result<Known> who = of(session);
  if (!who) return who;
  const Result<RowCheck> checked = check(*who, session.vault);
  if (!checked) return checked.failure();
  if (!checked->differences.empty()) return Failure(checked->differences);
  return who;
}

Result<RowCheck> AccountRows::check(const Known& known, const Vault& vault) {
  std::optional<RowCheck> sealed = check_row(known.user, known.account, vault);
  if (!sealed) return Error::tampered;
  if (sealed->same_account) return *sealed;
  const Result<std::optional<OutboxRow>> row = outbox().find(known.account.uid, {});
  if (!row) return row.failure();
  if (!*row) return Error::tampered;
  const Result<Op> op = read_op((*row)->bytes);
  // Only forward: an op from before the seal would bring an older password back.
  const bool newer = op && op->kind == OpKind::account && op->uid == known.account.uid &&
                     op->identity_key == vault.identity_key() && op->rev > sealed->revision &&
                     op->rev == known.account.revision && same_content(*op, op_of(known));
  if (!newer) return Error::tampered;
  // An op says nothing of the id, which is where the row lies on this device.
  const std::int64_t id = sealed->sealed.id;
  sealed->sealed = known.user;
  sealed->sealed.id = id;
  sealed->differences = {};
  if (id != known.user.id) sealed->differences.add(Problem{Error::tampered, Field::id});
  return *sealed;
}

Status AccountRows::seal(Known& known, const Vault& vault) {
  known.account.row_seal = seal_row(known.user, known.account, vault, host_);
  return table().put(known.account);
}

Status AccountRows::store(Known& known, const Vault& vault, const Op* merged) {
  ++known.account.revision;
  Status done = users().update(known.user);
  if (done) done = seal(known, vault);
  if (done) done = outbox().leave(op_of(known), vault, merged);
  return done;
}

Status AccountRows::make_room(std::int64_t user_id) {
  const Result<std::optional<AccountRecord>> former = table().find_by_user(user_id);
  if (!former) return former.error() == Error::tampered ? Status(Done{}) : former.failure();
  return *former ? forget((*former)->uid) : Status(Done{});
}

Status AccountRows::forget(const Uid& uid) {
  Status done = SessionTable(database_).remove_of(uid);
  if (done) done = table().remove(uid);
  if (done) done = outbox().remove_of(uid);
  if (done) done = RemoteTable(database_).remove(uid);
  return done;
}

Status AccountRows::remove(const Known& known, const Vault& vault) {
  Op deletion = op_of(known);
  deletion.kind = OpKind::deletion;
  ++deletion.rev;
  Status done = forget(known.account.uid);
  if (done) done = users().remove(known.user.id);
  if (done) done = outbox().leave(std::move(deletion), vault);
  return done;
}

Status AccountRows::complete(const Known& known, const Vault& vault) {
  const Uid& uid = known.account.uid;
  const Result<std::optional<OutboxRow>> row = outbox().find(uid, {});
  if (!row) return row.failure();
  const Op now = op_of(known);
  const Result<Op> op = *row ? read_op((*row)->bytes) : Result<Op>(Error::op_invalid);
  const bool whole =
      op && op->identity_key == now.identity_key && op->uid == uid && ((*row)->theirs || same_content(*op, now));
  if (!whole) {
    Status left = outbox().leave(now, vault);
    if (!left) return left;
  }
  const Result<std::vector<Bytes>> names = outbox().names_without_op(uid);
  if (!names) return names.failure();
  for (const Bytes& name : *names) {
    const Result<std::optional<Bytes>> value = table().value(uid, name);
    if (!value) return value.failure();
    Status left = outbox().leave_value(uid, vault, name, *value);
    if (!left) return left;
  }
  return Done{};
}

}  // namespace placecard
