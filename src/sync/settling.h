// What sync needs somebody's keys for: merging two devices' changes, carrying out what a person has chosen, and
// signing.
#pragma once

#include <span>

#include "accounts.h"
#include "credentials/signature.h"
#include "host.h"
#include "result.h"
#include "session.h"
#include "store/store.h"

namespace placecard {

enum class Choice : std::uint8_t {
  keep_mine = 1,
  take_theirs = 2,
};

class Settling {
 public:
  // All must outlive it.
  Settling(Store& store, Host& host, Accounts& accounts) : store_(store), host_(host), accounts_(accounts) {}

  // Merges what another device has changed at the same time, and leaves what both have changed to be chosen. Whether
  // there was anything to merge. A password changed on the other device ends the session.
  Result<bool> merge(const Session& session);

  // Carries out a choice; not_found when there is none to make. Keeping one's own of two passwords goes on as the same
  // session, whose credential version is a new one. An account deleted on the server goes with take_theirs; how it is
  // kept is in accounts.h (Renewal).
  Status resolve(Session& session, Choice choice);

  // "It is me": what one account keeps moves to the other, where its key is free, and the first is deleted.
  Status merge_into(const Session& from, const Session& into);

  // That this account asks for a token.
  Result<Signature> sign_nonce(const Session& session, std::span<const std::uint8_t> nonce);

 private:
  [[nodiscard]] AccountRows rows() { return {store_.database(), host_}; }
  [[nodiscard]] Outbox outbox() { return {store_.database(), host_}; }
  Status merge_with(Known known, OutboxRow row, const Vault& vault);
  // Their state, sealed.
  Status take(Known known, OutboxRow row, const Op& theirs, const Vault& vault);
  // What a server's own change may bring: names, and a hash of ours.
  Status take_row(Known known, const Op& theirs, const Vault& vault);

  Store& store_;
  Host& host_;
  Accounts& accounts_;
};

}  // namespace placecard
