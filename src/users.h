// The user table: the queries the lesson's readers know, and the three changes. The rules for what a person may type
// are not here (rules.h): an imported row may break them and still be found.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host.h"
#include "pagination.h"
#include "query.h"
#include "result.h"
#include "store/database.h"
#include "user.h"

namespace placecard {

class Users {
 public:
  // Both must outlive it.
  Users(Database& database, Host& host) : database_(database), host_(host) {}

  Result<std::optional<User>> get(std::int64_t id);
  Result<User> get_or_not_found(std::int64_t id);

  Result<std::vector<User>> all(const Query& query);
  Result<std::optional<User>> first(const Query& query);
  Result<User> first_or_not_found(const Query& query);
  Result<User> one(const Query& query);                         // not_found, multiple_found
  Result<std::optional<User>> one_or_none(const Query& query);  // multiple_found
  Result<std::int64_t> count(const Query& query);
  Result<Page> paginate(const Query& query, const PageRequest& request);  // not_found

  // Who logs in under this name: a username or e-mail exactly as stored, else by its key if just one user has it.
  // Leaves no copy of what was typed: it may be a password in the wrong field.
  Result<std::optional<User>> find_login(std::string_view login);

  // The changes below belong inside the caller's transaction: they are more than one statement.

  // Stores the user and returns it with its id; joined_at is now when absent. Refuses with every field that is taken,
  // a username that differs only in case included.
  Result<User> add(User user);
  // Writes every column of the row with this id. not_found when there is none.
  Status update(const User& user);
  Status remove(std::int64_t id);

  // Every field of `user` that somebody else has already; empty when it may be stored. Usernames and addresses are one
  // set of names, since either logs in: nobody may take another's address for a username.
  Result<Problems> taken(const User& user);

 private:
  Result<std::vector<User>> select(const Query& query, std::int64_t limit, std::int64_t offset);
  Result<std::optional<User>> find_by_keys(std::string_view as_username, std::string_view as_email);
  // By anybody but `except`.
  Result<Problems> taken(const User& user, std::optional<std::int64_t> except);
  // By anybody, the id included.
  Result<Problems> taken_by_others(const User& user);
  // False when nothing but the table's own unique columns can still refuse `user`, and it needs no alias.
  Result<bool> may_clash(const User& user);
  Result<bool> insert(const User& user, std::string_view sql);  // whether there is a new row
  Result<bool> is_taken(const std::string& value, const std::string& key, std::optional<std::int64_t> except);
  Status write_aliases(const User& user);

  Database& database_;
  Host& host_;
};

}  // namespace placecard
