#include "session_table.h"

namespace placecard {

namespace {

std::optional<SessionLabel> read_label(const Statement& row) {
  const auto id = array_of<SessionId>(row.blob(0));
  const auto uid = array_of<Uid>(row.blob(1));
  if (!id || !uid) return std::nullopt;
  return SessionLabel{*id, *uid, row.integer(2) != 0};
}

}  // namespace

Result<std::optional<SessionRow>> SessionTable::find(const SessionId& id) {
  Result<Statement> row =
      database_.prepare("SELECT session_id, uid, remembered, state FROM placecard_session WHERE session_id = ?");
  if (!row) return row.failure();
  const Result<bool> found = row->bind(1, std::span<const std::uint8_t>(id)).step();
  if (!found) return found.failure();
  const auto label = *found ? read_label(*row) : std::nullopt;
  if (!label) return std::optional<SessionRow>{};
  const auto state = row->blob(3);
  return std::optional(SessionRow{*label, Bytes(state.begin(), state.end())});
}

Result<std::vector<ListedSession>> SessionTable::list() {
  Result<Statement> row = database_.prepare(
      "SELECT session_id, uid, remembered, length(state) = 0,"
      " session_id IS (SELECT value FROM placecard_meta WHERE key = 'current_session'), user_id"
      " FROM placecard_session JOIN placecard_account USING (uid) JOIN user ON user.id = user_id ORDER BY user_id");
  if (!row) return row.failure();
  std::vector<ListedSession> listed;
  for (;;) {
    const Result<bool> more = row->step();
    if (!more) return more.failure();
    if (!*more) return listed;
    const auto label = read_label(*row);
    if (!label) continue;
    listed.push_back({*label, row->integer(3) != 0, row->integer(4) != 0, {}});
    listed.back().user.id = row->integer(5);
  }
}

Result<bool> SessionTable::has_open(const Uid& uid) {
  Result<Statement> find = database_.prepare("SELECT 1 FROM placecard_session WHERE uid = ? AND length(state) > 0");
  if (!find) return find.failure();
  return find->bind(1, std::span<const std::uint8_t>(uid)).step();
}

Status SessionTable::put(const SessionRow& row) {
  Result<Statement> write = database_.prepare(
      "INSERT OR REPLACE INTO placecard_session (session_id, uid, remembered, state) VALUES (?, ?, ?, ?)");
  if (!write) return write.failure();
  write->bind(1, std::span<const std::uint8_t>(row.label.id)).bind(2, std::span<const std::uint8_t>(row.label.uid));
  write->bind(3, std::int64_t{row.label.remembered});
  return write->bind(4, std::span<const std::uint8_t>(row.state)).run();
}

Status SessionTable::lock(const SessionId& id) {
  return run("UPDATE placecard_session SET state = x'' WHERE session_id = ?", id);
}

Status SessionTable::remove(const SessionId& id) {
  Status removed = run("DELETE FROM placecard_session WHERE session_id = ?", id);
  if (!removed) return removed;
  return run("DELETE FROM placecard_meta WHERE key = 'current_session' AND value = ?", id);
}

Status SessionTable::remove_of(const Uid& uid) {
  Status removed =
      run("DELETE FROM placecard_meta WHERE key = 'current_session'"
          " AND value IN (SELECT session_id FROM placecard_session WHERE uid = ?)",
          uid);
  if (!removed) return removed;
  return run("DELETE FROM placecard_session WHERE uid = ?", uid);
}

Status SessionTable::set_current(const std::optional<SessionId>& id) {
  if (!id) return database_.execute("DELETE FROM placecard_meta WHERE key = 'current_session'");
  return run("INSERT OR REPLACE INTO placecard_meta (key, value) VALUES ('current_session', ?)", *id);
}

Result<std::int64_t> SessionTable::log_outs() {
  Result<Statement> read = database_.prepare("SELECT value FROM placecard_meta WHERE key = 'log_outs'");
  if (!read) return read.failure();
  const Result<bool> found = read->step();
  if (!found) return found.failure();
  // Only ever compared, and small enough for JavaScript whatever somebody has written there.
  constexpr std::int64_t kMask = 0xFFFFFFFF;
  return *found ? read->integer(0) & kMask : std::int64_t{0};
}

Status SessionTable::count_log_out() {
  const Result<std::int64_t> count = log_outs();
  if (!count) return count.failure();
  Result<Statement> write =
      database_.prepare("INSERT OR REPLACE INTO placecard_meta (key, value) VALUES ('log_outs', ?)");
  if (!write) return write.failure();
  return write->bind(1, *count + 1).run();
}

Status SessionTable::run(std::string_view sql, std::span<const std::uint8_t> blob) {
  Result<Statement> statement = database_.prepare(sql);
  if (!statement) return statement.failure();
  return statement->bind(1, blob).run();
}

}  // namespace placecard
