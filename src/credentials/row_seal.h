// The sealed copy of a user's row and of all that decides who may log in, kept beside it under the vault key. It is
// what makes an edit of the database visible: after a log-in has proved the password, the copy is opened and compared
// with what is stored, column by column and slot by slot. And it says what the row was, so that it can be put back.
#pragma once

#include <optional>
#include <vector>

#include "credentials/bytes.h"
#include "credentials/key_slot.h"
#include "credentials/vault.h"
#include "host.h"
#include "result.h"
#include "user.h"

namespace placecard {

// An account as it lies in the database, without its data.
struct AccountRecord {
  Uid uid{};
  std::int64_t user_id = 0;
  bool active = true;
  std::uint64_t credential_version = 1;  // grows with each change of password
  std::uint64_t revision = 1;            // grows with each change of the row
  PublicKey identity_key{};
  Bytes row_seal;
  std::vector<KeySlot> slots;  // in the order of their kinds
};

Bytes seal_row(const User& user, const AccountRecord& account, const Vault& vault, Host& host);

struct RowCheck {
  // False when the account itself or its slots are not those that were sealed: nothing of it is to be believed, unless
  // another device has signed for it since (account_rows.h).
  bool same_account = false;
  std::uint64_t revision = 0;  // the account's when it was sealed
  // What differs in the user's row; empty when nothing does.
  Problems differences;
  // The row as it was sealed.
  User sealed;
};

// Nothing when the seal was changed, or is not this vault's.
std::optional<RowCheck> check_row(const User& user, const AccountRecord& account, const Vault& vault);

}  // namespace placecard
