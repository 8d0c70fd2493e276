// Somebody who is logged in: the keys of their account, in memory only.
#pragma once

#include <cstdint>
#include <optional>

#include "credentials/bytes.h"
#include "credentials/session_seal.h"
#include "credentials/vault.h"

namespace placecard {

struct Session {
  Uid uid{};
  std::uint64_t credential_version = 0;
  Vault vault;
  bool forced = false;           // begun although the account was inactive
  std::optional<SessionId> row;  // the row it is kept in, if it is: it ends with the account's last open row
};

}  // namespace placecard
