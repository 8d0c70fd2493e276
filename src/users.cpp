#include "users.h"

#include <utility>

#include "datetime.h"
#include "rules.h"
#include "secret.h"

namespace placecard {

namespace {

// The lesson's columns, and whether the account was not switched off.
constexpr std::string_view kSelect =
    "SELECT id, username, email, password_hash, joined_at,"
    " NOT EXISTS (SELECT 1 FROM placecard_account WHERE user_id = user.id AND active = 0) FROM user";

User read_user(const Statement& row) {
  return {row.integer(0),       row.optional_text(1), row.optional_text(2),
          row.optional_text(3), row.optional_text(4), row.integer(5) != 0};
}

std::string where_clause(const Query& query) {
  std::string sql;
  for (const Query::Filter& filter : query.filters) {
    sql += sql.empty() ? " WHERE " : " AND ";
    sql += name_of(filter.column);
    sql += filter.value ? " = ?" : " IS NULL";
  }
  return sql;
}

std::string order_clause(const Query& query) {
  std::string sql = " ORDER BY ";
  for (const Query::Order& order : query.orders) {
    sql += name_of(order.column);
    sql += order.descending ? " DESC, " : ", ";
  }
  return sql + "id";
}

// Returns the number of the next free parameter.
int bind_filters(Statement& statement, const Query& query) {
  int next = 1;
  for (const Query::Filter& filter : query.filters) {
    if (filter.value) statement.bind(next++, std::string_view(*filter.value));
  }
  return next;
}

}  // namespace

Result<std::optional<User>> Users::get(std::int64_t id) {
  Result<Statement> statement = database_.prepare(std::string(kSelect) + " WHERE id = ?");
  if (!statement) return statement.failure();
  const Result<bool> row = statement->bind(1, id).step();
  if (!row) return row.failure();
  return *row ? std::optional(read_user(*statement)) : std::nullopt;
}

Result<User> Users::get_or_not_found(std::int64_t id) {
  Result<std::optional<User>> user = get(id);
  if (!user) return user.failure();
  if (!*user) return Error::not_found;
  return **user;
}

Result<std::vector<User>> Users::select(const Query& query, std::int64_t limit, std::int64_t offset) {
  const std::string sql = std::string(kSelect) + where_clause(query) + order_clause(query) + " LIMIT ? OFFSET ?";
  Result<Statement> statement = database_.prepare(sql);
  if (!statement) return statement.failure();
  const int next = bind_filters(*statement, query);
  statement->bind(next, limit).bind(next + 1, offset);
  std::vector<User> users;
  for (;;) {
    const Result<bool> row = statement->step();
    if (!row) return row.failure();
    if (!*row) return users;
    users.push_back(read_user(*statement));
  }
}

Result<std::vector<User>> Users::all(const Query& query) {
  constexpr std::int64_t kNoLimit = -1;
  return select(query, kNoLimit, 0);
}

Result<std::optional<User>> Users::first(const Query& query) {
  Result<std::vector<User>> users = select(query, 1, 0);
  if (!users) return users.failure();
  return users->empty() ? std::nullopt : std::optional(std::move(users->front()));
}

Result<User> Users::first_or_not_found(const Query& query) {
  Result<std::optional<User>> user = first(query);
  if (!user) return user.failure();
  if (!*user) return Error::not_found;
  return std::move(**user);
}

Result<std::optional<User>> Users::one_or_none(const Query& query) {
  Result<std::vector<User>> users = select(query, 2, 0);
  if (!users) return users.failure();
  if (users->size() > 1) return Error::multiple_found;
  return users->empty() ? std::nullopt : std::optional(std::move(users->front()));
}

Result<User> Users::one(const Query& query) {
  Result<std::optional<User>> user = one_or_none(query);
  if (!user) return user.failure();
  if (!*user) return Error::not_found;
  return std::move(**user);
}

Result<std::int64_t> Users::count(const Query& query) {
  Result<Statement> statement = database_.prepare("SELECT count(*) FROM user" + where_clause(query));
  if (!statement) return statement.failure();
  bind_filters(*statement, query);
  const Result<bool> row = statement->step();
  if (!row) return row.failure();
  return statement->integer(0);
}

Result<Page> Users::paginate(const Query& query, const PageRequest& request) {
  const Result<PageBounds> bounds = page_bounds(request);
  if (!bounds) return bounds.failure();
  Result<std::vector<User>> items = select(query, bounds->per_page, bounds->offset());
  if (!items) return items.failure();
  if (items->empty() && bounds->page != 1 && request.error_out) return Error::not_found;
  const Result<std::int64_t> total = count(query);
  if (!total) return total.failure();
  return Page{*bounds, *total, std::move(*items)};
}

Result<std::optional<User>> Users::find_login(std::string_view login) {
  for (const std::string_view where : {" WHERE username = ?", " WHERE email = ?"}) {
    Result<Statement> find = database_.prepare(std::string(kSelect).append(where));
    if (!find) return find.failure();
    const Result<bool> row = find->bind(1, login).step();
    if (!row) return row.failure();
    if (*row) return std::optional(read_user(*find));
  }
  std::string as_username = username_key(login, host_);
  std::string as_email = email_key(login);
  Result<std::optional<User>> found = find_by_keys(as_username, as_email);
  wipe(as_username);
  wipe(as_email);
  return found;
}

// Typed in another case: the key may be somebody's stored name, or somebody's alias.
Result<std::optional<User>> Users::find_by_keys(std::string_view as_username, std::string_view as_email) {
  Result<Statement> find = database_.prepare(
      "SELECT id FROM user WHERE username = ?1 UNION SELECT id FROM user WHERE email = ?2"
      " UNION SELECT user_id FROM placecard_alias WHERE name IN (?1, ?2) LIMIT 2");
  if (!find) return find.failure();
  Result<bool> row = find->bind(1, as_username).bind(2, as_email).step();
  if (!row) return row.failure();
  if (!*row) return std::optional<User>{};
  const std::int64_t id = find->integer(0);
  row = find->step();
  if (!row) return row.failure();
  if (*row) return std::optional<User>{};
  return get(id);
}

Result<bool> Users::is_taken(const std::string& value, const std::string& key, std::optional<std::int64_t> except) {
  Result<Statement> find = database_.prepare(
      "SELECT 1 FROM user WHERE username IN (?1, ?2) AND id IS NOT ?3"
      " UNION ALL SELECT 1 FROM user WHERE email IN (?1, ?2) AND id IS NOT ?3"
      " UNION ALL SELECT 1 FROM placecard_alias WHERE name = ?2 AND user_id IS NOT ?3 LIMIT 1");
  if (!find) return find.failure();
  find->bind(1, std::string_view(value)).bind(2, std::string_view(key));
  if (except) find->bind(3, *except);
  return find->step();
}

Result<Problems> Users::taken(const User& user) {
  return taken(user, user.id == 0 ? std::nullopt : std::optional(user.id));
}

Result<Problems> Users::taken(const User& user, std::optional<std::int64_t> except) {
  Problems problems;
  if (user.username) {
    Result<bool> found = is_taken(*user.username, username_key(*user.username, host_), except);
    // It may also be somebody's address, whose domain is the same in any case.
    const bool like_an_address = user.username->find('@') != std::string::npos;
    if (like_an_address && found && !*found) found = is_taken(*user.username, email_key(*user.username), except);
    if (!found) return found.failure();
    if (*found) problems.add(Problem{Error::username_taken, Field::username});
  }
  if (user.email) {
    const Result<bool> found = is_taken(*user.email, email_key(*user.email), except);
    if (!found) return found.failure();
    if (*found) problems.add(Problem{Error::email_taken, Field::email});
  }
  return problems;
}

Result<bool> Users::may_clash(const User& user) {
  const bool own_keys = (!user.username || (username_key(*user.username, host_) == *user.username &&
                                            email_key(*user.username) == *user.username)) &&
                        (!user.email || email_key(*user.email) == *user.email);
  if (!own_keys) return true;
  // What the unique indexes do not see: a name in the other column, and the aliases.
  Result<Statement> find = database_.prepare(
      "SELECT 1 FROM user WHERE email = ?1 UNION ALL SELECT 1 FROM user WHERE username = ?2"
      " UNION ALL SELECT 1 FROM placecard_alias WHERE name = ?1"
      " UNION ALL SELECT 1 FROM placecard_alias WHERE name = ?2 LIMIT 1");
  if (!find) return find.failure();
  return find->bind(1, user.username).bind(2, user.email).step();
}

Result<Problems> Users::taken_by_others(const User& user) {
  // Whoever has this id already is somebody else.
  Result<Problems> problems = taken(user, std::nullopt);
  if (!problems || user.id == 0) return problems;
  const Result<std::optional<User>> same_id = get(user.id);
  if (!same_id) return same_id.failure();
  if (*same_id) problems->add(Problem{Error::id_taken, Field::id});
  return problems;
}

Result<bool> Users::insert(const User& user, std::string_view sql) {
  Result<Statement> insert = database_.prepare(sql);
  if (!insert) return insert.failure();
  if (user.id == 0) {
    insert->bind(1, nullptr);
  } else {
    insert->bind(1, user.id);
  }
  insert->bind(2, user.username).bind(3, user.email).bind(4, user.password_hash).bind(5, user.joined_at);
  Status inserted = insert->run();
  if (!inserted) return inserted.failure();
  return database_.changes() == 1;
}

Result<User> Users::add(User user) {
  if (!user.joined_at) user.joined_at = format_datetime(host_.now_us());
  // Most rows clash with nothing, and the table's own indexes find that out while they take the row. Who has what is
  // asked only of the others.
  Result<bool> careful = may_clash(user);
  if (!careful) return careful.failure();
  bool stored = false;
  if (!*careful) {
    const Result<bool> inserted = insert(
        user, "INSERT OR IGNORE INTO user (id, username, email, password_hash, joined_at) VALUES (?, ?, ?, ?, ?)");
    if (!inserted) return inserted.failure();
    stored = *inserted;
  }
  if (!stored) {
    const Result<Problems> problems = taken_by_others(user);
    if (!problems) return problems.failure();
    if (!problems->empty()) return Failure(*problems);
    const Result<bool> inserted =
        insert(user, "INSERT INTO user (id, username, email, password_hash, joined_at) VALUES (?, ?, ?, ?, ?)");
    if (!inserted) return inserted.failure();
  }
  user.id = database_.last_insert_id();
  if (*careful) {
    Status filed = write_aliases(user);
    if (!filed) return filed.failure();
  }
  return user;
}

Status Users::update(const User& user) {
  Result<Problems> problems = taken(user, user.id);
  if (!problems) return problems.failure();
  if (!problems->empty()) return Failure(*problems);
  Result<Statement> update =
      database_.prepare("UPDATE user SET username = ?, email = ?, password_hash = ?, joined_at = ? WHERE id = ?");
  if (!update) return update.failure();
  update->bind(1, user.username).bind(2, user.email).bind(3, user.password_hash).bind(4, user.joined_at);
  Status updated = update->bind(5, user.id).run();
  if (!updated) return updated;
  if (database_.changes() == 0) return Error::not_found;
  return write_aliases(user);
}

Status Users::remove(std::int64_t id) {
  for (const std::string_view sql :
       {"DELETE FROM placecard_alias WHERE user_id = ?", "DELETE FROM user WHERE id = ?"}) {
    Result<Statement> remove = database_.prepare(sql);
    if (!remove) return remove.failure();
    Status removed = remove->bind(1, id).run();
    if (!removed) return removed;
  }
  if (database_.changes() == 0) return Error::not_found;
  return Done{};
}

Status Users::write_aliases(const User& user) {
  {
    Result<Statement> clear = database_.prepare("DELETE FROM placecard_alias WHERE user_id = ?");
    if (!clear) return clear.failure();
    Status cleared = clear->bind(1, user.id).run();
    if (!cleared) return cleared;
  }
  std::vector<std::string> names;
  if (user.username) {
    names.push_back(username_key(*user.username, host_));
    names.push_back(email_key(*user.username));
  }
  if (user.email) names.push_back(email_key(*user.email));
  for (const std::string& name : names) {
    if (name == user.username || name == user.email) continue;
    Result<Statement> insert = database_.prepare("INSERT OR IGNORE INTO placecard_alias (name, user_id) VALUES (?, ?)");
    if (!insert) return insert.failure();
    Status inserted = insert->bind(1, std::string_view(name)).bind(2, user.id).run();
    if (!inserted) return inserted;
  }
  return Done{};
}

}  // namespace placecard
