// Every way placecard can refuse, in one table.
//
// The numbers cross the C boundary and the codes reach JavaScript, so both are fixed for ever: add at the end of
// a group, never renumber. web/placecard/errors.js holds the same table with the sentences people read; a test
// compares the two.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace placecard {

enum class Error : std::uint16_t {
  none = 0,

  // Rules: what a person typed (rules.h).
  username_required = 10,
  username_too_long = 11,
  username_invalid = 12,
  username_taken = 13,
  email_required = 20,
  email_too_long = 21,
  email_invalid = 22,
  email_taken = 23,
  password_required = 30,
  password_too_short = 31,
  password_too_long = 32,
  password_too_common = 33,
  password_same_as_login = 34,
  password_invalid = 35,

  // Queries (users.h).
  not_found = 40,
  multiple_found = 41,
  column_unknown = 42,
  id_taken = 43,
  joined_at_invalid = 44,
  password_hash_invalid = 45,

  // Credentials and sessions (accounts.h).
  invalid_credentials = 50,
  tampered = 51,
  password_scheme_unsupported = 52,
  too_many_attempts = 53,
  recovery_code_invalid = 54,
  not_logged_in = 55,
  account_inactive = 56,
  data_key_invalid = 57,
  data_too_large = 58,
  changed_meanwhile = 59,  // prepare again: the rows are not what was looked at

  // Database files (store/inspect.h).
  database_malformed = 60,
  database_in_wal_mode = 61,
  database_foreign = 62,
  database_newer = 63,

  // Raised by the JavaScript around the core, listed here so that there is one table.
  storage_full = 70,
  storage_failed = 71,
  storage_blocked = 72,
  storage_busy = 73,
  closed = 80,
  core_stopped = 81,
  core_unavailable = 82,
  argument_invalid = 83,

  // Sessions (sessions.h).
  fresh_login_required = 90,
  log_in_overtaken = 91,
  remember_unavailable = 92,
  session_expired = 93,
  clock_set_back = 94,
  session_protected = 95,

  // Sync (sync/). The core raises the first; the rest come from the server, or from the JavaScript that talks to it.
  op_invalid = 100,
  sync_unreachable = 101,
  sync_refused = 102,
  account_deleted = 103,
  account_unknown = 104,
  too_many_requests = 105,
  epoch_changed = 106,
};

// The part of a form an error is about; `none` when it is about no field.
enum class Field : std::uint8_t { none = 0, id, username, email, password, password_hash, joined_at, login, code, key };

struct ErrorEntry {
  Error error;
  std::string_view code;  // stable kebab-case name
  Field field;            // the field it usually concerns
};

inline constexpr std::size_t kErrorCount = 55;

// In the order of the numbers.
extern const std::array<ErrorEntry, kErrorCount> kErrors;

// Static storage. An unknown number is a bug and answers "".
std::string_view code_of(Error error);
Field field_of(Error error);
std::string_view name_of(Field field);

}  // namespace placecard
