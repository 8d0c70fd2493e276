// What is to be sent, and what comes back: all of it without anybody's keys. What needs them is in settling.h.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "account_rows.h"
#include "host.h"
#include "result.h"
#include "store/store.h"
#include "sync/outbox.h"
#include "sync/remote_table.h"

namespace placecard {

struct Outgoing {
  OpId op_id{};
  Bytes bytes;
  std::optional<Bytes> value;
};

// What the server says of an op. `code` is error codes, with commas between.
struct Answer {
  enum class Status : std::uint8_t { applied, duplicate, conflict, rejected };
  Status status = Status::applied;
  std::string_view code;
  std::optional<std::span<const std::uint8_t>> theirs;
  std::optional<std::span<const std::uint8_t>> theirs_value;
};

struct SyncState {
  Uid uid{};
  User user;
  // local-only, pending, synced, needs-rename, credential-conflict, conflict, revoked
  std::string_view state;
  std::string code;  // why, when somebody has to do something
  Problems fields;   // what it is about
  // What the server has instead, where two versions of the account are to be chosen from.
  std::optional<User> theirs;
};

class Sync {
 public:
  // Both must outlive it; the store must be open whenever anything below is called.
  Sync(Store& store, Host& host) : store_(store), host_(host) {}

  // In the order they are to be sent; at least one when any waits.
  Result<std::vector<Outgoing>> batch(std::int64_t max_ops, std::size_t max_bytes);
  // Whether anything has changed here. `op` is the bytes that were sent.
  Result<bool> result(std::span<const std::uint8_t> op, const Answer& answer);
  // Another device's op. op_invalid, or what its names break; false when it says nothing new or is of nobody here.
  Result<bool> incoming(std::span<const std::uint8_t> op, std::optional<std::span<const std::uint8_t>> value);
  // The same inside the caller's transaction, of an op that has been checked.
  Result<bool> take(const Op& theirs, std::span<const std::uint8_t> bytes,
                    std::optional<std::span<const std::uint8_t>> value);
  // Ops that had to wait for a name somebody else had here, once it is free. Inside the caller's transaction.
  Status take_what_is_free();
  // Somebody else than an account's devices has changed its row on the server: for a person to choose.
  Result<bool> server_row(const Uid& uid, const User& row);

  Result<std::vector<Remote>> remotes() { return RemoteTable(store_.database()).all(); }
  Status set_remote(Remote remote);
  // What the server was called when it first answered, or when all was last sent anew; empty before.
  Result<std::string> epoch();
  Status set_epoch(std::string_view epoch);
  // The server is another one, or an older one: all is sent and asked for again.
  Status reset(std::string_view epoch);

  Result<std::int64_t> waiting() { return outbox().count_waiting({}); }
  // Of accounts in which somebody has to do something, or all, and this one's in any case.
  Result<std::vector<SyncState>> state(bool all, const std::optional<Uid>& uid);

 private:
  [[nodiscard]] Outbox outbox() { return {store_.database(), host_}; }
  [[nodiscard]] AccountRows rows() { return {store_.database(), host_}; }
  Result<bool> applied(OutboxRow row, const Op& op, std::span<const std::uint8_t> bytes);
  Result<bool> refused(OutboxRow row, const Op& op, std::string_view code);
  Result<bool> take_account(Known known, const Op& theirs, Bytes bytes);
  Result<bool> take_value(const Op& theirs, Bytes bytes, std::optional<std::span<const std::uint8_t>> value);
  Result<bool> take_deletion(const Known& known);
  Status fast_forward(Known known, OutboxRow row, const Op& theirs, Bytes bytes);
  Result<SyncState> state_of(const OutboxRow& row, const Known& known, const Remote& remote);

  Store& store_;
  Host& host_;
};

}  // namespace placecard
