// The tables: the lesson's `user`, exactly as Flask-SQLAlchemy makes it, and everything else under names that begin
// with `placecard_`, so that a Flask app and placecard can share one file.
#pragma once

#include <cstdint>

#include "host.h"
#include "store/database.h"

namespace placecard {

// The version this build writes, kept in placecard_meta: `user_version` belongs to whoever made the file.
inline constexpr std::int64_t kSchemaVersion = 3;

// Whether the file says that it is of kSchemaVersion, which is all there is to ask about one of our own.
Result<bool> is_current(Database& database);

// Brings a file of any earlier version, an empty one or somebody's Flask database to kSchemaVersion, in one
// transaction. A newer file is refused with database_newer, one whose `user` table is not the lesson's with
// database_foreign; both are left untouched.
Status migrate(Database& database, Host& host);

// Finds users whose rows were written by somebody else, and files them under their case-folded names so that log-in
// and sign-up see them. Run when the file may have been changed outside placecard. Must be inside a transaction.
Status refresh_aliases(Database& database, Host& host);

}  // namespace placecard
