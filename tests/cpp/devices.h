// Devices that sync, and the table they sync through: what a server does with ops, in as few lines as will do.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "accounts.h"
#include "ops.h"
#include "private_data.h"
#include "sync/settling.h"
#include "sync/sync.h"
#include "test.h"
#include "test_store.h"

namespace placecard {

struct TestServer {
  struct Value {
    Bytes op;
    Bytes value;
  };
  struct Account {
    Bytes op;
    std::map<DataName, Value> values;
  };
  struct Said {
    Answer::Status status = Answer::Status::applied;
    std::string code;
    std::optional<Bytes> theirs;
    std::optional<Bytes> theirs_value;
    bool retry = false;
  };

  std::map<Uid, Account> accounts;
  std::map<Uid, Bytes> tombstones;
  std::set<Uid> disabled;

  Said push(const Bytes& bytes, const std::optional<Bytes>& value) {
    TestHost host;
    const auto op =
        receive_op(bytes, value ? std::optional<std::span<const std::uint8_t>>(*value) : std::nullopt, host);
    if (!op) return {Answer::Status::rejected, std::string(code_of(op.error())), {}, {}};
    const auto found = accounts.find(op->uid);
    if (tombstones.count(op->uid) != 0) {
      if (tombstones[op->uid] == bytes) return {Answer::Status::duplicate, {}, {}, {}};
      return {Answer::Status::conflict, "account-deleted", {}, {}};
    }
    if (op->kind == OpKind::deletion) {
      accounts.erase(op->uid);
      tombstones[op->uid] = bytes;
      return {};
    }
    if (disabled.count(op->uid) != 0) return {Answer::Status::rejected, "account-inactive", {}, {}};
    if (op->kind == OpKind::data) return push_value(*op, bytes, value.value_or(Bytes{}));
    if (found != accounts.end() && found->second.op == bytes) return {Answer::Status::duplicate, {}, {}, {}};
    if (found != accounts.end() && !op->descends_from(*op_id_of(found->second.op))) {
      return {Answer::Status::conflict, "changed-meanwhile", found->second.op, {}};
    }
    std::string taken;
    for (const auto& [uid, account] : accounts) {
      const auto other = read_op(account.op);
      if (uid == op->uid) continue;
      if (other->user.username && other->user.username == op->user.username) taken += "username-taken,";
      if (other->user.email && other->user.email == op->user.email) taken += "email-taken,";
    }
    if (!taken.empty()) return {Answer::Status::conflict, taken.substr(0, taken.size() - 1), {}, {}};
    accounts[op->uid].op = bytes;
    return {};
  }

  [[nodiscard]] Op op_of(const Uid& uid) const { return *read_op(accounts.at(uid).op); }

 private:
  Said push_value(const Op& op, const Bytes& bytes, const Bytes& value) {
    const auto found = accounts.find(op.uid);
    if (found == accounts.end()) return {Answer::Status::rejected, "account-unknown", {}, {}, true};
    const auto there = found->second.values.find(op.name);
    if (there != found->second.values.end()) {
      const auto other = read_op(there->second.op);
      if (other->op_id == op.op_id) return {Answer::Status::duplicate, {}, {}, {}};
      if (std::pair(other->rev, other->op_id) > std::pair(op.rev, op.op_id)) {
        return {Answer::Status::conflict, "changed-meanwhile", there->second.op,
                other->deleted ? std::nullopt : std::optional(there->second.value)};
      }
    }
    found->second.values[op.name] = {bytes, value};
    return {};
  }
};

struct Device {
  TestHost host;
  Store store{host};
  Accounts accounts{store, host, {}, kFloor};
  Sync sync{store, host};
  Settling settling{store, host, accounts};

  explicit Device(std::uint64_t seed) : host(seed) {
    REQUIRE(store.open(Store::Source::ours).ok());
    store.acknowledge();
  }

  Session sign_up(const SignUpForm& form) {
    const auto prepared = accounts.prepare_sign_up(form);
    REQUIRE(prepared);
    const auto entry = accounts.apply(*prepared);
    REQUIRE(entry);
    return entry->session;
  }
  Result<Session> log_in(std::string_view login, std::string_view password) {
    const auto prepared = accounts.prepare_log_in(login, password);
    if (!prepared) return prepared.failure();
    const auto entry = accounts.apply(*prepared, TamperChoice::refuse);
    if (!entry) return entry.failure();
    return entry->session;
  }
  // As a page does it, with the server's op.
  Result<Session> remote_log_in(const TestServer& server, const Uid& uid, std::string_view password) {
    const Bytes& op = server.accounts.at(uid).op;
    const KeySlot slot = read_op(op)->slots.at(0);
    auto prepared = accounts.prepare_remote_log_in(password, {slot.salt, slot.cost});
    if (!prepared) return prepared.failure();
    const Status admitted = accounts.admit(*prepared, op);
    if (!admitted) return admitted.failure();
    const auto entry = accounts.apply(*prepared);
    if (!entry) return entry.failure();
    return entry->session;
  }
  Session change_password(const Session& session, std::string_view current, std::string_view next) {
    const auto prepared = accounts.prepare_password_change(session, current, next);
    REQUIRE(prepared);
    const auto entry = accounts.apply(*prepared);
    REQUIRE(entry);
    return entry->session;
  }
  PrivateData data(const Session& session) { return {store, accounts, session, host}; }
  std::optional<std::string> value(const Session& session, std::string_view key) {
    const auto found = data(session).get(key);
    REQUIRE(found);
    return *found ? std::optional(std::string(view_of(**found))) : std::nullopt;
  }

  std::vector<Outgoing> waiting() {
    auto batch = sync.batch(100, 1 << 20);
    REQUIRE(batch);
    return *batch;
  }
  // Sends what waits once; answers what was said of each.
  std::vector<TestServer::Said> push(TestServer& server) {
    std::vector<TestServer::Said> said;
    for (const Outgoing& each : waiting()) said.push_back(tell(each, server.push(each.bytes, each.value)));
    return said;
  }
  TestServer::Said tell(const Outgoing& sent, const TestServer::Said& said) {
    using Optional = std::optional<std::span<const std::uint8_t>>;
    if (said.retry) return said;
    REQUIRE(sync.result(sent.bytes, {said.status, said.code, said.theirs ? Optional(*said.theirs) : std::nullopt,
                                     said.theirs_value ? Optional(*said.theirs_value) : std::nullopt}));
    return said;
  }
  void pull(const TestServer& server, const Uid& uid) {
    const auto tombstone = server.tombstones.find(uid);
    if (tombstone != server.tombstones.end()) {
      REQUIRE(sync.incoming(tombstone->second, std::nullopt));
      return;
    }
    const auto& account = server.accounts.at(uid);
    REQUIRE(sync.incoming(account.op, std::nullopt));
    for (const auto& [name, each] : account.values) {
      const bool deleted = read_op(each.op)->deleted;
      REQUIRE(
          sync.incoming(each.op, deleted ? std::nullopt : std::optional<std::span<const std::uint8_t>>(each.value)));
    }
  }

  SyncState state(const Uid& uid) {
    const auto states = sync.state(true, {});
    REQUIRE(states);
    for (const SyncState& each : *states) {
      if (each.uid == uid) return each;
    }
    FAIL("no such account here");
    return {};
  }
  std::string word(const Uid& uid) { return std::string(state(uid).state); }
  std::string rows(const std::string& sql) { return column_of(store.database(), sql); }
};

inline constexpr SignUpForm kAda{"ada", "ada@example.com", "correct horse"};

// Ada, who signed up on one device and has logged in on another.
struct TwoDevices {
  TestServer server;
  Device phone{11};
  Device laptop{22};
  Session on_phone = phone.sign_up(kAda);
  Uid uid = on_phone.uid;
  Session on_laptop = first_on_laptop();

  Session first_on_laptop() {
    phone.push(server);
    const auto session = laptop.remote_log_in(server, uid, kAda.password);
    REQUIRE(session);
    return *session;
  }
  // Nobody has anything new to say.
  void quiet() {
    for (int round = 0; round < 3; ++round) {
      for (Device* each : {&phone, &laptop}) {
        each->push(server);
        each->pull(server, uid);
      }
    }
    CHECK(phone.word(uid) == "synced");
    CHECK(laptop.word(uid) == "synced");
    for (const char* column : {"username", "email", "password_hash", "joined_at"}) {
      const std::string sql = std::string("SELECT ") + column + " FROM user WHERE id = 1";
      CHECK(phone.rows(sql) == laptop.rows(sql));
    }
  }
};

}  // namespace placecard
