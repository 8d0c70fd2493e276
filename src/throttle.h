// Slowing down who guesses on this device. Advisory: the counts lie in the database, and whoever copies the file
// guesses on the copy; what then protects a password is what one Argon2id costs.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "account_table.h"
#include "credentials/bytes.h"
#include "host.h"
#include "result.h"

namespace placecard {

class Throttle {
 public:
  // Both must outlive it.
  Throttle(AccountTable& table, Host& host) : table_(table), host_(host) {}

  // What failures are counted under: the user when there is one, whichever name was typed, else the name, hashed,
  // because people type passwords into the wrong field.
  static Bytes name_of(std::optional<std::int64_t> user_id, std::string_view login_key);

  // too_many_attempts, with how long to wait, while the name may not try.
  Status check(const Bytes& name);

  // Inside the caller's transaction.
  Status count_failure(const Bytes& name);
  Status forgive(const Bytes& name) { return table_.clear_failures(name); }

  // None for the first three failures, then 1 s, doubled each time, up to 15 minutes.
  static std::int64_t delay_ms(std::int64_t failures);

 private:
  AccountTable& table_;
  Host& host_;
};

}  // namespace placecard
