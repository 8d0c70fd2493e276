// Proving who somebody is: a login and a password, or a recovery code, tried against the account as it is now. This is
// where the time goes (Argon2id), so it happens before any lock is taken; what it finds is looked at again, against the
// rows as they are then, when the change it allows is made.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "account_table.h"
#include "credentials/kdf.h"
#include "credentials/row_seal.h"
#include "credentials/vault.h"
#include "host.h"
#include "result.h"
#include "secret.h"
#include "throttle.h"
#include "user.h"
#include "users.h"

namespace placecard {

struct Proof {
  Bytes guess_name;                      // what a failure is counted under
  std::optional<User> user;              // nobody by that name, when absent
  std::optional<AccountRecord> account;  // none: the row was written by somebody else
  SlotKind kind = SlotKind::password;

  // How it went: `none` when it was proved.
  Error refusal = Error::invalid_credentials;
  std::optional<Vault> vault;  // opened, for an account that was proved
  Secret password;             // the bytes that were right, when they were a password
};

class Prover {
 public:
  // All must outlive it.
  Prover(Users users, AccountTable& table, Host& host, const KdfCost& cost)
      : users_(users), table_(table), host_(host), cost_(cost) {}

  // Costs one Argon2id of the account's cost (an imported row: one verification, two if the password has another form
  // in NFC), and as much when there is nobody by that name. Refuses only with too_many_attempts, a password no account
  // can have, or a broken database: that the proof failed is in the proof.
  Result<Proof> prove_password(std::string_view login, std::string_view password);
  // For somebody who is logged in already.
  Result<Proof> prove_password(const Uid& uid, std::string_view password);
  Result<Proof> prove_code(std::string_view login, std::string_view code);

  // The account and user of the proof as they are now, when they are still what was proved; changed_meanwhile when not.
  // A failed proof is counted (in the caller's transaction) and comes back as its refusal.
  struct Standing {
    User user;
    std::optional<AccountRecord> account;
  };
  Result<Standing> look_again(const Proof& proof);

 private:
  Bytes guess_name_of(const std::optional<User>& user, std::string_view login);
  Result<std::optional<AccountRecord>> account_of(const User& user);
  Status try_password(Proof& proof, std::string_view typed);
  void try_imported_hash(Proof& proof, std::string_view typed);

  Users users_;
  AccountTable& table_;
  Host& host_;
  KdfCost cost_;
};

}  // namespace placecard
