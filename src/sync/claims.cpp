#include "sync/claims.h"

#include "sync/outbox.h"

namespace placecard {

namespace {

bool same(const std::optional<std::string>& left, const std::optional<std::string>& right) {
  return left && left == right;
}

}  // namespace

Result<bool> Claims::is_stale(const User& row, const AccountRecord& account) {
  const Result<std::optional<OutboxRow>> found = Outbox(database_, host_).find(account.uid, {});
  if (!found) return found.failure();
  if (!*found) return false;
  const Result<Op> op = read_op((*found)->bytes);
  const bool signed_by_it = op && op->kind == OpKind::account && op->uid == account.uid;
  if (!signed_by_it || op->identity_key != account.identity_key) return false;
  const bool its_own = same(row.username, op->user.username) || same(row.email, op->user.email) ||
                       same(row.password_hash, op->user.password_hash);
  if (its_own) return false;
  const Result<Problems> claimed = claimed_by_others(row, account.uid);
  if (!claimed) return claimed.failure();
  return claimed->empty();
}

Result<Problems> Claims::claimed_by_others(const User& row, const Uid& uid) {
  const Result<std::vector<OutboxRow>> rows = Outbox(database_, host_).accounts();
  if (!rows) return rows.failure();
  bool username = false;
  bool email = false;
  for (const OutboxRow& each : *rows) {
    if (each.uid == uid) continue;
    const Result<Op> op = parse_op(each.bytes);
    if (!op) continue;
    username = username || same(row.username, op->user.username);
    email = email || same(row.email, op->user.email);
  }
  Problems claimed;
  if (username) claimed.add({Error::username_taken, Field::username});
  if (email) claimed.add({Error::email_taken, Field::email});
  return claimed;
}

}  // namespace placecard
