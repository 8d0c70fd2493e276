#include "error.h"

#include <algorithm>

namespace placecard {

const std::array<ErrorEntry, kErrorCount> kErrors = {{
    {Error::username_required, "username-required", Field::username},
    {Error::username_too_long, "username-too-long", Field::username},
    {Error::username_invalid, "username-invalid", Field::username},
    {Error::username_taken, "username-taken", Field::username},
    {Error::email_required, "email-required", Field::email},
    {Error::email_too_long, "email-too-long", Field::email},
    {Error::email_invalid, "email-invalid", Field::email},
    {Error::email_taken, "email-taken", Field::email},
    {Error::password_required, "password-required", Field::password},
    {Error::password_too_short, "password-too-short", Field::password},
    {Error::password_too_long, "password-too-long", Field::password},
    {Error::password_too_common, "password-too-common", Field::password},
    {Error::password_same_as_login, "password-same-as-login", Field::password},
    {Error::password_invalid, "password-invalid", Field::password},
    {Error::not_found, "not-found", Field::none},
    {Error::multiple_found, "multiple-found", Field::none},
    {Error::column_unknown, "column-unknown", Field::none},
    {Error::id_taken, "id-taken", Field::id},
    {Error::joined_at_invalid, "joined-at-invalid", Field::joined_at},
    {Error::password_hash_invalid, "password-hash-invalid", Field::password_hash},
    {Error::invalid_credentials, "invalid-credentials", Field::password},
    {Error::tampered, "tampered", Field::none},
    {Error::password_scheme_unsupported, "password-scheme-unsupported", Field::password},
    {Error::too_many_attempts, "too-many-attempts", Field::password},
    {Error::recovery_code_invalid, "recovery-code-invalid", Field::code},
    {Error::not_logged_in, "not-logged-in", Field::none},
    {Error::account_inactive, "account-inactive", Field::login},
    {Error::data_key_invalid, "data-key-invalid", Field::key},
    {Error::data_too_large, "data-too-large", Field::key},
    {Error::changed_meanwhile, "changed-meanwhile", Field::none},
    {Error::database_malformed, "database-malformed", Field::none},
    {Error::database_in_wal_mode, "database-in-wal-mode", Field::none},
    {Error::database_foreign, "database-foreign", Field::none},
    {Error::database_newer, "database-newer", Field::none},
    {Error::storage_full, "storage-full", Field::none},
    {Error::storage_failed, "storage-failed", Field::none},
    {Error::storage_blocked, "storage-blocked", Field::none},
    {Error::storage_busy, "storage-busy", Field::none},
    {Error::closed, "closed", Field::none},
    {Error::core_stopped, "core-stopped", Field::none},
    {Error::core_unavailable, "core-unavailable", Field::none},
    {Error::argument_invalid, "argument-invalid", Field::none},
    {Error::fresh_login_required, "fresh-login-required", Field::none},
    {Error::log_in_overtaken, "log-in-overtaken", Field::none},
    {Error::remember_unavailable, "remember-unavailable", Field::none},
    {Error::session_expired, "session-expired", Field::none},
    {Error::clock_set_back, "clock-set-back", Field::none},
    {Error::session_protected, "session-protected", Field::none},
    {Error::op_invalid, "op-invalid", Field::none},
    {Error::sync_unreachable, "sync-unreachable", Field::none},
    {Error::sync_refused, "sync-refused", Field::none},
    {Error::account_deleted, "account-deleted", Field::none},
    {Error::account_unknown, "account-unknown", Field::none},
    {Error::too_many_requests, "too-many-requests", Field::none},
    {Error::epoch_changed, "epoch-changed", Field::none},
}};

namespace {

const ErrorEntry* find(Error error) {
  const auto* entry =
      std::find_if(kErrors.begin(), kErrors.end(), [error](const ErrorEntry& each) { return each.error == error; });
  return entry == kErrors.end() ? nullptr : entry;
}

}  // namespace

std::string_view code_of(Error error) {
  const ErrorEntry* entry = find(error);
  return entry == nullptr ? std::string_view{} : entry->code;
}

Field field_of(Error error) {
  const ErrorEntry* entry = find(error);
  return entry == nullptr ? Field::none : entry->field;
}

std::string_view name_of(Field field) {
  switch (field) {
    case Field::none:
      return "";
    case Field::id:
      return "id";
    case Field::username:
      return "username";
    case Field::email:
      return "email";
    case Field::password:
      return "password";
    case Field::password_hash:
      return "passwordHash";
    case Field::joined_at:
      return "joinedAt";
    case Field::login:
      return "login";
    case Field::code:
      return "code";
    case Field::key:
      return "key";
  }
  return "";
}

}  // namespace placecard
