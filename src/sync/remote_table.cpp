#include "sync/remote_table.h"

#include <utility>

namespace placecard {

Result<std::vector<Remote>> RemoteTable::select(std::string_view sql, const std::optional<Uid>& uid) {
  Result<Statement> read = database_.prepare(sql);
  if (!read) return read.failure();
  if (uid) read->bind(1, std::span<const std::uint8_t>(*uid));
  std::vector<Remote> all;
  for (;;) {
    const Result<bool> more = read->step();
    if (!more) return more.failure();
    if (!*more) return all;
    const auto id = array_of<Uid>(read->blob(0));
    if (!id) continue;
    all.push_back({*id, read->optional_text(1), read->optional_text(2), read->integer(3) != 0, read->integer(4) != 0});
  }
}

Result<std::vector<Remote>> RemoteTable::all() {
  return select("SELECT uid, token, cursor, disabled, deleted FROM placecard_remote", {});
}

Result<Remote> RemoteTable::find(const Uid& uid) {
  Result<std::vector<Remote>> found =
      select("SELECT uid, token, cursor, disabled, deleted FROM placecard_remote WHERE uid = ?", uid);
  if (!found) return found.failure();
  if (!found->empty()) return std::move(found->front());
  Remote none;
  none.uid = uid;
  return none;
}

Status RemoteTable::put(const Remote& remote) {
  Result<Statement> write = database_.prepare(
      "INSERT OR REPLACE INTO placecard_remote (uid, token, cursor, disabled, deleted) VALUES (?, ?, ?, ?, ?)");
  if (!write) return write.failure();
  write->bind(1, std::span<const std::uint8_t>(remote.uid)).bind(2, remote.token).bind(3, remote.cursor);
  return write->bind(4, std::int64_t{remote.disabled}).bind(5, std::int64_t{remote.deleted}).run();
}

Status RemoteTable::remove(const Uid& uid) {
  Result<Statement> remove = database_.prepare("DELETE FROM placecard_remote WHERE uid = ?");
  if (!remove) return remove.failure();
  return remove->bind(1, std::span<const std::uint8_t>(uid)).run();
}

Status RemoteTable::begin_anew() { return database_.execute("UPDATE placecard_remote SET cursor = NULL, deleted = 0"); }

}  // namespace placecard
