// The placecard_ tables of accounts: records with their key slots, counted failures, sealed values. Rows in, rows out;
// what they mean is decided in accounts.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "credentials/bytes.h"
#include "credentials/row_seal.h"
#include "result.h"
#include "store/database.h"

namespace placecard {

// Failed log-ins under one name, known or not.
struct Failures {
  std::int64_t count = 0;
  std::int64_t last_ms = 0;  // since the Unix epoch
};

struct SealedValue {
  Bytes name;  // a keyed hash of the key: it says nothing without the vault
  Bytes value;
};

class AccountTable {
 public:
  // Must outlive it.
  explicit AccountTable(Database& database) : database_(database) {}

  [[nodiscard]] Database& database() { return database_; }

  // Nothing when the user has no account record: it was written by somebody else. A record with fields of impossible
  // sizes is `tampered`; one without slots comes back without slots.
  Result<std::optional<AccountRecord>> find_by_user(std::int64_t user_id);
  Result<std::optional<AccountRecord>> find(const Uid& uid);

  // The changes below belong inside the caller's transaction.

  // Writes the record and exactly these slots.
  Status put(const AccountRecord& account);
  // The record, its slots and its data.
  Status remove(const Uid& uid);

  Result<Failures> failures(const Bytes& name);
  Status put_failures(const Bytes& name, const Failures& failures);
  Status clear_failures(const Bytes& name);
  // Forgets names nobody has failed under since.
  Status forget_failures_before(std::int64_t ms);

  Result<std::optional<Bytes>> value(const Uid& uid, const Bytes& name);
  Result<std::vector<SealedValue>> values(const Uid& uid);
  Status put_value(const Uid& uid, const SealedValue& value);
  // True when there was one.
  Result<bool> remove_value(const Uid& uid, const Bytes& name);

 private:
  Result<std::optional<AccountRecord>> read_record(Statement& row);
  Result<std::vector<KeySlot>> slots(const Uid& uid);
  Status run(std::string_view sql, std::span<const std::uint8_t> blob);

  Database& database_;
};

}  // namespace placecard
