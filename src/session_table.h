// The table of kept sessions, and what placecard_meta says about them. Rows in, rows out; what they mean is decided in
// sessions.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "credentials/bytes.h"
#include "credentials/session_seal.h"
#include "result.h"
#include "store/database.h"
#include "user.h"

namespace placecard {

struct SessionRow {
  SessionLabel label;
  Bytes state;  // empty when the session is locked

  [[nodiscard]] bool locked() const { return state.empty(); }
};

struct ListedSession {
  SessionLabel label;
  bool locked = false;
  bool current = false;
  User user;
};

class SessionTable {
 public:
  // Must outlive it.
  explicit SessionTable(Database& database) : database_(database) {}

  // Rows with fields of impossible sizes are not there.
  Result<std::optional<SessionRow>> find(const SessionId& id);
  // Those whose account exists, in the order of its user's id, which is all they say of the user.
  Result<std::vector<ListedSession>> list();
  // Whether the account has a session that is kept and not locked.
  Result<bool> has_open(const Uid& uid);

  // The changes below belong inside the caller's transaction.

  // Replaces the account's former row.
  Status put(const SessionRow& row);
  Status lock(const SessionId& id);
  // A session that was current and is gone leaves none current.
  Status remove(const SessionId& id);
  Status remove_of(const Uid& uid);

  Status set_current(const std::optional<SessionId>& id);

  // How often somebody has logged out here: a log-in compares it with what it was when the log-in began.
  Result<std::int64_t> log_outs();
  Status count_log_out();

 private:
  Status run(std::string_view sql, std::span<const std::uint8_t> blob);

  Database& database_;
};

}  // namespace placecard
