// Sessions that are kept: across reloads, tabs, and restarts when they are remembered. What a row alone is worth is
// said in credentials/session_seal.h; here is what one may be used for, and until when.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "accounts.h"
#include "credentials/session_seal.h"
#include "host.h"
#include "result.h"
#include "session_table.h"
#include "store/store.h"

namespace placecard {

struct SessionLimits {
  std::int64_t idle_ms = 0;      // since it was last seen; 0: none
  std::int64_t absolute_ms = 0;  // since it began
};

// What to do about a session that was begun on another install.
enum class Protection : std::uint8_t {
  off,
  basic,   // it is not fresh
  strong,  // it is refused
};

enum class Freshness : std::uint8_t {
  stale,      // not fresh from now on
  unchanged,  // only seen
  fresh,      // fresh from now on, on this install
};

enum class Ending : std::uint8_t {
  log_out,  // the row goes; log-ins under way are overtaken
  lock,     // the row stays to say whose it was, without its state; log-ins under way are overtaken
  discard,  // the row goes
};

struct Resumed {
  User user;
  Session session;
  std::int64_t expires_ms = 0;
  bool remembered = false;
  bool fresh = false;
  bool elsewhere = false;  // begun on another install, and not fresh because of that
  bool due = false;        // worth a renewal: it was not seen for a while, or its freshness was lost
};

class Sessions {
 public:
  // A clock may be this much behind what a session has seen before it counts as set back.
  static constexpr std::int64_t kClockSlackMs = 5 * 60 * std::int64_t{1000};
  static constexpr std::int64_t kMaxLimitMs = std::int64_t{1} << 53;

  // All must outlive it; the store must be open whenever anything below is called.
  Sessions(Store& store, Host& host, Accounts& accounts) : store_(store), host_(host), accounts_(accounts) {}

  // Writes the row of a session that begins or has changed its password, instead of the account's former one, and makes
  // it current. Part of what began it: both are stored, or neither.
  Status keep(const Session& session, const SessionKeys& keys, bool remembered, bool fresh, SessionLimits limits);

  // Opens a row, and changes nothing. not_logged_in when there is none, the keys are not its own, anything in it was
  // changed, the password was changed or the account is gone; session_expired, clock_set_back, session_protected,
  // account_inactive; tampered when the account is not as it was sealed.
  Result<Resumed> resume(const SessionKeys& keys, Protection protection);

  // Seals the row of an open session anew: it was seen now. Refuses like resume().
  Status renew(const Session& session, const SessionKeys& keys, Freshness freshness);

  // Asks for no keys: anybody may log out. No row is no failure.
  Status end(const SessionId& id, Ending ending);
  // A log-out of a session without a row.
  Status count_log_out();
  Result<std::int64_t> log_outs() { return table().log_outs(); }

  // Makes another row current, or none. not_logged_in when there is no such row.
  Status switch_to(const std::optional<SessionId>& id);

  // Those whose account exists, in the order of its user's id.
  Result<std::vector<ListedSession>> list();

 private:
  struct Opened {
    SessionRow row;
    SessionState state;
  };

  [[nodiscard]] SessionTable table() { return SessionTable(store_.database()); }
  [[nodiscard]] std::int64_t now_ms() { return host_.now_us() / 1000; }
  // The row, when these keys open it and its time has not come.
  Result<Opened> open(const SessionKeys& keys);

  Store& store_;
  Host& host_;
  Accounts& accounts_;
};

}  // namespace placecard
