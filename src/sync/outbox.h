// The newest op of each account and of each private value, and what has become of it. A change leaves its op here in
// the transaction that makes it, so that it can be sent at any time, by anybody, with nobody logged in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "credentials/bytes.h"
#include "credentials/vault.h"
#include "host.h"
#include "result.h"
#include "store/database.h"
#include "sync/op.h"

namespace placecard {

enum class OpState : std::uint8_t {
  waiting = 0,   // to be sent
  applied = 1,   // the server has it
  refused = 2,   // the server will not have it, or somebody has to choose: `code` says why
  unmerged = 3,  // there is another device's op to be merged with, once somebody is logged in (`code` empty), or to be
                 // taken in once its names are free here (`code` says which is not)
};

struct OutboxRow {
  std::int64_t seq = 0;  // the order they are sent in; an account's stays before its values'
  Uid uid{};
  Bytes entity;  // empty for the account, else the name of a value
  OpState state = OpState::waiting;
  std::string code;
  Bytes bytes;
  std::optional<Bytes> base;    // of an account that has changed since: the last op the server is known to have had
  std::optional<Bytes> theirs;  // another device's, not a descendant of ours
};

class Outbox {
 public:
  // Both must outlive it.
  Outbox(Database& database, Host& host) : database_(database), host_(host) {}

  Result<std::optional<OutboxRow>> find(const Uid& uid, const Bytes& entity);
  // Those that wait, as many as asked for. Values of an account the server has refused from the start wait for it, and
  // everything of one that was deleted there for its owner's choice.
  Result<std::vector<OutboxRow>> waiting(std::int64_t count);
  // Of accounts in which somebody has to do something, and of this one.
  Result<std::vector<OutboxRow>> unsettled(const std::optional<Uid>& uid);
  // Of accounts: in this state, or all.
  Result<std::vector<OutboxRow>> accounts(std::optional<OpState> state = {});
  Result<std::int64_t> count_waiting(const std::optional<Uid>& uid);
  // Values that have no op: they were there before there were any.
  Result<std::vector<Bytes>> names_without_op(const Uid& uid);

  // The changes below belong inside the caller's transaction.

  // Replaces what there is of the entity.
  Status put(const OutboxRow& row);
  Status remove_of(const Uid& uid);
  // What was refused with this code is sent again.
  Status wait_again(const Uid& uid, std::string_view code);
  // Everything the server has is sent again.
  Status reset();

  // Signs the op, with a new id, and lets it wait. An account's op descends from the one before it, and from `merged`
  // when there is one; a value's counts on from it.
  Status leave(Op op, const Vault& vault, const Op* merged = nullptr);
  Status leave_value(const Uid& uid, const Vault& vault, const Bytes& name, const std::optional<Bytes>& value);

 private:
  Result<std::vector<OutboxRow>> select(std::string_view where, const std::optional<Uid>& uid = {},
                                        const Bytes& entity = {}, std::int64_t limit = -1);

  Database& database_;
  Host& host_;
};

}  // namespace placecard
