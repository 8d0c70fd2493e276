// Accounts: what a page may ask for. Puts the rules, the credentials, the user table and the store together; everything
// else in src/ is one of those parts.
//
// What needs a password comes in two steps. prepare_...() does the slow part, changes nothing and may run while others
// write. apply() makes the change in one transaction, looking again at the rows; it may be called again after an undo.
// Its session counts only once the change is stored.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "account_rows.h"
#include "account_table.h"
#include "credentials/kdf.h"
#include "credentials/signature.h"
#include "credentials/vault.h"
#include "host.h"
#include "proof.h"
#include "result.h"
#include "rules.h"
#include "session.h"
#include "store/store.h"
#include "store/transaction.h"
#include "users.h"

namespace placecard {

struct SignUpForm {
  std::string_view username;
  std::string_view email;
  std::string_view password;
};

// A session and its user as stored.
struct Entry {
  User user;
  Session session;
};

Entry entry_of(User user, const AccountRecord& account, const Vault& vault);

// A new password's hash and key slot, for when it is known that it may be set.
struct NewPassword {
  std::string password_hash;
  KeySlot slot;
  Secret root;
};

struct SignUp {
  User user;
  Uid uid{};
  Vault vault;
  NewPassword password;
};

struct LogIn {
  Proof proof;
  // For an imported row, and for an account whose cost is below today's.
  std::optional<NewPassword> upgrade;
};

struct PasswordChange {
  Proof proof;
  NewPassword next;
  bool forced = false;
};

// That it is still the same person.
struct Confirmation {
  Proof proof;
  bool forced = false;
};

struct Deletion {
  Proof proof;
};

// What a server says a password is to be derived with.
struct RemoteCost {
  Salt salt{};
  KdfCost cost;
};

// Of somebody whose account is on a server: first the root, then the account's op, once it is there.
struct RemoteLogIn {
  Secret root;
  std::optional<Op> op;
  Bytes bytes;
  std::optional<Vault> vault;
};

// A deleted account that is to go on: as a new one, for a uid is used up with the account.
struct Renewal {
  Confirmation confirmation;
  Uid uid{};
  NewPassword password;
};

// What to do about a row that is not as it was sealed.
enum class TamperChoice : std::uint8_t {
  refuse,   // `tampered`, with the fields that differ
  restore,  // put back what was sealed
  accept,   // seal what is stored: a server or another app may have changed it rightly
};

// How often somebody had logged out on this device when an operation began (session_table.h). A log-out wins over what
// began before it: when the count is another one now, that is refused with log_in_overtaken. Nothing: not looked at.
using LogOuts = std::optional<std::int64_t>;

class Accounts {
 public:
  // Both must outlive it; the store must be open whenever anything below is called.
  Accounts(Store& store, Host& host, PasswordPolicy policy, KdfCost cost)
      : store_(store), host_(host), policy_(policy), cost_(cost) {}

  [[nodiscard]] Users users() { return {store_.database(), host_}; }

  // Every rule the form breaks and every name in it that is taken, without changing anything. An empty field is
  // `...-required`. Nothing when the form would be accepted now.
  Result<Problems> check(const SignUpForm& form);

  // Two Argon2id: the hash for a server, and the key slot.
  Result<SignUp> prepare_sign_up(const SignUpForm& form);
  Result<Entry> apply(const SignUp& sign_up, LogOuts log_outs = {});

  // One Argon2id for an account with slots.
  Result<LogIn> prepare_log_in(std::string_view login, std::string_view password);
  // `force` also lets in who is inactive.
  Result<Entry> apply(const LogIn& log_in, TamperChoice choice, bool force = false, LogOuts log_outs = {});

  Result<PasswordChange> prepare_password_change(const Session& session, std::string_view current,
                                                 std::string_view next);
  // With a recovery code instead of the current password. The code is used up.
  Result<PasswordChange> prepare_recovery(std::string_view login, std::string_view code, std::string_view next);
  Result<Entry> apply(const PasswordChange& change, LogOuts log_outs = {});

  // Counted and slowed down like a log-in. The session goes on.
  Result<Confirmation> prepare_confirmation(const Session& session, std::string_view password);
  Result<Entry> apply(const Confirmation& confirmation, LogOuts log_outs = {});

  Result<Deletion> prepare_deletion(const Session& session, std::string_view password);
  Status apply(const Deletion& deletion);

  // One Argon2id. op_invalid when the server asks for a cost nobody here would have taken.
  Result<RemoteLogIn> prepare_remote_log_in(std::string_view password, const RemoteCost& remote);
  // The answer to a server's nonce, by the key the password gives.
  static Signature answer(const RemoteLogIn& log_in, std::span<const std::uint8_t> nonce);
  // invalid_credentials unless the password opens the account this op tells of.
  Status admit(RemoteLogIn& log_in, std::span<const std::uint8_t> op);
  // Makes the account here, or takes in what is new of it.
  Result<Entry> apply(const RemoteLogIn& log_in, LogOuts log_outs = {});

  // A sign-up under the names of a row somebody else has made on the server, with the password it has there.
  Result<SignUp> prepare_adoption(const User& row, std::string_view password);

  // Everything the account has, under a new uid.
  Result<Renewal> prepare_renewal(const Session& session, std::string_view password);
  Result<Entry> apply(const Renewal& renewal, LogOuts log_outs = {});

  // The rest needs a session and no password. not_logged_in when the account is gone or inactive, its password was
  // changed, or the session was kept and is no longer.

  Result<User> current_user(const Session& session);
  // The same, and `tampered` when the row is not as it was sealed.
  Result<User> sound_user(const Session& session);
  // Nobody logs in to an inactive account unless forced; its kept sessions end.
  Result<User> set_active(const Session& session, bool active);
  // Nothing stands for "as it is".
  Result<User> update(const Session& session, const std::optional<std::string>& username,
                      const std::optional<std::string>& email);
  // Replaces the account's former code. For the person; to be wiped.
  Result<std::string> create_recovery_code(const Session& session);

  // One transaction: all rows or none. Answers how many; a failure says which row it is about.
  Result<std::int64_t> import_users(const std::vector<User>& rows);

 private:
  [[nodiscard]] AccountTable table() { return AccountTable(store_.database()); }
  [[nodiscard]] AccountRows rows() { return {store_.database(), host_}; }
  NewPassword new_password(const Secret& password, std::uint64_t credential_version);
  Status not_overtaken(LogOuts log_outs);
  // As Prover::look_again, a failed proof counted for good.
  Result<Prover::Standing> standing(const Proof& proof, Transaction& transaction);
  // The rows of somebody who has just proved who they are and goes on, when nobody else has changed them.
  Result<Known> proved(const Proof& proof, bool forced, Transaction& transaction, LogOuts log_outs);
  Result<Entry> adopt(const Prover::Standing& standing, const LogIn& log_in);
  Result<Entry> admit(Known known, const LogIn& log_in, TamperChoice choice, bool force);
  Status settle_in(const RemoteLogIn& log_in);
  Status settle(Known& known, const RowCheck& check, TamperChoice choice);
  Result<Entry> create(Known created, const Vault& vault, const NewPassword& password);

  Store& store_;
  Host& host_;
  PasswordPolicy policy_;
  KdfCost cost_;
};

}  // namespace placecard
