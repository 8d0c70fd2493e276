// Rows from somewhere else, by the thousand: the one part of accounts.h that is compiled for speed.
#include <utility>

#include "accounts.h"
#include "datetime.h"
#include "utf8.h"

namespace placecard {

namespace {

bool fits(const std::optional<std::string>& text, std::size_t max_chars) {
  if (!text) return true;
  if (is_ascii(*text)) return text->size() <= max_chars;
  const auto points = code_points(*text);
  return points && points->size() <= max_chars;
}

// An imported row may hold what the rules refuse today, but not what the lesson's columns were not made for.
std::optional<Problem> unfit_field(const User& row) {
  if (row.id < 0) return Problem{Error::id_taken, Field::id};
  if (!fits(row.username, kMaxUsernameChars)) return Problem{Error::username_too_long, Field::username};
  if (!fits(row.email, kMaxEmailChars)) return Problem{Error::email_too_long, Field::email};
  if (!fits(row.password_hash, kMaxImportedHashChars)) {
    return Problem{Error::password_hash_invalid, Field::password_hash};
  }
  if (row.joined_at && !parse_datetime(*row.joined_at)) return Problem{Error::joined_at_invalid, Field::joined_at};
  return std::nullopt;
}

Failure at_row(Failure failure, std::int64_t row) {
  failure.row = row;
  return failure;
}

}  // namespace

Result<std::int64_t> Accounts::import_users(const std::vector<User>& rows) {
  Transaction transaction(store_.database());
  Users into = users();
  const auto count = static_cast<std::int64_t>(rows.size());
  for (std::int64_t index = 0; index < count; ++index) {
    User row = rows[static_cast<std::size_t>(index)];
    if (const auto problem = unfit_field(row)) return at_row(Failure({*problem}), index);
    // Kept in the one stored form, whichever of the readable ones it came in.
    if (row.joined_at) row.joined_at = format_datetime(*parse_datetime(*row.joined_at));
    const Result<User> added = into.add(std::move(row));
    if (!added) return at_row(added.failure(), index);
  }
  Status committed = transaction.commit();
  if (!committed) return committed.failure();
  return count;
}

}  // namespace placecard
