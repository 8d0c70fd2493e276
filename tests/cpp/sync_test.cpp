#include "sync/sync.h"

#include "devices.h"

using placecard::Answer;
using placecard::Bytes;
using placecard::Choice;
using placecard::Device;
using placecard::Error;
using placecard::Field;
using placecard::kAda;
using placecard::Op;
using placecard::op_id_of;
using placecard::Problems;
using placecard::read_op;
using placecard::Session;
using placecard::TestServer;
using placecard::TwoDevices;

TEST_CASE("an account made here is known there once it has been sent, and only then", "[sync]") {
  Device phone(1);
  TestServer server;
  const Session ada = phone.sign_up(kAda);
  CHECK(phone.word(ada.uid) == "local-only");
  REQUIRE(phone.data(ada).set("party", "\"at eight\""));
  CHECK(*phone.sync.waiting() == 2);
  phone.push(server);
  CHECK(phone.word(ada.uid) == "synced");
  CHECK(*phone.sync.waiting() == 0);
  CHECK(server.op_of(ada.uid).user.username == "ada");
  REQUIRE(phone.accounts.update(ada, "lovelace", std::nullopt));
  CHECK(phone.word(ada.uid) == "pending");
  phone.push(server);
  CHECK(server.op_of(ada.uid).user.username == "lovelace");
  REQUIRE(phone.data(ada).set("party", "\"at nine\""));
  CHECK(phone.word(ada.uid) == "pending");
  phone.push(server);
  CHECK(phone.word(ada.uid) == "synced");
}

TEST_CASE("a lost answer and a repeated push change nothing", "[sync]") {
  Device phone(1);
  TestServer server;
  const Session ada = phone.sign_up(kAda);
  const auto sent = phone.waiting();
  server.push(sent[0].bytes, sent[0].value);
  const auto said = phone.push(server);
  CHECK(said[0].status == Answer::Status::duplicate);
  CHECK(phone.word(ada.uid) == "synced");
  // The same answer once more, late.
  phone.tell(sent[0], said[0]);
  CHECK(phone.word(ada.uid) == "synced");
}

TEST_CASE("an answer to an op that was replaced on its way leaves the newer one waiting", "[sync]") {
  TwoDevices it;
  REQUIRE(it.phone.accounts.update(it.on_phone, "ada1", std::nullopt));
  const auto sent = it.phone.waiting();
  const auto said = it.server.push(sent[0].bytes, {});
  REQUIRE(it.phone.accounts.update(it.on_phone, "ada2", std::nullopt));
  it.phone.tell(sent[0], said);
  CHECK(it.phone.word(it.uid) == "pending");
  // Another device goes on from what was applied; what was sent is the base of the merge.
  it.laptop.pull(it.server, it.uid);
  REQUIRE(it.laptop.accounts.update(it.on_laptop, std::nullopt, "new@example.com"));
  it.laptop.push(it.server);
  it.phone.push(it.server);
  REQUIRE(*it.phone.settling.merge(it.on_phone));
  it.quiet();
  CHECK(it.server.op_of(it.uid).user.username == "ada2");
  CHECK(it.server.op_of(it.uid).user.email == "new@example.com");
}

TEST_CASE("the answer to the one before may be lost with it", "[sync]") {
  TwoDevices it;
  REQUIRE(it.phone.accounts.update(it.on_phone, "ada1", std::nullopt));
  const auto sent = it.phone.waiting();
  it.server.push(sent[0].bytes, {});
  REQUIRE(it.phone.accounts.update(it.on_phone, "ada2", std::nullopt));
  it.phone.pull(it.server, it.uid);
  CHECK(it.phone.word(it.uid) == "pending");
  it.quiet();
  CHECK(it.server.op_of(it.uid).user.username == "ada2");
}

TEST_CASE("a new device has the account and its values, and works without a network from then on", "[sync]") {
  TwoDevices it;
  REQUIRE(it.phone.data(it.on_phone).set("party", "\"at eight\""));
  it.quiet();
  CHECK(it.laptop.value(it.on_laptop, "party") == "\"at eight\"");
  const auto again = it.laptop.log_in("ada", kAda.password);
  REQUIRE(again);
  CHECK(again->uid == it.uid);
  CHECK(it.laptop.log_in("ada", "wrong horse").error() == Error::invalid_credentials);
}

TEST_CASE("a rename, an e-mail and a switch-off reach the other device, whose session goes on", "[sync]") {
  TwoDevices it;
  REQUIRE(it.phone.accounts.update(it.on_phone, "lovelace", "l@example.com"));
  it.quiet();
  CHECK(it.laptop.accounts.sound_user(it.on_laptop)->username == "lovelace");
  CHECK(it.laptop.accounts.update(it.on_laptop, "countess", std::nullopt));
  it.quiet();
  CHECK(it.phone.accounts.sound_user(it.on_phone)->username == "countess");
  REQUIRE(it.phone.accounts.set_active(it.on_phone, false));
  it.quiet();
  CHECK(it.laptop.accounts.current_user(it.on_laptop).error() == Error::not_logged_in);
  CHECK(it.laptop.log_in("countess", kAda.password).error() == Error::account_inactive);
}

TEST_CASE("a password changed on one device is the password on the other, and ends its session", "[sync]") {
  TwoDevices it;
  it.on_phone = it.phone.change_password(it.on_phone, kAda.password, "a staple battery");
  it.quiet();
  CHECK(it.laptop.accounts.current_user(it.on_laptop).error() == Error::not_logged_in);
  CHECK(it.laptop.log_in("ada", kAda.password).error() == Error::invalid_credentials);
  const auto again = it.laptop.log_in("ada", "a staple battery");
  REQUIRE(again);
  // Sealed here now: nothing is left to be taken on trust.
  const auto before = placecard::bytes_of(it.laptop.store.image());
  REQUIRE(it.laptop.log_in("ada", "a staple battery"));
  CHECK(placecard::bytes_of(it.laptop.store.image()) == before);
}

TEST_CASE("different fields changed on two devices are merged when somebody is logged in", "[sync]") {
  TwoDevices it;
  REQUIRE(it.phone.accounts.update(it.on_phone, "lovelace", std::nullopt));
  REQUIRE(it.laptop.accounts.update(it.on_laptop, std::nullopt, "new@example.com"));
  it.phone.push(it.server);
  it.laptop.push(it.server);
  CHECK(it.laptop.word(it.uid) == "pending");
  CHECK(it.laptop.state(it.uid).code == "changed-meanwhile");
  it.laptop.push(it.server);
  CHECK(it.server.op_of(it.uid).user.email == "ada@example.com");
  REQUIRE(*it.laptop.settling.merge(it.on_laptop));
  CHECK_FALSE(*it.laptop.settling.merge(it.on_laptop));
  it.quiet();
  CHECK(it.phone.rows("SELECT username || ' ' || email FROM user") == "lovelace new@example.com");
  CHECK(it.server.op_of(it.uid).descends_from(*op_id_of(it.server.accounts[it.uid].op)) == false);
  REQUIRE(it.phone.log_in("lovelace", kAda.password));
}

TEST_CASE("the same change on two devices needs no choice", "[sync]") {
  TwoDevices it;
  REQUIRE(it.phone.accounts.update(it.on_phone, "lovelace", std::nullopt));
  REQUIRE(it.laptop.accounts.update(it.on_laptop, "lovelace", std::nullopt));
  it.phone.push(it.server);
  it.laptop.push(it.server);
  REQUIRE(*it.laptop.settling.merge(it.on_laptop));
  CHECK(it.laptop.word(it.uid) == "synced");
  it.quiet();
  REQUIRE(it.laptop.log_in("lovelace", kAda.password));
}

TEST_CASE("one field changed on two devices is chosen by a person", "[sync]") {
  TwoDevices it;
  REQUIRE(it.phone.accounts.update(it.on_phone, "phone", std::nullopt));
  REQUIRE(it.laptop.accounts.update(it.on_laptop, "laptop", std::nullopt));
  it.phone.push(it.server);
  it.laptop.push(it.server);
  CHECK(it.laptop.settling.resolve(it.on_laptop, Choice::keep_mine).ok());
  it.quiet();
  CHECK(it.phone.rows("SELECT username FROM user") == "laptop");

  REQUIRE(it.phone.accounts.update(it.on_phone, "phone", std::nullopt));
  REQUIRE(it.laptop.accounts.update(it.on_laptop, "tablet", std::nullopt));
  it.phone.push(it.server);
  it.laptop.push(it.server);
  REQUIRE(*it.laptop.settling.merge(it.on_laptop));
  CHECK(it.laptop.word(it.uid) == "conflict");
  CHECK(it.laptop.state(it.uid).fields == Problems{{Error::changed_meanwhile, Field::username}});
  // What is changed before the choice does not make it.
  REQUIRE(it.laptop.accounts.update(it.on_laptop, "desktop", std::nullopt));
  CHECK(it.laptop.word(it.uid) == "conflict");
  CHECK(it.laptop.waiting().empty());
  REQUIRE(it.laptop.settling.resolve(it.on_laptop, Choice::take_theirs).ok());
  CHECK(it.laptop.settling.resolve(it.on_laptop, Choice::take_theirs).error() == Error::not_found);
  it.quiet();
  CHECK(it.laptop.rows("SELECT username FROM user") == "phone");
  REQUIRE(it.laptop.log_in("phone", kAda.password));
}

TEST_CASE("a password changed on two devices is chosen by a person", "[sync]") {
  const bool mine = GENERATE(true, false);
  TwoDevices it;
  it.on_phone = it.phone.change_password(it.on_phone, kAda.password, "password of phone");
  it.on_laptop = it.laptop.change_password(it.on_laptop, kAda.password, "password of laptop");
  it.phone.push(it.server);
  it.laptop.push(it.server);
  REQUIRE(*it.laptop.settling.merge(it.on_laptop));
  CHECK(it.laptop.word(it.uid) == "credential-conflict");
  CHECK(it.laptop.state(it.uid).fields == Problems{{Error::changed_meanwhile, Field::password}});
  REQUIRE(it.laptop.log_in("ada", "password of laptop"));
  REQUIRE(it.laptop.settling.resolve(it.on_laptop, mine ? Choice::keep_mine : Choice::take_theirs).ok());
  CHECK(it.laptop.accounts.current_user(it.on_laptop).ok() == mine);
  it.quiet();
  CHECK(it.phone.accounts.current_user(it.on_phone).ok() != mine);
  for (Device* device : {&it.phone, &it.laptop}) {
    CHECK(device->log_in("ada", "password of laptop").ok() == mine);
    CHECK(device->log_in("ada", "password of phone").ok() != mine);
  }
}

TEST_CASE("of two values of one key the later count wins on both devices, else the larger id", "[sync]") {
  TwoDevices it;
  REQUIRE(it.phone.data(it.on_phone).set("party", "1"));
  REQUIRE(it.phone.data(it.on_phone).set("party", "2"));
  REQUIRE(it.laptop.data(it.on_laptop).set("party", "3"));
  it.phone.push(it.server);
  it.quiet();
  CHECK(it.laptop.value(it.on_laptop, "party") == "2");
  REQUIRE(it.phone.data(it.on_phone).set("party", "4"));
  REQUIRE(it.laptop.data(it.on_laptop).remove("party"));
  it.laptop.push(it.server);
  it.quiet();
  CHECK(it.phone.value(it.on_phone, "party") == it.laptop.value(it.on_laptop, "party"));
}

TEST_CASE("a name taken meanwhile is named, the account goes on here, and a new name goes through", "[sync]") {
  TestServer server;
  Device first(1);
  Device second(2);
  first.sign_up(kAda);
  first.push(server);
  const Session other = second.sign_up(kAda);
  second.push(server);
  CHECK(second.word(other.uid) == "needs-rename");
  CHECK(second.state(other.uid).fields ==
        Problems{{Error::username_taken, Field::username}, {Error::email_taken, Field::email}});
  REQUIRE(second.log_in("ada", kAda.password));
  REQUIRE(second.accounts.update(other, "ada2", std::nullopt));
  second.push(server);
  CHECK(second.state(other.uid).fields == Problems{{Error::email_taken, Field::email}});
  REQUIRE(second.accounts.update(other, std::nullopt, "ada2@example.com"));
  second.push(server);
  CHECK(second.word(other.uid) == "synced");
}

TEST_CASE("'it is me': the values go to the account the server has, which gets its names here", "[sync]") {
  TwoDevices it;
  Device tablet(33);
  const Session mine = tablet.sign_up({"ada", "ada@example.com", "a staple battery"});
  REQUIRE(tablet.data(mine).set("party", "\"mine\""));
  REQUIRE(tablet.data(mine).set("note", "\"mine\""));
  tablet.push(it.server);
  CHECK(tablet.word(mine.uid) == "needs-rename");
  REQUIRE(it.phone.data(it.on_phone).set("party", "\"hers\""));
  it.quiet();

  const auto hers = tablet.remote_log_in(it.server, it.uid, kAda.password);
  REQUIRE(hers);
  tablet.pull(it.server, it.uid);
  // Both cannot have the name here, and it must not be lost on the server for that.
  CHECK(tablet.state(it.uid).code == "username-taken");
  CHECK(tablet.accounts.create_recovery_code(*hers).error() == Error::username_taken);
  REQUIRE(tablet.settling.merge_into(mine, *hers).ok());
  CHECK(tablet.accounts.current_user(mine).error() == Error::not_logged_in);
  CHECK(tablet.accounts.sound_user(*hers)->username == "ada");
  CHECK(tablet.accounts.sound_user(*hers)->email == "ada@example.com");
  CHECK(tablet.value(*hers, "party") == "\"hers\"");
  CHECK(tablet.value(*hers, "note") == "\"mine\"");
  tablet.push(it.server);
  CHECK(tablet.word(it.uid) == "synced");
  CHECK(it.server.tombstones.count(mine.uid) == 1);
  it.quiet();
  CHECK(it.phone.value(it.on_phone, "note") == "\"mine\"");
  CHECK(tablet.settling.merge_into(*hers, *hers).error() == Error::argument_invalid);
}

TEST_CASE("a name that is taken here is waited for", "[sync]") {
  TwoDevices it;
  const Session other = it.laptop.sign_up({"lovelace", "other@example.com", "a staple battery"});
  REQUIRE(it.phone.accounts.update(it.on_phone, "lovelace", std::nullopt));
  it.phone.push(it.server);
  it.laptop.pull(it.server, it.uid);
  CHECK(it.laptop.state(it.uid).code == "username-taken");
  CHECK(it.laptop.word(it.uid) == "pending");
  REQUIRE(it.laptop.log_in("ada", kAda.password));
  it.laptop.push(it.server);
  CHECK(it.laptop.word(other.uid) == "needs-rename");
  REQUIRE(it.laptop.accounts.update(other, "someone", std::nullopt));
  it.laptop.push(it.server);
  it.quiet();
  CHECK(it.laptop.accounts.sound_user(it.on_laptop)->username == "lovelace");
}

TEST_CASE("a deletion reaches the other device", "[sync]") {
  TwoDevices it;
  const auto deletion = it.phone.accounts.prepare_deletion(it.on_phone, kAda.password);
  REQUIRE(deletion);
  REQUIRE(it.phone.accounts.apply(*deletion));
  it.phone.push(it.server);
  CHECK(it.phone.rows("SELECT count(*) FROM placecard_outbox") == "0");
  it.laptop.pull(it.server, it.uid);
  for (const char* table : {"user", "placecard_account", "placecard_key_slot", "placecard_outbox"}) {
    CHECK(it.laptop.rows(std::string("SELECT count(*) FROM ") + table) == "0");
  }
  CHECK(it.laptop.accounts.current_user(it.on_laptop).error() == Error::not_logged_in);
  // The name is free again.
  it.phone.sign_up(kAda);
  CHECK(it.phone.push(it.server)[0].status == Answer::Status::applied);
}

TEST_CASE("deleted on one device and changed on the other: the person chooses", "[sync]") {
  const bool by_pull = GENERATE(true, false);
  TwoDevices it;
  REQUIRE(it.laptop.data(it.on_laptop).set("party", "\"at eight\""));
  const auto deletion = it.phone.accounts.prepare_deletion(it.on_phone, kAda.password);
  REQUIRE(it.phone.accounts.apply(*deletion));
  it.phone.push(it.server);
  if (by_pull) {
    it.laptop.pull(it.server, it.uid);
  } else {
    it.laptop.push(it.server);
  }
  CHECK(it.laptop.word(it.uid) == "revoked");
  CHECK(it.laptop.state(it.uid).code == "account-deleted");
  CHECK(it.laptop.value(it.on_laptop, "party") == "\"at eight\"");

  SECTION("theirs: it goes here too") {
    REQUIRE(it.laptop.settling.resolve(it.on_laptop, Choice::take_theirs).ok());
    CHECK(it.laptop.rows("SELECT count(*) FROM user") == "0");
    CHECK(it.laptop.rows("SELECT count(*) FROM placecard_outbox") == "0");
  }
  SECTION("mine: it goes on as a new account") {
    const auto wrong = it.laptop.accounts.prepare_renewal(it.on_laptop, "wrong horse");
    REQUIRE(wrong);
    CHECK(it.laptop.accounts.apply(*wrong).error() == Error::invalid_credentials);
    const auto renewal = it.laptop.accounts.prepare_renewal(it.on_laptop, kAda.password);
    REQUIRE(renewal);
    const auto entry = it.laptop.accounts.apply(*renewal);
    REQUIRE(entry);
    CHECK(entry->session.uid != it.uid);
    CHECK(it.laptop.value(entry->session, "party") == "\"at eight\"");
    it.laptop.push(it.server);
    CHECK(it.laptop.word(entry->session.uid) == "synced");
    CHECK(it.server.op_of(entry->session.uid).user.username == "ada");
    REQUIRE(it.laptop.log_in("ada", kAda.password));
    CHECK(it.laptop.accounts.current_user(it.on_laptop).error() == Error::not_logged_in);
  }
}

TEST_CASE("disabled on the server: nothing is lost, and it goes on when it is enabled again", "[sync]") {
  TwoDevices it;
  REQUIRE(it.phone.accounts.update(it.on_phone, "lovelace", std::nullopt));
  it.server.disabled.insert(it.uid);
  it.phone.push(it.server);
  CHECK(it.phone.word(it.uid) == "revoked");
  CHECK(it.phone.state(it.uid).code == "account-inactive");
  CHECK(it.phone.waiting().empty());
  CHECK(it.phone.log_in("lovelace", kAda.password).error() == Error::account_inactive);
  it.server.disabled.clear();
  REQUIRE(it.phone.sync.set_remote({it.uid, "token", "1.aa", false, false}));
  REQUIRE(it.phone.log_in("lovelace", kAda.password));
  it.quiet();
  CHECK(it.server.op_of(it.uid).user.username == "lovelace");
  const auto remotes = it.phone.sync.remotes();
  REQUIRE(remotes->size() == 1);
  CHECK(remotes->front().token == "token");
  CHECK(remotes->front().cursor == "1.aa");
}

TEST_CASE("a server restored from a backup gets back what it has lost", "[sync]") {
  TwoDevices it;
  REQUIRE(it.phone.data(it.on_phone).set("party", "\"at eight\""));
  it.quiet();
  const TestServer backup = it.server;
  REQUIRE(it.phone.accounts.update(it.on_phone, "lovelace", std::nullopt));
  REQUIRE(it.phone.data(it.on_phone).set("party", "\"at nine\""));
  const Session new_one = it.phone.sign_up({"grace", "grace@example.com", "a staple battery"});
  REQUIRE(it.phone.sync.set_remote({it.uid, "token", "9.aa", false, false}));
  it.quiet();
  it.server = backup;
  for (Device* each : {&it.phone, &it.laptop}) REQUIRE(each->sync.reset("2").ok());
  CHECK_FALSE(it.phone.sync.remotes()->front().cursor);
  it.quiet();
  CHECK(it.server.op_of(it.uid).user.username == "lovelace");
  CHECK(it.server.accounts.count(new_one.uid) == 1);
  CHECK(it.laptop.value(it.on_laptop, "party") == "\"at nine\"");
}

TEST_CASE("what was acknowledged before a restore is not lost to a device that did not know of it", "[sync]") {
  TwoDevices it;
  const TestServer backup = it.server;
  REQUIRE(it.phone.accounts.update(it.on_phone, std::nullopt, "new@example.com"));
  it.phone.push(it.server);
  it.server = backup;
  REQUIRE(it.laptop.accounts.update(it.on_laptop, "lovelace", std::nullopt));
  it.laptop.push(it.server);
  REQUIRE(it.phone.sync.reset("2").ok());
  it.phone.push(it.server);
  REQUIRE(*it.phone.settling.merge(it.on_phone));
  CHECK(it.phone.word(it.uid) == "conflict");
  CHECK(it.phone.rows("SELECT email FROM user") == "new@example.com");
  REQUIRE(it.phone.settling.resolve(it.on_phone, Choice::keep_mine).ok());
  it.quiet();
  CHECK(it.server.op_of(it.uid).user.email == "new@example.com");
}

TEST_CASE("a wiped device is let in again by the server, with everything that was sent", "[sync]") {
  TwoDevices it;
  REQUIRE(it.phone.data(it.on_phone).set("party", "\"at eight\""));
  it.quiet();
  Device wiped(44);
  CHECK(wiped.remote_log_in(it.server, it.uid, "wrong horse").error() == Error::invalid_credentials);
  CHECK(wiped.rows("SELECT count(*) FROM user") == "0");
  const auto ada = wiped.remote_log_in(it.server, it.uid, kAda.password);
  REQUIRE(ada);
  wiped.pull(it.server, it.uid);
  CHECK(wiped.word(it.uid) == "synced");
  CHECK(wiped.value(*ada, "party") == "\"at eight\"");
  CHECK(wiped.waiting().empty());
}

TEST_CASE("a remote log-in where the account is already takes in what is new", "[sync]") {
  TwoDevices it;
  it.on_phone = it.phone.change_password(it.on_phone, kAda.password, "a staple battery");
  it.phone.push(it.server);
  CHECK(it.laptop.remote_log_in(it.server, it.uid, kAda.password).error() == Error::invalid_credentials);
  const auto again = it.laptop.remote_log_in(it.server, it.uid, "a staple battery");
  REQUIRE(again);
  CHECK(again->credential_version == 2);
  CHECK(it.laptop.log_in("ada", kAda.password).error() == Error::invalid_credentials);
  it.quiet();
}

TEST_CASE("a remote log-in is not to be had with an older op, or for less than a guess costs", "[sync]") {
  TwoDevices it;
  const TestServer before = it.server;
  it.on_laptop = it.laptop.change_password(it.on_laptop, kAda.password, "a staple battery");
  CHECK(it.laptop.remote_log_in(before, it.uid, kAda.password).error() == Error::invalid_credentials);
  const auto slot = it.server.op_of(it.uid).slots.at(0);
  for (const placecard::KdfCost cost :
       {placecard::KdfCost{1, slot.cost.memory}, placecard::KdfCost{2, 8192},
        placecard::KdfCost{2, std::uint64_t{1} << 32}, placecard::KdfCost{~std::uint64_t{0}, slot.cost.memory}}) {
    CHECK(it.laptop.accounts.prepare_remote_log_in(kAda.password, {slot.salt, cost}).error() == Error::op_invalid);
  }
}

TEST_CASE("an older op, though rightly signed, is not taken in again", "[sync]") {
  TwoDevices it;
  const Bytes old = it.server.accounts[it.uid].op;
  it.on_phone = it.phone.change_password(it.on_phone, kAda.password, "a staple battery");
  it.quiet();
  for (Device* each : {&it.phone, &it.laptop}) {
    CHECK_FALSE(*each->sync.incoming(old, std::nullopt));
    CHECK(each->word(it.uid) == "synced");
    CHECK(each->log_in("ada", kAda.password).error() == Error::invalid_credentials);
    REQUIRE(each->log_in("ada", "a staple battery"));
  }
}

TEST_CASE("ops that are nobody's here, forged or somebody else's change nothing", "[sync]") {
  TwoDevices it;
  Device stranger(55);
  const Session eve = stranger.sign_up({"eve", "eve@example.com", "breakfast at nine"});
  const auto hers = stranger.waiting();
  CHECK_FALSE(*it.phone.sync.incoming(hers[0].bytes, std::nullopt));

  // Ada's uid, signed by Eve.
  Op forged = it.server.op_of(it.uid);
  forged.identity_key = eve.vault.identity_key();
  forged.rev += 10;
  const Bytes bytes = placecard::write_op(forged, eve.vault.identity_seed);
  REQUIRE(read_op(bytes));
  const auto before = placecard::bytes_of(it.phone.store.image());
  CHECK(it.phone.sync.incoming(bytes, std::nullopt).error() == Error::op_invalid);
  const auto own = it.phone.rows("SELECT hex(bytes) FROM placecard_outbox");
  const auto sent = Bytes(it.server.accounts[it.uid].op);
  CHECK(it.phone.sync.result(sent, {Answer::Status::conflict, "changed-meanwhile", hers[0].bytes, {}}).error() ==
        Error::op_invalid);
  CHECK(it.phone.sync.result(Bytes{1, 2, 3}, {Answer::Status::applied, {}, {}, {}}).error() == Error::op_invalid);
  CHECK(placecard::bytes_of(it.phone.store.image()) == before);
  CHECK(it.phone.rows("SELECT hex(bytes) FROM placecard_outbox") == own);
}

TEST_CASE("a row changed on the server by somebody else is for the person to choose", "[sync]") {
  const bool mine = GENERATE(true, false);
  TwoDevices it;
  placecard::User row = it.server.op_of(it.uid).user;
  CHECK_FALSE(*it.phone.sync.server_row(it.uid, row));
  row.username = "flask";
  row.password_hash = "pbkdf2:sha256:1$salt$00";
  REQUIRE(*it.phone.sync.server_row(it.uid, row));
  CHECK_FALSE(*it.phone.settling.merge(it.on_phone));
  CHECK(it.phone.word(it.uid) == "conflict");
  CHECK(it.phone.state(it.uid).fields.begin()->field == Field::username);
  REQUIRE(it.phone.settling.resolve(it.on_phone, mine ? Choice::keep_mine : Choice::take_theirs).ok());
  it.phone.push(it.server);
  CHECK(it.phone.word(it.uid) == "synced");
  CHECK(it.server.op_of(it.uid).user.username == (mine ? "ada" : "flask"));
  REQUIRE(it.phone.log_in(mine ? "ada" : "flask", kAda.password));
  it.quiet();
}

TEST_CASE("names of a server's row that the rules refuse are not taken over", "[sync]") {
  TwoDevices it;
  placecard::User row = it.server.op_of(it.uid).user;
  row.username = " flask";
  REQUIRE(*it.phone.sync.server_row(it.uid, row));
  CHECK(it.phone.settling.resolve(it.on_phone, Choice::take_theirs).error() == Error::username_invalid);
  REQUIRE(it.phone.settling.resolve(it.on_phone, Choice::keep_mine).ok());
}

TEST_CASE("a row without account on the server is signed up under its own names", "[sync]") {
  Device phone(1);
  const auto adoption = phone.accounts.prepare_adoption({0, "ada", "ada@example.com", {}, "2020-01-02"}, "short");
  REQUIRE(adoption);
  const auto entry = phone.accounts.apply(*adoption);
  REQUIRE(entry);
  CHECK(entry->user.joined_at == "2020-01-02 00:00:00.000000");
  REQUIRE(phone.log_in("ada", "short"));
  CHECK(phone.accounts.prepare_adoption({0, "ada", {}, {}, {}}, "short").error() == Error::username_taken);
}

TEST_CASE("two devices that merge at the same moment come to one state", "[sync]") {
  TwoDevices it;
  Device tablet(33);
  auto on_tablet = tablet.remote_log_in(it.server, it.uid, kAda.password);
  REQUIRE(on_tablet);
  REQUIRE(it.phone.accounts.update(it.on_phone, "lovelace", std::nullopt));
  REQUIRE(it.laptop.accounts.update(it.on_laptop, std::nullopt, "new@example.com"));
  REQUIRE(tablet.accounts.create_recovery_code(*on_tablet));
  for (int round = 0; round < 4; ++round) {
    for (auto& [device, session] :
         {std::pair<Device*, Session*>{&it.phone, &it.on_phone}, {&it.laptop, &it.on_laptop}, {&tablet, &*on_tablet}}) {
      device->push(it.server);
      device->pull(it.server, it.uid);
      REQUIRE(device->settling.merge(*session));
    }
  }
  it.quiet();
  tablet.pull(it.server, it.uid);
  CHECK(tablet.word(it.uid) == "synced");
  const Op op = it.server.op_of(it.uid);
  CHECK(op.user.username == "lovelace");
  CHECK(op.user.email == "new@example.com");
  CHECK(op.slots.size() == 2);
}

TEST_CASE("a nonce is signed by the identity of who is logged in", "[sync]") {
  TwoDevices it;
  const Bytes nonce{1, 2, 3};
  const auto signature = it.phone.settling.sign_nonce(it.on_phone, nonce);
  REQUIRE(signature);
  const Bytes message = placecard::challenge(placecard::kTokenLabel, it.uid, nonce);
  CHECK(placecard::verify(message, *signature, it.server.op_of(it.uid).identity_key));
  it.phone.change_password(it.on_phone, kAda.password, "a staple battery");
  CHECK(it.phone.settling.sign_nonce(it.on_phone, nonce).error() == Error::not_logged_in);
}
