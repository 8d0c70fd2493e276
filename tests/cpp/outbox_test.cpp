#include "sync/outbox.h"

#include "credentials/password_hash.h"
#include "devices.h"

using placecard::Bytes;
using placecard::Device;
using placecard::kAda;
using placecard::Op;
using placecard::OpKind;
using placecard::read_op;
using placecard::Session;
using placecard::Store;
using placecard::TestServer;

namespace {

// What waits, read.
std::vector<Op> ops_of(Device& device) {
  std::vector<Op> ops;
  for (const auto& each : device.waiting()) {
    const auto op = read_op(each.bytes);
    REQUIRE(op);
    CHECK(op->op_id == each.op_id);
    ops.push_back(*op);
  }
  return ops;
}

Op only(Device& device) {
  const auto ops = ops_of(device);
  REQUIRE(ops.size() == 1);
  return ops[0];
}

}  // namespace

TEST_CASE("a sign-up leaves an op that says all of it, and is undone with it", "[outbox]") {
  Device device(1);
  const Session ada = device.sign_up(kAda);
  const Op op = only(device);
  CHECK(op.kind == OpKind::account);
  CHECK(op.uid == ada.uid);
  CHECK(op.identity_key == ada.vault.identity_key());
  CHECK(op.parents.empty());
  CHECK(op.user.username == "ada");
  CHECK(op.user.email == "ada@example.com");
  CHECK(op.user.joined_at == "2025-11-22 08:40:39.855342");
  CHECK(op.user.active);
  CHECK(op.slots.size() == 1);
  REQUIRE(placecard::check_op(op, device.host));
  device.store.undo();
  CHECK(device.waiting().empty());
}

TEST_CASE("each change replaces the op that waits and descends from it", "[outbox]") {
  Device device(1);
  Session ada = device.sign_up(kAda);
  std::vector<Op> history = {only(device)};
  const auto changed = [&] {
    const Op now = only(device);
    CHECK(now.rev == history.back().rev + 1);
    CHECK(now.parents == history.back().lineage());
    history.push_back(now);
    return now;
  };
  REQUIRE(device.accounts.update(ada, "Ada Lovelace", std::nullopt));
  CHECK(changed().user.username == "Ada Lovelace");
  ada = device.change_password(ada, kAda.password, "a staple battery");
  CHECK(changed().credential_version == 2);
  REQUIRE(device.accounts.create_recovery_code(ada));
  CHECK(changed().slots.size() == 2);
  REQUIRE(device.accounts.set_active(ada, false));
  CHECK_FALSE(changed().user.active);
}

TEST_CASE("recovery, an upgrade at log-in and an adopted row leave ops too", "[outbox]") {
  Device device(1);
  Session ada = device.sign_up(kAda);
  const auto code = device.accounts.create_recovery_code(ada);
  REQUIRE(code);
  const auto recovery = device.accounts.prepare_recovery("ada", *code, "a staple battery");
  REQUIRE(recovery);
  REQUIRE(device.accounts.apply(*recovery));
  const Op recovered = only(device);
  CHECK(recovered.slots.size() == 1);
  CHECK(recovered.credential_version == 2);

  placecard::Accounts dearer(device.store, device.host, {}, {3, placecard::kFloor.memory});
  const auto log_in = dearer.prepare_log_in("ada", "a staple battery");
  REQUIRE(log_in);
  REQUIRE(dearer.apply(*log_in, placecard::TamperChoice::refuse));
  CHECK(only(device).slots[0].cost.passes == 3);

  Device other(2);
  const std::string hash = placecard::hash_password(placecard::secret_of(kAda.password), placecard::kFloor);
  REQUIRE(other.accounts.import_users({{0, "ada", "ada@example.com", hash, "2020-01-02"}}));
  CHECK(other.waiting().empty());
  REQUIRE(other.log_in("ada", kAda.password));
  const Op adopted = only(other);
  CHECK(adopted.user.username == "ada");
  CHECK(adopted.user.joined_at == "2020-01-02 00:00:00.000000");
  REQUIRE(placecard::check_op(adopted, other.host));
}

TEST_CASE("a log-in that changes nothing leaves nothing", "[outbox]") {
  Device device(1);
  device.sign_up(kAda);
  const auto before = device.waiting();
  REQUIRE(device.log_in("ada", kAda.password));
  const auto after = device.waiting();
  REQUIRE(after.size() == 1);
  CHECK(after[0].bytes == before[0].bytes);
}

TEST_CASE("private values leave ops that count on, the account's first, the newest only", "[outbox]") {
  Device device(1);
  const Session ada = device.sign_up(kAda);
  REQUIRE(device.data(ada).set("party", "\"at eight\""));
  REQUIRE(device.data(ada).set("note", "\"cake\""));
  REQUIRE(device.data(ada).set("party", "\"at nine\""));
  auto batch = device.waiting();
  REQUIRE(batch.size() == 3);
  const auto account = read_op(batch[0].bytes);
  const auto party = read_op(batch[1].bytes);
  CHECK(account->kind == OpKind::account);
  CHECK(party->kind == OpKind::data);
  CHECK(party->rev == 2);
  CHECK(party->parents.empty());
  REQUIRE(placecard::receive_op(batch[1].bytes, *batch[1].value, device.host));

  REQUIRE(device.data(ada).remove("party"));
  CHECK_FALSE(*device.data(ada).remove("nothing"));
  batch = device.waiting();
  REQUIRE(batch.size() == 3);
  CHECK(read_op(batch[1].bytes)->deleted);
  CHECK(read_op(batch[1].bytes)->rev == 3);
  CHECK_FALSE(batch[1].value);
}

TEST_CASE("an account deleted leaves one op, and nothing else of itself", "[outbox]") {
  Device device(1);
  const Session ada = device.sign_up(kAda);
  REQUIRE(device.data(ada).set("party", "1"));
  const auto deletion = device.accounts.prepare_deletion(ada, kAda.password);
  REQUIRE(deletion);
  REQUIRE(device.accounts.apply(*deletion));
  const Op op = only(device);
  CHECK(op.kind == OpKind::deletion);
  CHECK(op.uid == ada.uid);
  CHECK(device.rows("SELECT count(*) FROM user") == "0");
  CHECK(device.rows("SELECT count(*) FROM placecard_account") == "0");
  CHECK(device.rows("SELECT count(*) FROM placecard_sealed") == "0");
  CHECK(device.rows("SELECT count(*) FROM placecard_remote") == "0");
}

TEST_CASE("a batch is as long as asked for, and never empty when something waits", "[outbox]") {
  Device device(1);
  const Session ada = device.sign_up(kAda);
  for (const char* key : {"a", "b", "c"}) REQUIRE(device.data(ada).set(key, "1"));
  CHECK(device.sync.batch(2, 1 << 20)->size() == 2);
  CHECK(device.sync.batch(0, 1 << 20)->empty());
  CHECK(device.sync.batch(10, 1)->size() == 1);
  const std::size_t first = (*device.sync.batch(1, 1))[0].bytes.size();
  CHECK(device.sync.batch(10, first)->size() == 1);
}

TEST_CASE("an account from before there were ops gets them at its next log-in", "[outbox]") {
  Device device(1);
  const Session ada = device.sign_up(kAda);
  REQUIRE(device.data(ada).set("party", "1"));
  // As a file of an earlier version looks, or one somebody has edited.
  placecard::run(
      device.store.database(),
      GENERATE("DELETE FROM placecard_outbox", "UPDATE placecard_outbox SET bytes = x'00' WHERE entity = x''",
               "UPDATE placecard_outbox SET bytes = zeroblob(700) WHERE entity = x''",
               "UPDATE placecard_outbox SET state = 9"));
  REQUIRE(device.log_in("ada", kAda.password));
  const auto ops = ops_of(device);
  REQUIRE(ops.size() == 2);
  CHECK(ops[0].user.username == "ada");
  CHECK(ops[1].kind == OpKind::data);
}

TEST_CASE("values of an account the server refused from the start wait for it", "[outbox]") {
  Device device(1);
  TestServer server;
  Device first(2);
  first.sign_up(kAda);
  first.push(server);
  const Session ada = device.sign_up(kAda);
  REQUIRE(device.data(ada).set("party", "1"));
  REQUIRE(device.waiting().size() == 2);
  device.push(server);
  CHECK(device.waiting().empty());
  REQUIRE(device.accounts.update(ada, "ada2", "ada2@example.com"));
  CHECK(device.waiting().size() == 2);
}
