#include "sessions.h"

#include <algorithm>
#include <utility>

#include "credentials/sealing.h"
#include "store/transaction.h"
#include "sync/remote_table.h"

namespace placecard {

namespace {

constexpr std::int64_t kHourMs = 60 * 60 * std::int64_t{1000};

Error time_problem(const SessionState& state, std::int64_t now_ms) {
  if (now_ms < std::max(state.created_ms, state.last_seen_ms) - Sessions::kClockSlackMs) return Error::clock_set_back;
  const bool idle = state.idle_ms > 0 && now_ms - state.last_seen_ms >= state.idle_ms;
  return idle || now_ms >= state.expires_ms ? Error::session_expired : Error::none;
}

// Seldom enough that most visits write nothing, often enough that nobody's idle time is cut short by much.
bool is_due(const SessionState& state, std::int64_t now_ms) {
  const std::int64_t step = state.idle_ms > 0 ? std::min(state.idle_ms / 24, kHourMs) : kHourMs;
  return now_ms - state.last_seen_ms > step;
}

bool is_fresh(const SessionState& state, const SessionKeys& keys) {
  const Digest tag = keys.fresh_tag();
  return tag != Digest{} && equal(state.fresh_tag, tag);
}

}  // namespace

Status Sessions::keep(const Session& session, const SessionKeys& keys, bool remembered, bool fresh,
                      SessionLimits limits) {
  Transaction transaction(store_.database());
  SessionState state;
  state.vault = session.vault;
  state.credential_version = session.credential_version;
  state.created_ms = state.last_seen_ms = now_ms();
  state.expires_ms = std::min(state.created_ms + limits.absolute_ms, kMaxLimitMs);
  state.idle_ms = limits.idle_ms;
  state.forced = session.forced;
  if (fresh) state.fresh_tag = keys.fresh_tag();
  state.install = keys.install_digest();
  const SessionLabel label{keys.id, session.uid, remembered};
  Status done = table().put({label, seal_session(label, state, keys.key, host_)});
  if (done) done = table().set_current(keys.id);
  return done ? transaction.commit() : done;
}

Result<Sessions::Opened> Sessions::open(const SessionKeys& keys) {
  Result<std::optional<SessionRow>> row = table().find(keys.id);
  if (!row) return row.failure();
  if (!*row || (*row)->locked()) return Error::not_logged_in;
  auto state = open_session((*row)->label, (*row)->state, keys.key);
  if (!state) return Error::not_logged_in;
  const Error problem = time_problem(*state, now_ms());
  if (problem != Error::none) return problem;
  return Opened{std::move(**row), std::move(*state)};
}

Result<Resumed> Sessions::resume(const SessionKeys& keys, Protection protection) {
  Result<Opened> opened = open(keys);
  if (!opened) return opened.failure();
  const auto& [row, state] = *opened;
  Session session{row.label.uid, state.credential_version, state.vault, true, std::nullopt};
  Result<User> user = accounts_.sound_user(session);
  if (!user) return user.failure();
  const Result<Remote> remote = RemoteTable(store_.database()).find(session.uid);
  if (!remote) return remote.failure();
  if ((!user->active || remote->disabled) && !state.forced) return Error::account_inactive;
  session.forced = state.forced;
  session.row = keys.id;

  const bool moved = protection != Protection::off && !equal(state.install, keys.install_digest());
  if (moved && protection == Protection::strong) return Error::session_protected;
  const bool fresh = is_fresh(state, keys);
  const bool due = is_due(state, now_ms()) || (moved && fresh);
  return Resumed{
      std::move(*user), std::move(session), state.expires_ms, row.label.remembered, fresh && !moved, moved, due};
}

Status Sessions::renew(const Session& session, const SessionKeys& keys, Freshness freshness) {
  Transaction transaction(store_.database());
  const Result<User> user = accounts_.sound_user(session);
  if (!user) return user.failure();
  Result<Opened> opened = open(keys);
  if (!opened) return opened.failure();
  auto& [row, state] = *opened;
  const bool same = row.label.uid == session.uid && state.credential_version == session.credential_version;
  if (!same) return Error::not_logged_in;
  state.last_seen_ms = std::max(state.last_seen_ms, now_ms());
  if (freshness == Freshness::fresh) {
    // Whoever has given the password here belongs here.
    state.fresh_tag = keys.fresh_tag();
    state.install = keys.install_digest();
  }
  if (freshness == Freshness::stale) state.fresh_tag = {};
  Status stored = table().put({row.label, seal_session(row.label, state, keys.key, host_)});
  return stored ? transaction.commit() : stored;
}

Status Sessions::end(const SessionId& id, Ending ending) {
  Transaction transaction(store_.database());
  Status done = ending == Ending::lock ? table().lock(id) : table().remove(id);
  if (done && ending != Ending::discard) done = table().count_log_out();
  return done ? transaction.commit() : done;
}

Status Sessions::count_log_out() {
  Transaction transaction(store_.database());
  Status counted = table().count_log_out();
  return counted ? transaction.commit() : counted;
}

Status Sessions::switch_to(const std::optional<SessionId>& id) {
  Transaction transaction(store_.database());
  if (id) {
    const Result<std::optional<SessionRow>> row = table().find(*id);
    if (!row) return row.failure();
    if (!*row) return Error::not_logged_in;
  }
  Status switched = table().set_current(id);
  return switched ? transaction.commit() : switched;
}

Result<std::vector<ListedSession>> Sessions::list() {
  Result<std::vector<ListedSession>> listed = table().list();
  if (!listed) return listed;
  for (ListedSession& each : *listed) {
    Result<User> user = accounts_.users().get_or_not_found(each.user.id);
    if (!user) return user.failure();
    each.user = std::move(*user);
  }
  return listed;
}

}  // namespace placecard
