#include "sync/sync.h"

#include <utility>

#include "store/transaction.h"

namespace placecard {

namespace {

Bytes copied(std::span<const std::uint8_t> bytes) { return {bytes.begin(), bytes.end()}; }

Bytes entity_of(const Op& op) { return op.kind == OpKind::data ? copied(op.name) : Bytes{}; }

constexpr std::string_view kDeleted = "account-deleted";
constexpr std::string_view kInactive = "account-inactive";

}  // namespace

Result<std::vector<Outgoing>> Sync::batch(std::int64_t max_ops, std::size_t max_bytes) {
  Result<std::vector<OutboxRow>> waiting = outbox().waiting(max_ops);
  if (!waiting) return waiting.failure();
  std::vector<Outgoing> batch;
  std::size_t size = 0;
  for (OutboxRow& row : *waiting) {
    const auto op_id = op_id_of(row.bytes);
    if (!op_id) continue;
    Outgoing next{*op_id, std::move(row.bytes), std::nullopt};
    if (!row.entity.empty()) {
      Result<std::optional<Bytes>> value = AccountTable(store_.database()).value(row.uid, row.entity);
      if (!value) return value.failure();
      next.value = std::move(*value);
    }
    size += next.bytes.size() + (next.value ? next.value->size() : 0);
    if (size > max_bytes && !batch.empty()) break;
    batch.push_back(std::move(next));
  }
  return batch;
}

Result<bool> Sync::result(std::span<const std::uint8_t> bytes, const Answer& answer) {
  Transaction transaction(store_.database());
  const Result<Op> op = parse_op(bytes);
  if (!op) return op.failure();
  Result<std::optional<OutboxRow>> row = outbox().find(op->uid, entity_of(*op));
  if (!row) return row.failure();
  if (!*row) return false;
  Result<bool> changed = false;
  if (answer.status <= Answer::Status::duplicate) {
    changed = applied(std::move(**row), *op, bytes);
  } else if (answer.theirs) {
    const Result<Op> theirs = receive_op(*answer.theirs, answer.theirs_value, host_);
    if (!theirs) return theirs.failure();
    if (theirs->uid != op->uid) return Error::op_invalid;
    changed = take(*theirs, *answer.theirs, answer.theirs_value);
  } else if (op_id_of((*row)->bytes) == op->op_id) {
    changed = refused(std::move(**row), *op, answer.code);
  }
  if (!changed) return changed;
  const Status committed = transaction.commit();
  if (!committed) return committed.failure();
  return changed;
}

Result<bool> Sync::applied(OutboxRow row, const Op& op, std::span<const std::uint8_t> bytes) {
  Status done = Done{};
  if (op_id_of(row.bytes) != op.op_id) {
    // Another change came while it was on its way: that one builds on what the server has now.
    const Result<Op> sent = read_op(bytes);
    const Result<Op> ours = parse_op(row.bytes);
    if (op.kind != OpKind::account || !sent || !ours || !ours->descends_from(op.op_id)) return false;
    row.base = copied(bytes);
    done = outbox().put(row);
  } else if (op.kind == OpKind::deletion) {
    done = rows().forget(op.uid);
  } else {
    if (!row.theirs) {
      row.state = OpState::applied;
      row.code.clear();
    }
    row.base.reset();
    done = outbox().put(row);
  }
  // A name may have become free.
  if (done && op.kind != OpKind::data) done = take_what_is_free();
  if (!done) return done.failure();
  return true;
}

Result<bool> Sync::refused(OutboxRow row, const Op& op, std::string_view code) {
  Result<Remote> remote = RemoteTable(store_.database()).find(op.uid);
  if (!remote) return remote.failure();
  Status done = Done{};
  if (code == kDeleted && op.kind == OpKind::deletion) {
    done = rows().forget(op.uid);
  } else {
    row.state = OpState::refused;
    row.code = code;
    remote->deleted = remote->deleted || code == kDeleted;
    remote->disabled = remote->disabled || code == kInactive;
    done = outbox().put(row);
    if (done) done = RemoteTable(store_.database()).put(*remote);
  }
  if (!done) return done.failure();
  return true;
}

Result<bool> Sync::incoming(std::span<const std::uint8_t> bytes, std::optional<std::span<const std::uint8_t>> value) {
  const Result<Op> op = receive_op(bytes, value, host_);
  if (!op) return op.failure();
  Transaction transaction(store_.database());
  Result<bool> changed = take(*op, bytes, value);
  if (!changed || !*changed) return changed;
  const Status committed = transaction.commit();
  if (!committed) return committed.failure();
  return changed;
}

Result<bool> Sync::take(const Op& theirs, std::span<const std::uint8_t> bytes,
                        std::optional<std::span<const std::uint8_t>> value) {
  Result<std::optional<Known>> known = rows().find(theirs.uid);
  if (!known) return known.failure();
  if (!*known) return false;
  if ((*known)->account.identity_key != theirs.identity_key) return Error::op_invalid;
  if (theirs.kind == OpKind::deletion) return take_deletion(**known);
  if (theirs.kind == OpKind::data) return take_value(theirs, copied(bytes), value);
  return take_account(std::move(**known), theirs, copied(bytes));
}

Result<bool> Sync::take_account(Known known, const Op& theirs, Bytes bytes) {
  Result<std::optional<OutboxRow>> found = outbox().find(theirs.uid, {});
  if (!found) return found.failure();
  OutboxRow row = found->value_or(OutboxRow{});
  row.uid = theirs.uid;
  const Result<Op> ours = parse_op(row.bytes);
  if (row.theirs == bytes) return false;
  Status done = Done{};
  if (ours && ours->op_id == theirs.op_id) {
    if (row.state == OpState::applied || row.theirs) return false;
    row.state = OpState::applied;
    row.code.clear();
    row.base.reset();
    done = outbox().put(row);
  } else if (ours && ours->descends_from(theirs.op_id)) {
    // An older one of ours, which the server is known to have by that.
    if (row.state == OpState::applied || row.base) return false;
    row.base = std::move(bytes);
    done = outbox().put(row);
  } else {
    const bool nothing_lost = !ours || row.state == OpState::applied || theirs.descends_from(ours->op_id);
    const bool newer = theirs.rev > known.account.revision;
    if (nothing_lost && newer) {
      done = fast_forward(std::move(known), std::move(row), theirs, std::move(bytes));
    } else if (row.state == OpState::applied) {
      return false;
    } else {
      row.state = OpState::unmerged;
      row.code.clear();
      row.theirs = std::move(bytes);
      done = outbox().put(row);
    }
  }
  if (!done) return done.failure();
  return true;
}

// Their state becomes ours; the seal follows when its owner logs in. What is unique here stays so: until the name is
// free, everything stays as it is.
Status Sync::fast_forward(Known known, OutboxRow row, const Op& theirs, Bytes bytes) {
  const std::int64_t id = known.user.id;
  known.user = theirs.user;
  known.user.id = id;
  Status done = Users(store_.database(), host_).update(known.user);
  if (!done && done.error() != Error::username_taken && done.error() != Error::email_taken) return done;
  if (!done) {
    row.state = OpState::unmerged;
    row.code = code_of(done.error());
    row.theirs = std::move(bytes);
    return outbox().put(row);
  }
  known.account.active = theirs.user.active;
  known.account.credential_version = theirs.credential_version;
  known.account.revision = theirs.rev;
  known.account.slots = theirs.slots;
  done = AccountTable(store_.database()).put(known.account);
  if (!done) return done;
  row.state = OpState::applied;
  row.code.clear();
  row.bytes = std::move(bytes);
  row.base.reset();
  row.theirs.reset();
  return outbox().put(row);
}

Status Sync::take_what_is_free() {
  Result<std::vector<OutboxRow>> unmerged = outbox().accounts(OpState::unmerged);
  if (!unmerged) return unmerged.failure();
  for (OutboxRow& row : *unmerged) {
    if (row.code.empty() || !row.theirs) continue;
    Bytes bytes = *row.theirs;
    const Result<Op> theirs = read_op(bytes);
    Result<std::optional<Known>> known = rows().find(row.uid);
    if (!known) return known.failure();
    const bool whole = theirs && *known && theirs->kind == OpKind::account && theirs->uid == row.uid &&
                       theirs->identity_key == (*known)->account.identity_key &&
                       theirs->rev > (*known)->account.revision;
    if (!whole) continue;
    Status done = fast_forward(std::move(**known), std::move(row), *theirs, std::move(bytes));
    if (!done) return done;
  }
  return Done{};
}

// The last writer wins: the higher count, and of two the larger id. Every device comes to the same.
Result<bool> Sync::take_value(const Op& theirs, Bytes bytes, std::optional<std::span<const std::uint8_t>> value) {
  const Bytes name = copied(theirs.name);
  Result<std::optional<OutboxRow>> found = outbox().find(theirs.uid, name);
  if (!found) return found.failure();
  OutboxRow row = found->value_or(OutboxRow{});
  const Result<Op> ours = parse_op(row.bytes);
  const bool same = ours && ours->op_id == theirs.op_id;
  if (same && row.state == OpState::applied) return false;
  if (!same) {
    if (ours && std::pair(ours->rev, ours->op_id) > std::pair(theirs.rev, theirs.op_id)) return false;
    AccountTable table(store_.database());
    const Status stored = value ? table.put_value(theirs.uid, {name, copied(*value)}) : [&]() -> Status {
      const Result<bool> removed = table.remove_value(theirs.uid, name);
      return removed ? Status(Done{}) : removed.failure();
    }();
    if (!stored) return stored.failure();
  }
  row.uid = theirs.uid;
  row.entity = name;
  row.state = OpState::applied;
  row.code.clear();
  row.bytes = std::move(bytes);
  const Status done = outbox().put(row);
  if (!done) return done.failure();
  return true;
}

Result<bool> Sync::take_deletion(const Known& known) {
  const Uid& uid = known.account.uid;
  const Result<std::int64_t> unsent = outbox().count_waiting(uid);
  if (!unsent) return unsent.failure();
  Status done = Done{};
  if (*unsent == 0) {
    done = rows().forget(uid);
    if (done) done = Users(store_.database(), host_).remove(known.user.id);
    if (done) done = take_what_is_free();
  } else {
    // Somebody has worked on here meanwhile: they choose.
    Result<Remote> remote = RemoteTable(store_.database()).find(uid);
    if (!remote) return remote.failure();
    if (remote->deleted) return false;
    remote->deleted = true;
    done = RemoteTable(store_.database()).put(*remote);
  }
  if (!done) return done.failure();
  return true;
}

Result<bool> Sync::server_row(const Uid& uid, const User& server) {
  Transaction transaction(store_.database());
  Result<std::optional<OutboxRow>> row = outbox().find(uid, {});
  if (!row) return row.failure();
  Result<Op> op = *row ? parse_op((*row)->bytes) : Result<Op>(Error::not_found);
  if (!op || op->kind != OpKind::account || (*row)->theirs) return false;
  const bool active = op->user.active;
  const Op before = *op;
  op->user = server;
  op->user.active = active;
  if (op->user.username == before.user.username && op->user.email == before.user.email &&
      op->user.joined_at == before.user.joined_at && op->user.password_hash == before.user.password_hash) {
    return false;
  }
  op->op_id = {};
  (*row)->state = OpState::refused;
  (*row)->code = code_of(Error::changed_meanwhile);
  (*row)->theirs = unsigned_op(*op);
  Status done = outbox().put(**row);
  if (done) done = transaction.commit();
  if (!done) return done.failure();
  return true;
}

Status Sync::set_remote(Remote remote) {
  Transaction transaction(store_.database());
  const Result<Remote> former = RemoteTable(store_.database()).find(remote.uid);
  if (!former) return former.failure();
  remote.deleted = former->deleted;
  Status done = RemoteTable(store_.database()).put(remote);
  if (done && former->disabled && !remote.disabled) done = outbox().wait_again(remote.uid, kInactive);
  return done ? transaction.commit() : done;
}

Result<std::string> Sync::epoch() {
  Result<Statement> read = store_.database().prepare("SELECT value FROM placecard_meta WHERE key = 'server_epoch'");
  if (!read) return read.failure();
  const Result<bool> found = read->step();
  if (!found) return found.failure();
  return std::string(*found ? read->text(0) : std::string_view());
}

Status Sync::set_epoch(std::string_view epoch) {
  Result<Statement> write =
      store_.database().prepare("INSERT OR REPLACE INTO placecard_meta (key, value) VALUES ('server_epoch', ?)");
  if (!write) return write.failure();
  return write->bind(1, epoch).run();
}

Status Sync::reset(std::string_view epoch) {
  Transaction transaction(store_.database());
  Status done = outbox().reset();
  if (done) done = RemoteTable(store_.database()).begin_anew();
  if (done) done = set_epoch(epoch);
  return done ? transaction.commit() : done;
}

}  // namespace placecard
