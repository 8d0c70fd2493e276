// What a person is told of each account: the words, and what they are about.
#include <map>
#include <utility>

#include "sync/merge.h"
#include "sync/sync.h"

namespace placecard {

namespace {

constexpr std::string_view kCredentialConflict = "credential-conflict";

Problems problems_in(std::string_view codes) {
  Problems problems;
  for (const ErrorEntry& each : kErrors) {
    if (each.field != Field::none && codes.find(each.code) != std::string_view::npos) {
      problems.add({each.error, each.field});
    }
  }
  return problems;
}

std::string_view word_for(const OutboxRow& row, const Remote& remote, bool all_sent) {
  if (remote.deleted || remote.disabled) return "revoked";
  if (row.state == OpState::refused) {
    if (row.code == kCredentialConflict) return kCredentialConflict;
    return row.code.find("username-") == 0 || row.code.find("email-") == 0 ? "needs-rename" : "conflict";
  }
  if (row.state == OpState::applied && all_sent) return "synced";
  // Whatever waits for nobody here is still on its way.
  const bool known_there = row.state == OpState::applied || row.base || row.theirs;
  return known_there ? "pending" : "local-only";
}

}  // namespace

Result<SyncState> Sync::state_of(const OutboxRow& row, const Known& known, const Remote& remote) {
  const Result<std::int64_t> unsent = outbox().count_waiting(row.uid);
  if (!unsent) return unsent.failure();
  SyncState state{row.uid, known.user, word_for(row, remote, *unsent == 0), row.code, problems_in(row.code), {}};
  if (state.state == "revoked") {
    state.code = code_of(remote.deleted ? Error::account_deleted : Error::account_inactive);
    state.fields = {};
  } else if (row.theirs && row.code.empty()) {
    state.code = code_of(Error::changed_meanwhile);
  } else if (row.theirs && row.state == OpState::refused) {
    const Result<Op> ours = parse_op(row.bytes);
    const Result<Op> theirs = parse_op(*row.theirs);
    const Result<Op> base = row.base ? parse_op(*row.base) : Result<Op>(Error::not_found);
    if (ours && theirs) {
      state.theirs = theirs->user;
      state.fields = merge_ops(base ? std::optional(*base) : std::nullopt, *ours, *theirs).conflicts;
      if (theirs->op_id == OpId{}) state.fields = merge_ops(std::nullopt, *ours, *theirs).conflicts;
    }
  }
  return state;
}

Result<std::vector<SyncState>> Sync::state(bool all, const std::optional<Uid>& uid) {
  Result<std::vector<OutboxRow>> found = all ? outbox().accounts() : outbox().unsettled(uid);
  if (!found) return found.failure();
  const Result<std::vector<Remote>> remotes = this->remotes();
  if (!remotes) return remotes.failure();
  std::map<Uid, Remote> revoked;
  for (const Remote& each : *remotes) {
    if (each.deleted || each.disabled) revoked.emplace(each.uid, each);
  }
  std::vector<SyncState> states;
  for (const OutboxRow& row : *found) {
    const auto remote = revoked.find(row.uid);
    Result<std::optional<Known>> known = rows().find(row.uid);
    if (!known && known.error() == Error::tampered) continue;
    if (!known) return known.failure();
    if (!*known) continue;
    Result<SyncState> state = state_of(row, **known, remote == revoked.end() ? Remote{} : remote->second);
    if (!state) return state.failure();
    states.push_back(std::move(*state));
  }
  return states;
}

}  // namespace placecard
