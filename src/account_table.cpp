#include "account_table.h"

#include <utility>

namespace placecard {

namespace {

std::int64_t as_integer(std::uint64_t value) { return static_cast<std::int64_t>(value); }

// Nothing when a field has a size or a value no slot ever had.
std::optional<KeySlot> read_slot(const Statement& row) {
  const auto slot_id = array_of<SlotId>(row.blob(0));
  const std::int64_t kind = row.integer(1);
  const auto salt = array_of<Salt>(row.blob(5));
  const auto log_in_key = array_of<PublicKey>(row.blob(6));
  const auto sealed = row.blob(7);
  const auto commitment = array_of<std::array<std::uint8_t, 32>>(row.blob(8));
  if (!slot_id || !salt || !log_in_key || !commitment) return std::nullopt;
  if (kind != static_cast<int>(SlotKind::password) && kind != static_cast<int>(SlotKind::recovery)) return std::nullopt;
  KeySlot slot;
  slot.slot_id = *slot_id;
  slot.kind = static_cast<SlotKind>(kind);
  slot.credential_version = static_cast<std::uint64_t>(row.integer(2));
  slot.cost = {static_cast<std::uint64_t>(row.integer(3)), static_cast<std::uint64_t>(row.integer(4))};
  if (slot.kind == SlotKind::password && !slot.cost.sane()) return std::nullopt;
  slot.salt = *salt;
  slot.log_in_key = *log_in_key;
  slot.sealed_vault.assign(sealed.begin(), sealed.end());
  slot.commitment = *commitment;
  return slot;
}

}  // namespace

Result<std::optional<AccountRecord>> AccountTable::find_by_user(std::int64_t user_id) {
  Result<Statement> row = database_.prepare(
      "SELECT user_id, uid, active, credential_version, revision, identity_key, row_seal FROM placecard_account"
      " WHERE user_id = ?");
  if (!row) return row.failure();
  row->bind(1, user_id);
  return read_record(*row);
}

Result<std::optional<AccountRecord>> AccountTable::find(const Uid& uid) {
  Result<Statement> row = database_.prepare(
      "SELECT user_id, uid, active, credential_version, revision, identity_key, row_seal FROM placecard_account"
      " WHERE uid = ?");
  if (!row) return row.failure();
  row->bind(1, std::span<const std::uint8_t>(uid));
  return read_record(*row);
}

Result<std::optional<AccountRecord>> AccountTable::read_record(Statement& row) {
  const Result<bool> found = row.step();
  if (!found) return found.failure();
  if (!*found) return std::optional<AccountRecord>{};
  const auto uid = array_of<Uid>(row.blob(1));
  const auto identity_key = array_of<PublicKey>(row.blob(5));
  const std::int64_t active = row.integer(2);
  const bool is_flag = row.is_integer(2) && (active == 0 || active == 1);
  if (!uid || !identity_key || !is_flag) return Error::tampered;
  AccountRecord account;
  account.user_id = row.integer(0);
  account.uid = *uid;
  account.active = active == 1;
  account.credential_version = static_cast<std::uint64_t>(row.integer(3));
  account.revision = static_cast<std::uint64_t>(row.integer(4));
  account.identity_key = *identity_key;
  const auto row_seal = row.blob(6);
  account.row_seal.assign(row_seal.begin(), row_seal.end());
  Result<std::vector<KeySlot>> found_slots = slots(account.uid);
  if (!found_slots) return found_slots.failure();
  account.slots = std::move(*found_slots);
  return std::optional(std::move(account));
}

Result<std::vector<KeySlot>> AccountTable::slots(const Uid& uid) {
  Result<Statement> row = database_.prepare(
      "SELECT slot_id, kind, credential_version, passes, memory, salt, log_in_key, sealed_vault, commitment"
      " FROM placecard_key_slot WHERE uid = ? ORDER BY kind");
  if (!row) return row.failure();
  row->bind(1, std::span<const std::uint8_t>(uid));
  std::vector<KeySlot> found;
  for (;;) {
    const Result<bool> more = row->step();
    if (!more) return more.failure();
    if (!*more) return found;
    std::optional<KeySlot> slot = read_slot(*row);
    if (!slot) return Error::tampered;
    found.push_back(std::move(*slot));
  }
}

Status AccountTable::put(const AccountRecord& account) {
  {
    Result<Statement> write = database_.prepare(
        "INSERT OR REPLACE INTO placecard_account"
        " (user_id, uid, active, credential_version, revision, identity_key, row_seal) VALUES (?, ?, ?, ?, ?, ?, ?)");
    if (!write) return write.failure();
    write->bind(1, account.user_id).bind(2, std::span<const std::uint8_t>(account.uid));
    write->bind(3, std::int64_t{account.active}).bind(4, as_integer(account.credential_version));
    write->bind(5, as_integer(account.revision)).bind(6, std::span<const std::uint8_t>(account.identity_key));
    Status written = write->bind(7, std::span<const std::uint8_t>(account.row_seal)).run();
    if (!written) return written;
  }
  Status cleared = run("DELETE FROM placecard_key_slot WHERE uid = ?", account.uid);
  if (!cleared) return cleared;
  for (const KeySlot& slot : account.slots) {
    Result<Statement> write = database_.prepare(
        "INSERT INTO placecard_key_slot (uid, kind, slot_id, credential_version, passes, memory, salt, log_in_key,"
        " sealed_vault, commitment) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    if (!write) return write.failure();
    write->bind(1, std::span<const std::uint8_t>(account.uid)).bind(2, static_cast<std::int64_t>(slot.kind));
    write->bind(3, std::span<const std::uint8_t>(slot.slot_id)).bind(4, as_integer(slot.credential_version));
    write->bind(5, as_integer(slot.cost.passes)).bind(6, as_integer(slot.cost.memory));
    write->bind(7, std::span<const std::uint8_t>(slot.salt)).bind(8, std::span<const std::uint8_t>(slot.log_in_key));
    write->bind(9, std::span<const std::uint8_t>(slot.sealed_vault));
    Status written = write->bind(10, std::span<const std::uint8_t>(slot.commitment)).run();
    if (!written) return written;
  }
  return Done{};
}

Status AccountTable::remove(const Uid& uid) {
  for (const std::string_view sql :
       {"DELETE FROM placecard_sealed WHERE uid = ?", "DELETE FROM placecard_key_slot WHERE uid = ?",
        "DELETE FROM placecard_account WHERE uid = ?"}) {
    Status removed = run(sql, uid);
    if (!removed) return removed;
  }
  return Done{};
}

Result<Failures> AccountTable::failures(const Bytes& name) {
  Result<Statement> row = database_.prepare("SELECT failures, last_failed_at_ms FROM placecard_guess WHERE name = ?");
  if (!row) return row.failure();
  const Result<bool> found = row->bind(1, std::span<const std::uint8_t>(name)).step();
  if (!found) return found.failure();
  if (!*found) return Failures{};
  return Failures{row->integer(0), row->integer(1)};
}

Status AccountTable::put_failures(const Bytes& name, const Failures& failures) {
  Result<Statement> write =
      database_.prepare("INSERT OR REPLACE INTO placecard_guess (name, failures, last_failed_at_ms) VALUES (?, ?, ?)");
  if (!write) return write.failure();
  return write->bind(1, std::span<const std::uint8_t>(name)).bind(2, failures.count).bind(3, failures.last_ms).run();
}

Status AccountTable::clear_failures(const Bytes& name) {
  return run("DELETE FROM placecard_guess WHERE name = ?", name);
}

Status AccountTable::forget_failures_before(std::int64_t ms) {
  Result<Statement> remove = database_.prepare("DELETE FROM placecard_guess WHERE last_failed_at_ms < ?");
  if (!remove) return remove.failure();
  return remove->bind(1, ms).run();
}

Result<std::optional<Bytes>> AccountTable::value(const Uid& uid, const Bytes& name) {
  Result<Statement> row = database_.prepare("SELECT value FROM placecard_sealed WHERE uid = ? AND name = ?");
  if (!row) return row.failure();
  row->bind(1, std::span<const std::uint8_t>(uid)).bind(2, std::span<const std::uint8_t>(name));
  const Result<bool> found = row->step();
  if (!found) return found.failure();
  if (!*found) return std::optional<Bytes>{};
  const auto value = row->blob(0);
  return std::optional(Bytes(value.begin(), value.end()));
}

Result<std::vector<SealedValue>> AccountTable::values(const Uid& uid) {
  Result<Statement> row = database_.prepare("SELECT name, value FROM placecard_sealed WHERE uid = ?");
  if (!row) return row.failure();
  row->bind(1, std::span<const std::uint8_t>(uid));
  std::vector<SealedValue> all;
  for (;;) {
    const Result<bool> more = row->step();
    if (!more) return more.failure();
    if (!*more) return all;
    const auto name = row->blob(0);
    const auto value = row->blob(1);
    all.push_back({Bytes(name.begin(), name.end()), Bytes(value.begin(), value.end())});
  }
}

Status AccountTable::put_value(const Uid& uid, const SealedValue& value) {
  Result<Statement> write =
      database_.prepare("INSERT OR REPLACE INTO placecard_sealed (uid, name, value) VALUES (?, ?, ?)");
  if (!write) return write.failure();
  write->bind(1, std::span<const std::uint8_t>(uid)).bind(2, std::span<const std::uint8_t>(value.name));
  return write->bind(3, std::span<const std::uint8_t>(value.value)).run();
}

Result<bool> AccountTable::remove_value(const Uid& uid, const Bytes& name) {
  Result<Statement> remove = database_.prepare("DELETE FROM placecard_sealed WHERE uid = ? AND name = ?");
  if (!remove) return remove.failure();
  remove->bind(1, std::span<const std::uint8_t>(uid)).bind(2, std::span<const std::uint8_t>(name));
  const Status removed = remove->run();
  if (!removed) return removed.failure();
  return database_.changes() > 0;
}

Status AccountTable::run(std::string_view sql, std::span<const std::uint8_t> blob) {
  Result<Statement> statement = database_.prepare(sql);
  if (!statement) return statement.failure();
  return statement->bind(1, blob).run();
}

}  // namespace placecard
