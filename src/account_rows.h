// An account as it lies in the database: the user's row, the record, its slots, the seal over all of them and the op
// that says the same to others. Read together, checked together, written together.
#pragma once

#include <optional>

#include "account_table.h"
#include "credentials/row_seal.h"
#include "credentials/vault.h"
#include "host.h"
#include "result.h"
#include "session.h"
#include "store/database.h"
#include "sync/op.h"
#include "sync/outbox.h"
#include "users.h"

namespace placecard {

struct Known {
  User user;
  AccountRecord account;
};

// What the account would sign for, but for what each op has of its own.
Op op_of(const Known& known);

// Instead of the account's slot of this kind, in the order of their kinds.
void put_slot(AccountRecord& account, KeySlot slot);

class AccountRows {
 public:
  // Both must outlive it.
  AccountRows(Database& database, Host& host) : database_(database), host_(host) {}

  Result<std::optional<Known>> find(const Uid& uid);
  // not_logged_in when the session does not stand any more.
  Result<Known> of(const Session& session);
  // The same, and nothing in it was edited: tampered, with the fields of the row that were.
  Result<Known> sound(const Session& session);
  // The seal against what is stored. What another device has signed since it was made is as good as sealed (`sealed` is
  // then what it signed, and `same_account` false until it is sealed here); tampered when the account is neither.
  Result<RowCheck> check(const Known& known, const Vault& vault);

  // The changes below belong inside the caller's transaction.

  // Writes everything as one new revision, and leaves its op. `merged` is another device's op that went into it.
  Status store(Known& known, const Vault& vault, const Op* merged = nullptr);
  // The same without a new revision or an op: what another device signed becomes ours.
  Status seal(Known& known, const Vault& vault);
  // An account is to lie under this user's id, as it has a new row: whichever lay there is gone.
  Status make_room(std::int64_t user_id);
  // Everything but the user's row. The server is not told.
  Status forget(const Uid& uid);
  // All of it, and the server is to be told.
  Status remove(const Known& known, const Vault& vault);
  // Ops for what has none, or one that was edited: from before there were any.
  Status complete(const Known& known, const Vault& vault);

 private:
  [[nodiscard]] Users users() { return {database_, host_}; }
  [[nodiscard]] AccountTable table() { return AccountTable(database_); }
  [[nodiscard]] Outbox outbox() { return {database_, host_}; }

  Database& database_;
  Host& host_;
};

}  // namespace placecard
