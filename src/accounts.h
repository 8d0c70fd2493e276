// Accounts: what a page may ask for. Puts the rules, the user table and the store together; everything else in src/
// is one of those parts.
#pragma once

#include <string_view>

#include "host.h"
#include "result.h"
#include "rules.h"
#include "store/store.h"
#include "users.h"

namespace placecard {

struct SignUpForm {
  std::string_view username;
  std::string_view email;
  std::string_view password;
};

class Accounts {
 public:
  // Both must outlive it; the store must be open whenever anything below is called.
  Accounts(Store& store, Host& host, PasswordPolicy policy) : store_(store), host_(host), policy_(policy) {}

  [[nodiscard]] Users users() { return {store_.database(), host_}; }

  // Every rule the form breaks and every name in it that is taken, without changing anything. An empty field is
  // `...-required`. Nothing when the form would be accepted now.
  Result<std::vector<Problem>> check(const SignUpForm& form);

  Result<User> sign_up(const SignUpForm& form);

  // One transaction: all rows or none. Answers how many; a failure says which row it is about.
  Result<std::int64_t> import_users(const std::vector<User>& rows);

 private:
  Store& store_;
  Host& host_;
  PasswordPolicy policy_;
};

}  // namespace placecard
