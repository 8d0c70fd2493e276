// What proving costs, counted: CMakeLists.txt has the linker send libsodium's password hashing through here.
#include "proof.h"

#include <sodium.h>

#include "accounts.h"
#include "test.h"
#include "test_store.h"

namespace {

struct Counts {
  int derived = 0;   // key slots, and the dummy for nobody
  int hashed = 0;    // password_hash made
  int verified = 0;  // password_hash of an imported row checked
};
Counts g_counts;

}  // namespace

// The names are the linker's (ld --wrap).
// NOLINTBEGIN(bugprone-reserved-identifier)
extern "C" {
int __real_crypto_pwhash(unsigned char* out, unsigned long long out_size, const char* password,
                         unsigned long long password_size, const unsigned char* salt, unsigned long long passes,
                         size_t memory, int algorithm);
int __wrap_crypto_pwhash(unsigned char* out, unsigned long long out_size, const char* password,
                         unsigned long long password_size, const unsigned char* salt, unsigned long long passes,
                         size_t memory, int algorithm) {
  ++g_counts.derived;
  return __real_crypto_pwhash(out, out_size, password, password_size, salt, passes, memory, algorithm);
}
int __real_crypto_pwhash_str(char* out, const char* password, unsigned long long password_size,
                             unsigned long long passes, size_t memory);
int __wrap_crypto_pwhash_str(char* out, const char* password, unsigned long long password_size,
                             unsigned long long passes, size_t memory) {
  ++g_counts.hashed;
  return __real_crypto_pwhash_str(out, password, password_size, passes, memory);
}
int __real_crypto_pwhash_str_verify(const char* hash, const char* password, unsigned long long password_size);
int __wrap_crypto_pwhash_str_verify(const char* hash, const char* password, unsigned long long password_size) {
  ++g_counts.verified;
  return __real_crypto_pwhash_str_verify(hash, password, password_size);
}
}
// NOLINTEND(bugprone-reserved-identifier)

using placecard::Accounts;
using placecard::Entry;
using placecard::Error;
using placecard::KdfCost;
using placecard::Result;
using placecard::Status;
using placecard::TamperChoice;
using placecard::TestStore;

namespace {

constexpr KdfCost kCheap{1, 8192};

struct Party : TestStore {
  Accounts accounts{store, host, {}, kCheap};

  Party() { sign_up("ada", "correct horse"); }

  Entry sign_up(std::string_view username, std::string_view password) {
    const std::string email = std::string(username) + "@example.com";
    const auto prepared = accounts.prepare_sign_up({username, email, password});
    REQUIRE(prepared);
    const auto entry = accounts.apply(*prepared);
    REQUIRE(entry);
    return *entry;
  }
  Result<Entry> log_in(std::string_view login, std::string_view password, Accounts& into,
                       TamperChoice choice = TamperChoice::refuse) {
    const auto prepared = into.prepare_log_in(login, password);
    if (!prepared) return prepared.failure();
    return into.apply(*prepared, choice);
  }
  Result<Entry> log_in(std::string_view login, std::string_view password) { return log_in(login, password, accounts); }
};

template <class Work>
std::vector<int> cost_of(Work work) {
  g_counts = {};
  work();
  return {g_counts.derived, g_counts.hashed, g_counts.verified};
}

using Cost = std::vector<int>;

}  // namespace

TEST_CASE("a sign-up costs two Argon2id, a log-in one", "[proof]") {
  Party party;
  CHECK(cost_of([&] { party.sign_up("bob", "correct horse"); }) == Cost{1, 1, 0});
  CHECK(cost_of([&] { CHECK(party.log_in("bob", "correct horse").ok()); }) == Cost{1, 0, 0});
}

TEST_CASE("nobody costs what somebody costs, and gets the same answer", "[proof]") {
  Party party;
  const auto refused = [&party](std::string_view login) {
    Error error = Error::none;
    const Cost cost = cost_of([&] { error = party.log_in(login, "wrong horse").error(); });
    CHECK(error == Error::invalid_credentials);
    return cost;
  };
  CHECK(refused("ada") == Cost{1, 0, 0});
  CHECK(refused("nobody") == Cost{1, 0, 0});
  CHECK(refused("") == Cost{1, 0, 0});
  run(party.store.database(), "DELETE FROM placecard_key_slot");
  CHECK(cost_of([&] { CHECK(party.log_in("ada", "wrong horse").error() == Error::tampered); }) == Cost{1, 0, 0});
}

TEST_CASE("whoever has to wait costs nothing", "[proof]") {
  Party party;
  for (int count = 0; count < 3; ++count) CHECK_FALSE(party.log_in("ada", "wrong horse").ok());
  const Cost cost = cost_of([&] { CHECK(party.log_in("ada", "correct horse").error() == Error::too_many_attempts); });
  CHECK(cost == Cost{0, 0, 0});
}

TEST_CASE("an imported hash is checked once, upgraded, and then costs one like any other", "[proof]") {
  Party party;
  // Recorded from argon2-cffi.
  REQUIRE(party.accounts.import_users(
      {{0, "grace", {}, "$argon2id$v=19$m=8192,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$r5BIOdg5nXXoicuszPD0tA", {}}}));
  CHECK(cost_of([&] { CHECK_FALSE(party.log_in("grace", "dinner at nine").ok()); }) == Cost{0, 0, 1});
  CHECK(cost_of([&] { CHECK(party.log_in("grace", "dinner at eight").ok()); }) == Cost{1, 1, 1});
  CHECK(cost_of([&] { CHECK(party.log_in("grace", "dinner at eight").ok()); }) == Cost{1, 0, 0});
}

TEST_CASE("an account below today's cost is made anew at log-in, under the same uid", "[proof]") {
  Party party;
  const auto before = party.log_in("ada", "correct horse");
  REQUIRE(before);
  Accounts dearer(party.store, party.host, {}, {2, 16384});
  const Cost first = cost_of([&] {
    const auto entry = party.log_in("ada", "correct horse", dearer);
    REQUIRE(entry);
    CHECK(entry->session.uid == before->session.uid);
    CHECK(entry->session.vault.key == before->session.vault.key);
    CHECK(entry->user.password_hash->rfind("$argon2id$v=19$m=16,t=2,p=1$", 0) == 0);
  });
  CHECK(first == Cost{2, 1, 0});
  CHECK(cost_of([&] { CHECK(party.log_in("ada", "correct horse", dearer).ok()); }) == Cost{1, 0, 0});
  CHECK(column_of(party.store.database(), "SELECT passes || ':' || memory FROM placecard_key_slot") == "2:16384");
  // A cheaper page leaves it as it is.
  CHECK(cost_of([&] { CHECK(party.log_in("ada", "correct horse").ok()); }) == Cost{1, 0, 0});
}

TEST_CASE("a change of password needs the current one, and ends what other sessions may do", "[proof]") {
  Party party;
  const auto here = party.log_in("ada", "correct horse");
  const auto there = party.log_in("ada", "correct horse");
  REQUIRE(here);
  REQUIRE(there);
  const auto wrong = party.accounts.prepare_password_change(here->session, "wrong horse", "battery staple");
  REQUIRE(wrong);
  CHECK(party.accounts.apply(*wrong).error() == Error::invalid_credentials);
  const auto change = party.accounts.prepare_password_change(here->session, "correct horse", "battery staple");
  REQUIRE(change);
  const auto changed = party.accounts.apply(*change);
  REQUIRE(changed);
  CHECK(changed->session.vault.key == here->session.vault.key);
  CHECK(party.accounts.current_user(changed->session).ok());
  CHECK(party.accounts.current_user(there->session).error() == Error::not_logged_in);
  CHECK(party.log_in("ada", "correct horse").error() == Error::invalid_credentials);
  CHECK(party.log_in("ada", "battery staple").ok());
  CHECK(party.accounts.apply(*change).error() == Error::changed_meanwhile);
}

TEST_CASE("what was proved no longer counts once the credentials have changed", "[proof]") {
  Party party;
  const auto entry = party.log_in("ada", "correct horse");
  const auto stale = party.accounts.prepare_log_in("ada", "correct horse");
  const auto change = party.accounts.prepare_password_change(entry->session, "correct horse", "battery staple");
  REQUIRE(party.accounts.apply(*change));
  CHECK(party.accounts.apply(*stale, TamperChoice::refuse).error() == Error::changed_meanwhile);
}

TEST_CASE("a recovery code sets a password once", "[proof]") {
  Party party;
  const auto entry = party.log_in("ada", "correct horse");
  const auto code = party.accounts.create_recovery_code(entry->session);
  REQUIRE(code);
  const auto recovery = party.accounts.prepare_recovery("ada", *code, "battery staple");
  REQUIRE(recovery);
  const auto recovered = party.accounts.apply(*recovery);
  REQUIRE(recovered);
  CHECK(recovered->session.vault.key == entry->session.vault.key);
  const auto again = party.accounts.prepare_recovery("ada", *code, "third horse");
  REQUIRE(again);
  CHECK(party.accounts.apply(*again).error() == Error::recovery_code_invalid);
  CHECK(party.log_in("ada", "battery staple").ok());
}

TEST_CASE("a deleted account takes its rows with it, and only its own", "[proof]") {
  Party party;
  party.sign_up("bob", "correct horse");
  const auto entry = party.log_in("ada", "correct horse");
  REQUIRE(party.accounts.create_recovery_code(entry->session));
  const auto wrong = party.accounts.prepare_deletion(entry->session, "wrong horse");
  REQUIRE(wrong);
  CHECK_FALSE(party.accounts.apply(*wrong).ok());
  const auto deletion = party.accounts.prepare_deletion(entry->session, "correct horse");
  REQUIRE(deletion);
  REQUIRE(party.accounts.apply(*deletion).ok());
  CHECK(column_of(party.store.database(), "SELECT username FROM user") == "bob");
  CHECK(column_of(party.store.database(), "SELECT count(*) FROM placecard_account") == "1");
  CHECK(column_of(party.store.database(), "SELECT count(*) FROM placecard_key_slot") == "1");
  CHECK(column_of(party.store.database(), "SELECT count(*) FROM placecard_guess") == "0");
  CHECK(party.accounts.current_user(entry->session).error() == Error::not_logged_in);
  CHECK(party.log_in("bob", "correct horse").ok());
}

TEST_CASE("an edited row is refused, restored or accepted, as is chosen", "[proof]") {
  Party party;
  run(party.store.database(), "UPDATE user SET email = 'eve@example.com'");
  CHECK(party.log_in("ada", "correct horse").error() == Error::tampered);
  const auto choice = GENERATE(TamperChoice::restore, TamperChoice::accept);
  const auto entry = party.log_in("ada", "correct horse", party.accounts, choice);
  REQUIRE(entry);
  CHECK(entry->user.email == (choice == TamperChoice::restore ? "ada@example.com" : "eve@example.com"));
  CHECK(party.log_in("ada", "correct horse").ok());
}
