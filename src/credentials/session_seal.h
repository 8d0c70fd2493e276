// A session as it lies in the database, sealed under a key that does not: whoever copies or edits the row has nothing.
//
//   state = seal(K, vault | credential_version | times | flags | fresh tag | install digest)
//   authenticated with it: session id, uid, remembered
//
// K of a remembered session is random and kept outside the database; that of another one comes from the secret which
// the open tabs of a page share.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "credentials/bytes.h"
#include "credentials/vault.h"
#include "host.h"
#include "secret.h"

namespace placecard {

using SessionId = std::array<std::uint8_t, 16>;
using Digest = std::array<std::uint8_t, 32>;

// What whoever keeps a session outside the database hands in.
struct SessionKeys {
  static constexpr std::size_t kSize = 16 + 32 + 32 + 32;

  SessionId id{};
  Secret key;      // K; derived from the tab secret when zeros were given
  Secret tab;      // the tab secret; empty when zeros were given: there are no tabs
  Secret install;  // the install's id

  // id | K | tab secret | install id. Nothing when the size is wrong or there is neither K nor a tab secret.
  static std::optional<SessionKeys> unpacked(std::span<const std::uint8_t> packed);

  // What a fresh session holds. Without tabs nothing would tell a restart, so there it is never fresh: zeros.
  [[nodiscard]] Digest fresh_tag() const;
  [[nodiscard]] Digest install_digest() const;
};

struct SessionState {
  Vault vault;
  std::uint64_t credential_version = 0;
  std::int64_t created_ms = 0;
  std::int64_t last_seen_ms = 0;
  std::int64_t expires_ms = 0;
  std::int64_t idle_ms = 0;  // 0: no such limit
  bool forced = false;       // begun although the account was inactive
  Digest fresh_tag{};        // zeros when the session is not fresh
  Digest install{};
};

// The open part of the row. It is authenticated, so it counts only once the state has been opened with it.
struct SessionLabel {
  SessionId id{};
  Uid uid{};
  bool remembered = false;
};

Bytes seal_session(const SessionLabel& label, const SessionState& state, const Secret& key, Host& host);

// Nothing when the key is another one or anything in the row has been changed.
std::optional<SessionState> open_session(const SessionLabel& label, std::span<const std::uint8_t> sealed,
                                         const Secret& key);

}  // namespace placecard
