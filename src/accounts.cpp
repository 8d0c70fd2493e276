#include "accounts.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "datetime.h"
#include "store/transaction.h"
#include "utf8.h"

namespace placecard {

namespace {

bool fits(const std::optional<std::string>& text, std::size_t max_chars) {
  if (!text) return true;
  const auto points = code_points(*text);
  return points && points->size() <= max_chars;
}

// An imported row may hold what the rules refuse today, but not what the lesson's columns were not made for.
std::optional<Problem> unfit_field(const User& row) {
  if (row.id < 0) return Problem{Error::id_taken, Field::id};
  if (!fits(row.username, kMaxUsernameChars)) return Problem{Error::username_too_long, Field::username};
  if (!fits(row.email, kMaxEmailChars)) return Problem{Error::email_too_long, Field::email};
  if (!fits(row.password_hash, kMaxPasswordHashChars)) {
    return Problem{Error::password_hash_invalid, Field::password_hash};
  }
  if (row.joined_at && !parse_datetime(*row.joined_at)) return Problem{Error::joined_at_invalid, Field::joined_at};
  return std::nullopt;
}

}  // namespace

Result<std::vector<Problem>> Accounts::check(const SignUpForm& form) {
  std::vector<Problem> problems;
  User user;
  Result<std::string> username = check_username(form.username, host_);
  if (username) {
    user.username = std::move(*username);
  } else {
    problems.push_back(username.failure().problems.front());
  }
  Result<std::string> email = check_email(form.email);
  if (email) {
    user.email = std::move(*email);
  } else {
    problems.push_back(email.failure().problems.front());
  }
  Result<Secret> password = check_password(form.password, form.username, form.email, policy_, host_);
  if (!password) problems.push_back(password.failure().problems.front());
  Result<std::vector<Problem>> taken = users().taken(user);
  if (!taken) return taken;
  problems.insert(problems.begin(), taken->begin(), taken->end());
  return problems;
}

Result<User> Accounts::sign_up(const SignUpForm& form) {
  Result<std::vector<Problem>> problems = check(form);
  if (!problems) return problems.failure();
  if (!problems->empty()) return Failure(std::move(*problems));
  Result<std::string> username = check_username(form.username, host_);
  Result<std::string> email = check_email(form.email);

  Transaction transaction(store_.database());
  Result<User> user = users().add({0, std::move(*username), std::move(*email), std::nullopt, std::nullopt});
  if (!user) return user;
  Status committed = transaction.commit();
  if (!committed) return committed.failure();
  return user;
}

Result<std::int64_t> Accounts::import_users(const std::vector<User>& rows) {
  Transaction transaction(store_.database());
  Users table = users();
  const auto count = static_cast<std::int64_t>(rows.size());
  for (std::int64_t index = 0; index < count; ++index) {
    User row = rows[static_cast<std::size_t>(index)];
    if (const auto problem = unfit_field(row)) {
      Failure failure({*problem});
      failure.row = index;
      return failure;
    }
    // Kept in the one stored form, whichever of the readable ones it came in.
    if (row.joined_at) row.joined_at = format_datetime(*parse_datetime(*row.joined_at));
    const Result<User> added = table.add(std::move(row));
    if (!added) {
      Failure failure = added.failure();
      failure.row = index;
      return failure;
    }
  }
  Status committed = transaction.commit();
  if (!committed) return committed.failure();
  return count;
}

}  // namespace placecard
