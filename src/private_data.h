// Private data: values only the account's own keys can read, one row each.
//
// A value's key is not stored either. The row is found by a keyed hash of it, and the key itself lies sealed with the
// value, so that list() can give it back. What a copied database shows is how many values there are and how long.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "account_table.h"
#include "accounts.h"
#include "host.h"
#include "result.h"
#include "store/store.h"

namespace placecard {

inline constexpr std::size_t kMaxDataKeyBytes = 256;
inline constexpr std::size_t kMaxDataValueBytes = 1024 * 1024;

class PrivateData {
 public:
  // All must outlive it. The session must be one of `accounts`' and still stand.
  PrivateData(Store& store, Accounts& accounts, const Session& session, Host& host)
      : store_(store), accounts_(accounts), session_(session), host_(host) {}

  // Nothing when there is no such value; tampered when there is one that these keys did not seal for this key.
  Result<std::optional<Secret>> get(std::string_view key);
  Result<std::vector<std::string>> list();  // keys, in the order of their bytes
  Status set(std::string_view key, std::string_view value);
  Result<bool> remove(std::string_view key);  // false when there was none

  // Seals what another account keeps under keys that are free here for this one. Inside the caller's transaction.
  Status take_over(PrivateData& from);

  // What set() stores, inside the caller's transaction and without asking whether the session stands.
  Status put(std::string_view key, std::string_view value);

 private:
  Status check(std::string_view key);
  [[nodiscard]] Bytes name_of(std::string_view key) const;
  [[nodiscard]] Bytes context_of(const Bytes& name) const;

  Store& store_;
  Accounts& accounts_;
  const Session& session_;
  Host& host_;
};

}  // namespace placecard
