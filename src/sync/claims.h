// Whose names are whose, as the accounts here have signed it themselves: the last op of each is in the outbox. Anybody
// who can write the file can move records and rows about; what an op says they cannot change.
#pragma once

#include "credentials/row_seal.h"
#include "host.h"
#include "result.h"
#include "store/database.h"
#include "user.h"

namespace placecard {

class Claims {
 public:
  // Both must outlive it.
  Claims(Database& database, Host& host) : database_(database), host_(host) {}

  // Whether the record only lies under this row because SQLite gave its user's id to somebody else: a Flask app has
  // deleted the one and added the other. True when nothing in the row is as the account has signed it, and it is not
  // another account's row either. An account that has signed nothing claims whatever row it lies under.
  Result<bool> is_stale(const User& row, const AccountRecord& account);

  // Which of the row's names accounts other than `uid` have signed for.
  Result<Problems> claimed_by_others(const User& row, const Uid& uid);

 private:
  Database& database_;
  Host& host_;
};

}  // namespace placecard
