// Kept sessions: whose they are, for how long, how sure, and how they end. What the bytes of a row are worth to whoever
// edits them is in tests/attacks/sessions.test.js.
#include "sessions.h"

#include <string>
#include <vector>

#include "hex.h"
#include "session_table.h"
#include "test.h"
#include "test_store.h"

using placecard::Accounts;
using placecard::Ending;
using placecard::Entry;
using placecard::Error;
using placecard::Freshness;
using placecard::KdfCost;
using placecard::LogOuts;
using placecard::Protection;
using placecard::Result;
using placecard::Session;
using placecard::SessionId;
using placecard::SessionKeys;
using placecard::SessionLimits;
using placecard::Sessions;
using placecard::Store;
using placecard::TamperChoice;
using placecard::TestStore;

namespace {

constexpr KdfCost kCheap{1, 8192};
constexpr std::int64_t kDayMs = 24 * 60 * 60 * std::int64_t{1000};
constexpr SessionLimits kUsual{14 * kDayMs, 365 * kDayMs};
constexpr std::string_view kPassword = "correct horse";

// Session id, K, tab secret and install id, each one byte over and over.
SessionKeys keys_of(std::uint8_t id, std::uint8_t key, std::uint8_t tab = 7, std::uint8_t install = 9) {
  std::vector<std::uint8_t> packed(16, id);
  for (const std::uint8_t each : {key, tab, install}) packed.insert(packed.end(), 32, each);
  const auto keys = SessionKeys::unpacked(packed);
  REQUIRE(keys);
  return *keys;
}

struct Party : TestStore {
  Accounts accounts{store, host, {}, kCheap};
  Sessions sessions{store, host, accounts};

  Entry sign_up(const std::string& username) {
    const auto prepared = accounts.prepare_sign_up({username, username + "@example.com", kPassword});
    REQUIRE(prepared);
    const auto entry = accounts.apply(*prepared);
    REQUIRE(entry);
    return *entry;
  }
  Result<Entry> log_in(std::string_view login, bool force = false, LogOuts log_outs = {}) {
    const auto prepared = accounts.prepare_log_in(login, kPassword);
    if (!prepared) return prepared.failure();
    return accounts.apply(*prepared, TamperChoice::refuse, force, log_outs);
  }
  Session kept(const Session& session, const SessionKeys& keys, SessionLimits limits = kUsual) {
    REQUIRE(sessions.keep(session, keys, true, true, limits));
    Session with_row = session;
    with_row.row = keys.id;
    return with_row;
  }
  Session ada_kept(const SessionKeys& keys, SessionLimits limits = kUsual) {
    return kept(sign_up("ada").session, keys, limits);
  }
  Error resume(const SessionKeys& keys, Protection protection = Protection::basic) {
    return sessions.resume(keys, protection).error();
  }
  void pass(std::int64_t ms) { host.now += ms * 1000; }
  // user:locked:current of each.
  std::string listed() {
    const auto list = sessions.list();
    REQUIRE(list);
    std::string text;
    for (const auto& each : *list) {
      text += *each.user.username + (each.locked ? ":locked" : ":open") + (each.current ? ":current " : " ");
    }
    return text;
  }
};

}  // namespace

TEST_CASE("a kept session is resumed with the account's own keys", "[sessions]") {
  Party party;
  const auto ada = party.sign_up("ada");
  party.kept(ada.session, keys_of(1, 2));
  party.store.acknowledge();
  const auto resumed = party.sessions.resume(keys_of(1, 2), Protection::basic);
  REQUIRE(resumed);
  CHECK(resumed->user.username == "ada");
  CHECK(resumed->session.uid == ada.session.uid);
  CHECK(resumed->session.vault.key == ada.session.vault.key);
  CHECK(resumed->session.row == keys_of(1, 2).id);
  CHECK(resumed->remembered);
  CHECK(resumed->fresh);
  CHECK_FALSE(resumed->elsewhere);
  CHECK_FALSE(resumed->due);
  CHECK(resumed->expires_ms == party.host.now / 1000 + 365 * kDayMs);
  CHECK_FALSE(party.store.dirty());
}

TEST_CASE("a row opens with its own keys only", "[sessions]") {
  Party party;
  party.ada_kept(keys_of(1, 2));
  CHECK(party.resume(keys_of(9, 2)) == Error::not_logged_in);
  CHECK(party.resume(keys_of(1, 3)) == Error::not_logged_in);
  CHECK(party.resume(keys_of(1, 0)) == Error::not_logged_in);
  CHECK(party.resume(keys_of(1, 2)) == Error::none);
}

TEST_CASE("a key of zeros comes from the tab secret and the session id", "[sessions]") {
  Party party;
  party.ada_kept(keys_of(1, 0, 7));
  CHECK(party.resume(keys_of(1, 0, 7)) == Error::none);
  CHECK(party.resume(keys_of(1, 0, 8)) == Error::not_logged_in);
  CHECK(keys_of(1, 0, 7).key != keys_of(2, 0, 7).key);
  CHECK(keys_of(1, 0, 7).key != keys_of(1, 0, 8).key);
  const std::vector<std::uint8_t> neither(SessionKeys::kSize);
  CHECK_FALSE(SessionKeys::unpacked(neither));
  CHECK_FALSE(SessionKeys::unpacked(std::vector<std::uint8_t>(SessionKeys::kSize - 1, 1)));
  CHECK_FALSE(SessionKeys::unpacked(std::vector<std::uint8_t>(SessionKeys::kSize + 1, 1)));
}

TEST_CASE("fresh is bound to the tab secret", "[sessions]") {
  Party party;
  const Session ada = party.ada_kept(keys_of(1, 2, 7));
  const auto fresh = [&party](const SessionKeys& keys) {
    return party.sessions.resume(keys, Protection::basic)->fresh;
  };
  CHECK(fresh(keys_of(1, 2, 7)));
  CHECK_FALSE(fresh(keys_of(1, 2, 8)));
  CHECK_FALSE(fresh(keys_of(1, 2, 0)));
  REQUIRE(party.sessions.renew(ada, keys_of(1, 2, 8), Freshness::fresh));
  CHECK(fresh(keys_of(1, 2, 8)));
  CHECK_FALSE(fresh(keys_of(1, 2, 7)));
  REQUIRE(party.sessions.renew(ada, keys_of(1, 2, 8), Freshness::unchanged));
  CHECK(fresh(keys_of(1, 2, 8)));
  REQUIRE(party.sessions.renew(ada, keys_of(1, 2, 8), Freshness::stale));
  CHECK_FALSE(fresh(keys_of(1, 2, 8)));
}

TEST_CASE("without a tab secret a kept session is never fresh", "[sessions]") {
  Party party;
  const Session ada = party.ada_kept(keys_of(1, 2, 0));
  CHECK_FALSE(party.sessions.resume(keys_of(1, 2, 0), Protection::basic)->fresh);
  REQUIRE(party.sessions.renew(ada, keys_of(1, 2, 0), Freshness::fresh));
  CHECK_FALSE(party.sessions.resume(keys_of(1, 2, 0), Protection::basic)->fresh);
}

TEST_CASE("idle and absolute limits end it to the millisecond", "[sessions]") {
  Party party;
  party.ada_kept(keys_of(1, 2), {10'000, 25'000});
  party.pass(9'999);
  CHECK(party.resume(keys_of(1, 2)) == Error::none);
  party.pass(1);
  CHECK(party.resume(keys_of(1, 2)) == Error::session_expired);
  party.pass(-1);
  const auto resumed = party.sessions.resume(keys_of(1, 2), Protection::basic);
  REQUIRE(resumed);
  CHECK(resumed->due);
  REQUIRE(party.sessions.renew(resumed->session, keys_of(1, 2), Freshness::unchanged));
  party.pass(9'999);
  REQUIRE(party.sessions.renew(resumed->session, keys_of(1, 2), Freshness::unchanged));
  // However often it is seen.
  party.pass(5'001);
  CHECK(party.resume(keys_of(1, 2)) == Error::none);
  party.pass(1);
  CHECK(party.resume(keys_of(1, 2)) == Error::session_expired);
  CHECK(party.sessions.renew(resumed->session, keys_of(1, 2), Freshness::fresh).error() == Error::session_expired);
}

TEST_CASE("without an idle limit only the absolute one counts", "[sessions]") {
  Party party;
  party.ada_kept(keys_of(1, 2), {0, 100 * kDayMs});
  party.pass(100 * kDayMs - 1);
  CHECK(party.resume(keys_of(1, 2)) == Error::none);
  party.pass(1);
  CHECK(party.resume(keys_of(1, 2)) == Error::session_expired);
}

TEST_CASE("it is due once it was not seen for a 24th of its idle time, an hour at most", "[sessions]") {
  Party party;
  const auto due_after = [&party](SessionLimits limits, std::int64_t ms) {
    const std::int64_t begun = party.host.now;
    REQUIRE(party.sessions.keep(party.log_in("ada")->session, keys_of(1, 2), true, true, limits));
    party.pass(ms);
    const bool due = party.sessions.resume(keys_of(1, 2), Protection::basic)->due;
    party.host.now = begun;
    return due;
  };
  party.sign_up("ada");
  CHECK_FALSE(due_after({24'000, kDayMs}, 1'000));
  CHECK(due_after({24'000, kDayMs}, 1'001));
  CHECK_FALSE(due_after(kUsual, 3'600'000));
  CHECK(due_after(kUsual, 3'600'001));
  CHECK_FALSE(due_after({0, kDayMs}, 3'600'000));
  CHECK(due_after({0, kDayMs}, 3'600'001));
}

TEST_CASE("a clock set back by more than five minutes locks, measured from when it was last seen", "[sessions]") {
  Party party;
  const Session ada = party.ada_kept(keys_of(1, 2));
  party.pass(-Sessions::kClockSlackMs);
  CHECK(party.resume(keys_of(1, 2)) == Error::none);
  party.pass(-1);
  CHECK(party.resume(keys_of(1, 2)) == Error::clock_set_back);
  CHECK(party.sessions.renew(ada, keys_of(1, 2), Freshness::fresh).error() == Error::clock_set_back);
  party.pass(Sessions::kClockSlackMs + 1 + kDayMs);
  REQUIRE(party.sessions.renew(ada, keys_of(1, 2), Freshness::unchanged));
  party.pass(-Sessions::kClockSlackMs - 1);
  CHECK(party.resume(keys_of(1, 2)) == Error::clock_set_back);
}

TEST_CASE("a small step back in time does not count as being seen earlier", "[sessions]") {
  Party party;
  const Session ada = party.ada_kept(keys_of(1, 2), {kDayMs, 365 * kDayMs});
  party.pass(-60'000);
  REQUIRE(party.sessions.renew(ada, keys_of(1, 2), Freshness::unchanged));
  party.pass(60'000 + kDayMs - 1);
  CHECK(party.resume(keys_of(1, 2)) == Error::none);
}

TEST_CASE("protection: another install", "[sessions]") {
  Party party;
  party.ada_kept(keys_of(1, 2, 7, 9));
  const SessionKeys elsewhere = keys_of(1, 2, 7, 10);
  CHECK(party.resume(elsewhere, Protection::strong) == Error::session_protected);
  CHECK(party.resume(keys_of(1, 2, 7, 9), Protection::strong) == Error::none);
  const auto basic = party.sessions.resume(elsewhere, Protection::basic);
  REQUIRE(basic);
  CHECK(basic->elsewhere);
  CHECK_FALSE(basic->fresh);
  CHECK(basic->due);
  const auto off = party.sessions.resume(elsewhere, Protection::off);
  REQUIRE(off);
  CHECK_FALSE(off->elsewhere);
  CHECK(off->fresh);
}

TEST_CASE("a session that was confirmed on another install belongs there", "[sessions]") {
  Party party;
  const Session ada = party.ada_kept(keys_of(1, 2, 7, 9));
  const SessionKeys elsewhere = keys_of(1, 2, 8, 10);
  REQUIRE(party.sessions.renew(ada, elsewhere, Freshness::unchanged));
  CHECK(party.resume(elsewhere, Protection::strong) == Error::session_protected);
  REQUIRE(party.sessions.renew(ada, elsewhere, Freshness::stale));
  CHECK(party.resume(elsewhere, Protection::strong) == Error::session_protected);
  REQUIRE(party.sessions.renew(ada, elsewhere, Freshness::fresh));
  const auto resumed = party.sessions.resume(elsewhere, Protection::strong);
  REQUIRE(resumed);
  CHECK(resumed->fresh);
  CHECK(party.resume(keys_of(1, 2, 7, 9), Protection::strong) == Error::session_protected);
}

TEST_CASE("an account has one row, and the last one kept is current", "[sessions]") {
  Party party;
  party.ada_kept(keys_of(1, 2));
  party.kept(party.sign_up("bob").session, keys_of(3, 4));
  CHECK(party.listed() == "ada:open bob:open:current ");
  party.kept(party.log_in("ada")->session, keys_of(5, 6));
  CHECK(party.listed() == "ada:open:current bob:open ");
  CHECK(party.resume(keys_of(1, 2)) == Error::not_logged_in);
  CHECK(party.resume(keys_of(5, 6)) == Error::none);
}

TEST_CASE("switching makes another row current, or none", "[sessions]") {
  Party party;
  party.ada_kept(keys_of(1, 2));
  party.kept(party.sign_up("bob").session, keys_of(3, 4));
  REQUIRE(party.sessions.switch_to(keys_of(1, 2).id));
  CHECK(party.listed() == "ada:open:current bob:open ");
  CHECK(party.sessions.switch_to(keys_of(8, 8).id).error() == Error::not_logged_in);
  CHECK(party.listed() == "ada:open:current bob:open ");
  REQUIRE(party.sessions.switch_to(std::nullopt));
  CHECK(party.listed() == "ada:open bob:open ");
}

TEST_CASE("a log-out removes the row, and ends what is in memory", "[sessions]") {
  Party party;
  const Session ada = party.ada_kept(keys_of(1, 2));
  REQUIRE(party.accounts.current_user(ada));
  REQUIRE(party.sessions.end(*ada.row, Ending::log_out));
  CHECK(party.listed().empty());
  CHECK(party.resume(keys_of(1, 2)) == Error::not_logged_in);
  CHECK(party.accounts.current_user(ada).error() == Error::not_logged_in);
  CHECK(column_of(party.store.database(), "SELECT count(*) FROM placecard_meta WHERE key = 'current_session'") == "0");
  CHECK(*party.sessions.log_outs() == 1);
  // Nothing there: a log-out all the same.
  REQUIRE(party.sessions.end(*ada.row, Ending::log_out));
  CHECK(*party.sessions.log_outs() == 2);
}

TEST_CASE("a locked row stays and says whose it was, with nothing in it", "[sessions]") {
  Party party;
  const Session ada = party.ada_kept(keys_of(1, 2));
  REQUIRE(party.sessions.end(*ada.row, Ending::lock));
  CHECK(party.listed() == "ada:locked:current ");
  CHECK(party.resume(keys_of(1, 2)) == Error::not_logged_in);
  CHECK(party.accounts.current_user(ada).error() == Error::not_logged_in);
  CHECK(column_of(party.store.database(), "SELECT length(state) FROM placecard_session") == "0");
  CHECK(*party.sessions.log_outs() == 1);
}

TEST_CASE("discarding removes a row and counts nothing", "[sessions]") {
  Party party;
  const Session ada = party.ada_kept(keys_of(1, 2));
  REQUIRE(party.sessions.end(*ada.row, Ending::discard));
  CHECK(party.listed().empty());
  CHECK(*party.sessions.log_outs() == 0);
}

TEST_CASE("a session in memory goes on when the account's row is replaced", "[sessions]") {
  Party party;
  const Session tab = party.ada_kept(keys_of(1, 2));
  party.kept(party.log_in("ada")->session, keys_of(3, 4));
  CHECK(party.accounts.current_user(tab).ok());
  REQUIRE(party.sessions.end(keys_of(3, 4).id, Ending::log_out));
  CHECK(party.accounts.current_user(tab).error() == Error::not_logged_in);
}

TEST_CASE("a log-out wins over what began before it", "[sessions]") {
  Party party;
  const auto ada = party.sign_up("ada");
  const std::int64_t before = *party.sessions.log_outs();
  const auto log_in = party.accounts.prepare_log_in("ada", kPassword);
  const auto sign_up = party.accounts.prepare_sign_up({"bob", "bob@example.com", kPassword});
  const auto change = party.accounts.prepare_password_change(ada.session, kPassword, "battery staple");
  const auto confirmation = party.accounts.prepare_confirmation(ada.session, kPassword);
  REQUIRE((log_in && sign_up && change && confirmation));
  REQUIRE(party.sessions.count_log_out());
  party.store.acknowledge();
  CHECK(party.accounts.apply(*log_in, TamperChoice::refuse, false, before).error() == Error::log_in_overtaken);
  CHECK(party.accounts.apply(*sign_up, before).error() == Error::log_in_overtaken);
  CHECK(party.accounts.apply(*change, before).error() == Error::log_in_overtaken);
  CHECK(party.accounts.apply(*confirmation, before).error() == Error::log_in_overtaken);
  CHECK_FALSE(party.store.dirty());
  CHECK_FALSE(party.store.database().in_transaction());
  const std::int64_t now = *party.sessions.log_outs();
  CHECK(party.accounts.apply(*sign_up, now).ok());
  CHECK(party.accounts.apply(*confirmation, now).ok());
  CHECK(party.accounts.apply(*log_in, TamperChoice::refuse, false, now).ok());
  CHECK(party.accounts.apply(*change, now).ok());
}

TEST_CASE("whatever stands where log-outs are counted, they are counted", "[sessions]") {
  Party party;
  for (const char* value : {"'many'", "x'00'", "-1", "9223372036854775807", "1e300", "4294967295"}) {
    run(party.store.database(),
        std::string("INSERT OR REPLACE INTO placecard_meta (key, value) VALUES ('log_outs', ") + value + ")");
    const auto before = party.sessions.log_outs();
    REQUIRE(before);
    REQUIRE(party.sessions.count_log_out());
    INFO(value);
    CHECK(*party.sessions.log_outs() != *before);
    CHECK(*party.sessions.log_outs() >= 0);
  }
}

TEST_CASE("a change of password ends the row and other sessions, unless it is kept again", "[sessions]") {
  Party party;
  const Session here = party.ada_kept(keys_of(1, 2));
  const auto there = party.log_in("ada");
  const auto change = party.accounts.prepare_password_change(here, kPassword, "battery staple");
  REQUIRE(change);
  const auto entry = party.accounts.apply(*change);
  REQUIRE(entry);
  CHECK(party.resume(keys_of(1, 2)) == Error::not_logged_in);
  CHECK(party.accounts.current_user(here).error() == Error::not_logged_in);
  CHECK(party.accounts.current_user(there->session).error() == Error::not_logged_in);
  party.kept(entry->session, keys_of(1, 2));
  CHECK(party.resume(keys_of(1, 2)) == Error::none);
}

TEST_CASE("deactivation ends every session, counts as a log-out, and refuses the next", "[sessions]") {
  Party party;
  const Session ada = party.ada_kept(keys_of(1, 2));
  const auto other = party.log_in("ada");
  const auto under_way = party.accounts.prepare_log_in("ada", kPassword);
  const auto user = party.accounts.set_active(ada, false);
  REQUIRE(user);
  CHECK_FALSE(user->active);
  CHECK(party.listed().empty());
  CHECK(*party.sessions.log_outs() == 1);
  CHECK(party.resume(keys_of(1, 2)) == Error::not_logged_in);
  CHECK(party.accounts.current_user(ada).error() == Error::not_logged_in);
  CHECK(party.accounts.current_user(other->session).error() == Error::not_logged_in);
  CHECK(party.accounts.apply(*under_way, TamperChoice::refuse).error() == Error::account_inactive);
  CHECK_FALSE(party.accounts.users().get_or_not_found(1)->active);
}

TEST_CASE("a forced session of an inactive account goes on, and can make it active again", "[sessions]") {
  Party party;
  REQUIRE(party.accounts.set_active(party.sign_up("ada").session, false));
  CHECK(party.log_in("ada").error() == Error::account_inactive);
  const auto forced = party.log_in("ada", true);
  REQUIRE(forced);
  CHECK_FALSE(forced->user.active);
  party.kept(forced->session, keys_of(1, 2));
  const auto resumed = party.sessions.resume(keys_of(1, 2), Protection::basic);
  REQUIRE(resumed);
  CHECK_FALSE(resumed->user.active);
  CHECK(resumed->session.forced);
  const auto change = party.accounts.prepare_password_change(resumed->session, kPassword, "battery staple");
  REQUIRE(change);
  CHECK(party.accounts.apply(*change).ok());
}

TEST_CASE("reactivation lets everybody in again", "[sessions]") {
  Party party;
  REQUIRE(party.accounts.set_active(party.sign_up("ada").session, false));
  const auto forced = party.log_in("ada", true);
  REQUIRE(party.accounts.set_active(forced->session, true)->active);
  CHECK_FALSE(party.log_in("ada")->session.forced);
  CHECK(party.accounts.users().get_or_not_found(1)->active);
}

TEST_CASE("a session that was not forced is refused when the account is inactive", "[sessions]") {
  Party party;
  const Session ada = party.ada_kept(keys_of(1, 2));
  const auto row = placecard::SessionTable(party.store.database()).find(*ada.row);
  REQUIRE(party.accounts.set_active(ada, false));
  // Somebody puts the row back.
  REQUIRE(placecard::SessionTable(party.store.database()).put(**row));
  CHECK(party.resume(keys_of(1, 2)) == Error::account_inactive);
}

TEST_CASE("a deleted account's session never becomes the next user's", "[sessions]") {
  Party party;
  const Session ada = party.ada_kept(keys_of(1, 2));
  const auto row = placecard::SessionTable(party.store.database()).find(*ada.row);
  const auto deletion = party.accounts.prepare_deletion(ada, kPassword);
  REQUIRE(deletion);
  REQUIRE(party.accounts.apply(*deletion));
  CHECK(party.listed().empty());
  CHECK(party.sign_up("eve").user.id == 1);
  CHECK(party.resume(keys_of(1, 2)) == Error::not_logged_in);
  CHECK(party.accounts.current_user(ada).error() == Error::not_logged_in);
  REQUIRE(placecard::SessionTable(party.store.database()).put(**row));
  CHECK(party.resume(keys_of(1, 2)) == Error::not_logged_in);
  CHECK(party.listed().empty());
}

TEST_CASE("a session is not resumed over a row that was edited", "[sessions]") {
  Party party;
  party.ada_kept(keys_of(1, 2));
  run(party.store.database(), "UPDATE user SET username = 'eve' WHERE id = 1");
  const auto resumed = party.sessions.resume(keys_of(1, 2), Protection::basic);
  CHECK(resumed.error() == Error::tampered);
  CHECK(resumed.failure().problems.front().field == placecard::Field::username);
}

TEST_CASE("a confirmation asks for the password, counts failures, and lets the session go on", "[sessions]") {
  Party party;
  const Session ada = party.ada_kept(keys_of(1, 2));
  const auto confirm = [&](std::string_view password) {
    const auto prepared = party.accounts.prepare_confirmation(ada, password);
    return prepared ? party.accounts.apply(*prepared).error() : prepared.error();
  };
  CHECK(confirm(kPassword) == Error::none);
  for (int count = 0; count < 3; ++count) CHECK(confirm("wrong horse") == Error::invalid_credentials);
  CHECK(confirm(kPassword) == Error::too_many_attempts);
  party.pass(1'000);
  CHECK(confirm(kPassword) == Error::none);
  CHECK(column_of(party.store.database(), "SELECT count(*) FROM placecard_guess") == "0");
}

TEST_CASE("renewing needs a session of the same account and password", "[sessions]") {
  Party party;
  const Session ada = party.ada_kept(keys_of(1, 2));
  const Session bob = party.kept(party.sign_up("bob").session, keys_of(3, 4));
  CHECK(party.sessions.renew(bob, keys_of(1, 2), Freshness::fresh).error() == Error::not_logged_in);
  Session old = ada;
  ++old.credential_version;
  CHECK(party.sessions.renew(old, keys_of(1, 2), Freshness::fresh).error() == Error::not_logged_in);
  CHECK(party.sessions.renew(ada, keys_of(1, 3), Freshness::fresh).error() == Error::not_logged_in);
  CHECK(party.sessions.renew(ada, keys_of(1, 2), Freshness::fresh).ok());
}

TEST_CASE("the sealed state has a fixed size and none of the keys in it", "[sessions]") {
  Party party;
  const auto ada = party.sign_up("ada");
  party.kept(ada.session, keys_of(1, 2));
  const std::string state = column_of(party.store.database(), "SELECT hex(state) FROM placecard_session");
  CHECK(state.size() == 2 * (24 + 16 + 64 + 48 + 64));
  CHECK(state.find(placecard::to_hex(ada.session.vault.key)) == std::string::npos);
}
