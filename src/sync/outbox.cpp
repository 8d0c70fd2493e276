#include "sync/outbox.h"

#include <algorithm>
#include <utility>

#include "credentials/sealing.h"

namespace placecard {

namespace {

Bytes copied(std::span<const std::uint8_t> bytes) { return {bytes.begin(), bytes.end()}; }

std::optional<Bytes> optional_blob(const Statement& row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional(copied(row.blob(column)));
}

void bind_blob(Statement& write, int index, const std::optional<Bytes>& blob) {
  if (blob) write.bind(index, std::span<const std::uint8_t>(*blob));
}

// What may be built upon: nothing when the row was edited.
std::optional<Op> op_in(const std::optional<OutboxRow>& row, const PublicKey& identity_key) {
  if (!row) return std::nullopt;
  Result<Op> op = read_op(row->bytes);
  if (!op || op->uid != row->uid || op->identity_key != identity_key) return std::nullopt;
  return std::move(*op);
}

// An account whose name somebody else here has goes without one for now: that must not reach the server as its wish.
Error name_held_back(const std::optional<OutboxRow>& row, const Op& op) {
  if (op.kind != OpKind::account || !row || row->state != OpState::unmerged || row->code.empty()) return Error::none;
  const Result<Op> theirs = row->theirs ? parse_op(*row->theirs) : Result<Op>(Error::not_found);
  if (!theirs) return Error::none;
  if (theirs->user.username && !op.user.username) return Error::username_taken;
  return theirs->user.email && !op.user.email ? Error::email_taken : Error::none;
}

}  // namespace

Result<std::vector<OutboxRow>> Outbox::select(std::string_view where, const std::optional<Uid>& uid,
                                              const Bytes& entity, std::int64_t limit) {
  Result<Statement> read =
      database_.prepare("SELECT seq, uid, entity, state, code, bytes, base, theirs FROM placecard_outbox AS o WHERE " +
                        std::string(where) + " ORDER BY seq LIMIT ?3");
  if (!read) return read.failure();
  if (uid) read->bind(1, std::span<const std::uint8_t>(*uid)).bind(2, std::span<const std::uint8_t>(entity));
  read->bind(3, limit);
  std::vector<OutboxRow> rows;
  for (;;) {
    const Result<bool> more = read->step();
    if (!more) return more.failure();
    if (!*more) return rows;
    const auto id = array_of<Uid>(read->blob(1));
    // Nobody here has written such a row.
    if (!id || read->integer(3) < 0 || read->integer(3) > 3) continue;
    rows.push_back({read->integer(0), *id, copied(read->blob(2)), static_cast<OpState>(read->integer(3)),
                    std::string(read->text(4)), copied(read->blob(5)), optional_blob(*read, 6),
                    optional_blob(*read, 7)});
  }
}

Result<std::optional<OutboxRow>> Outbox::find(const Uid& uid, const Bytes& entity) {
  Result<std::vector<OutboxRow>> rows = select("uid = ?1 AND entity = ?2", uid, entity);
  if (!rows) return rows.failure();
  return rows->empty() ? std::nullopt : std::optional(std::move(rows->front()));
}

Result<std::vector<OutboxRow>> Outbox::waiting(std::int64_t count) {
  return select(
      "state = 0 AND NOT EXISTS (SELECT 1 FROM placecard_outbox AS a WHERE a.uid = o.uid AND a.entity = x''"
      " AND a.state > 1 AND a.base IS NULL)"
      " AND NOT EXISTS (SELECT 1 FROM placecard_remote AS r WHERE r.uid = o.uid AND r.deleted)",
      {}, {}, count);
}

Result<std::vector<OutboxRow>> Outbox::unsettled(const std::optional<Uid>& uid) {
  return select(
      "entity = x'' AND (state > 1 OR uid = ?1 OR uid IN (SELECT uid FROM placecard_remote WHERE disabled OR deleted))",
      uid);
}

Result<std::vector<OutboxRow>> Outbox::accounts(std::optional<OpState> state) {
  if (!state) return select("entity = x''");
  return select("entity = x'' AND state = " + std::to_string(static_cast<int>(*state)));
}

Result<std::int64_t> Outbox::count_waiting(const std::optional<Uid>& uid) {
  Result<Statement> read =
      database_.prepare("SELECT count(*) FROM placecard_outbox WHERE state IN (0, 2, 3) AND (?1 IS NULL OR uid = ?1)");
  if (!read) return read.failure();
  if (uid) read->bind(1, std::span<const std::uint8_t>(*uid));
  const Result<bool> row = read->step();
  if (!row) return row.failure();
  return read->integer(0);
}

Result<std::vector<Bytes>> Outbox::names_without_op(const Uid& uid) {
  Result<Statement> read = database_.prepare(
      "SELECT name FROM placecard_sealed AS s WHERE uid = ?1 AND NOT EXISTS"
      " (SELECT 1 FROM placecard_outbox WHERE uid = ?1 AND entity = s.name AND state BETWEEN 0 AND 3)");
  if (!read) return read.failure();
  read->bind(1, std::span<const std::uint8_t>(uid));
  std::vector<Bytes> names;
  for (;;) {
    const Result<bool> more = read->step();
    if (!more) return more.failure();
    if (!*more) return names;
    names.push_back(copied(read->blob(0)));
  }
}

Status Outbox::put(const OutboxRow& row) {
  Result<Statement> write = database_.prepare(
      "INSERT OR REPLACE INTO placecard_outbox (seq, uid, entity, state, code, bytes, base, theirs)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  if (!write) return write.failure();
  if (row.seq != 0) write->bind(1, row.seq);
  write->bind(2, std::span<const std::uint8_t>(row.uid)).bind(3, std::span<const std::uint8_t>(row.entity));
  write->bind(4, static_cast<std::int64_t>(row.state)).bind(5, std::string_view(row.code));
  write->bind(6, std::span<const std::uint8_t>(row.bytes));
  bind_blob(*write, 7, row.base);
  bind_blob(*write, 8, row.theirs);
  return write->run();
}

Status Outbox::remove_of(const Uid& uid) {
  Result<Statement> remove = database_.prepare("DELETE FROM placecard_outbox WHERE uid = ?");
  if (!remove) return remove.failure();
  return remove->bind(1, std::span<const std::uint8_t>(uid)).run();
}

Status Outbox::wait_again(const Uid& uid, std::string_view code) {
  Result<Statement> write =
      database_.prepare("UPDATE placecard_outbox SET state = 0, code = '' WHERE uid = ? AND state = 2 AND code = ?");
  if (!write) return write.failure();
  return write->bind(1, std::span<const std::uint8_t>(uid)).bind(2, code).run();
}

// What the server had is no base any more: it may have gone back to something else.
Status Outbox::reset() {
  return database_.execute(
      "UPDATE placecard_outbox SET state = 0 WHERE state = 1; UPDATE placecard_outbox SET base = NULL");
}

Status Outbox::leave(Op op, const Vault& vault, const Op* merged) {
  Result<std::optional<OutboxRow>> found = find(op.uid, {});
  if (!found) return found.failure();
  op.identity_key = vault.identity_key();
  host_.random(op.op_id);
  const Error unnamed = name_held_back(*found, op);
  if (unnamed != Error::none) return unnamed;
  const std::optional<Op> former = op_in(*found, op.identity_key);
  if (merged != nullptr) op.parents = merged->lineage();
  if (former) {
    for (const OpId& each : former->lineage()) {
      if (!op.descends_from(each)) op.parents.push_back(each);
    }
    // The heads of both must stay; the rest are there to recognise what is old.
    if (merged != nullptr && op.parents.size() > 1) {
      std::iter_swap(op.parents.begin() + 1, std::find(op.parents.begin() + 1, op.parents.end(), former->op_id));
    }
  }
  if (op.parents.size() > Op::kMaxParents) op.parents.resize(Op::kMaxParents);

  OutboxRow row = found->value_or(OutboxRow{});
  row.uid = op.uid;
  if (merged != nullptr) {
    row.base = std::move(row.theirs);
    row.theirs.reset();
  } else if (row.state == OpState::applied && former) {
    row.base = std::move(row.bytes);
  }
  // What the new op descends from is settled.
  const auto their_id = row.theirs ? op_id_of(*row.theirs) : std::nullopt;
  if (their_id && op.descends_from(*their_id)) row.theirs.reset();
  if (!row.theirs) row.state = OpState::waiting;
  if (row.state != OpState::refused) row.code.clear();
  row.bytes = write_op(op, vault.identity_seed);
  return put(row);
}

Status Outbox::leave_value(const Uid& uid, const Vault& vault, const Bytes& name, const std::optional<Bytes>& value) {
  Result<std::optional<OutboxRow>> found = find(uid, name);
  if (!found) return found.failure();
  Op op;
  op.kind = OpKind::data;
  op.uid = uid;
  op.identity_key = vault.identity_key();
  host_.random(op.op_id);
  op.name = array_of<DataName>(name).value_or(DataName{});
  op.deleted = !value;
  if (value) op.value = digest(*value);
  const std::optional<Op> former = op_in(*found, op.identity_key);
  if (former) op.rev = former->rev + 1;

  OutboxRow row;
  if (*found) row.seq = (*found)->seq;
  row.uid = uid;
  row.entity = name;
  row.bytes = write_op(op, vault.identity_seed);
  return put(row);
}

}  // namespace placecard
