#include "throttle.h"

#include <limits>

#include "test.h"
#include "test_store.h"

using placecard::AccountTable;
using placecard::Bytes;
using placecard::Error;
using placecard::Failures;
using placecard::TestStore;
using placecard::Throttle;

namespace {

struct Door : TestStore {
  AccountTable table{store.database()};
  Throttle throttle{table, host};
  Bytes name = Throttle::name_of(1, "");

  std::int64_t wait() {
    const auto allowed = throttle.check(name);
    if (allowed) return 0;
    CHECK(allowed.error() == Error::too_many_attempts);
    return allowed.failure().retry_after_ms;
  }
  void fail() { REQUIRE(throttle.count_failure(name).ok()); }
  void pass_ms(std::int64_t ms) { host.now += ms * 1000; }
};

}  // namespace

TEST_CASE("three failures are free, then a second, doubled up to a quarter of an hour", "[throttle]") {
  CHECK(Throttle::delay_ms(std::numeric_limits<std::int64_t>::min()) == 0);
  for (std::int64_t failures = -1; failures < 3; ++failures) CHECK(Throttle::delay_ms(failures) == 0);
  CHECK(Throttle::delay_ms(3) == 1000);
  CHECK(Throttle::delay_ms(4) == 2000);
  CHECK(Throttle::delay_ms(12) == 512'000);
  CHECK(Throttle::delay_ms(13) == 900'000);
  CHECK(Throttle::delay_ms(1000) == 900'000);
  CHECK(Throttle::delay_ms(std::numeric_limits<std::int64_t>::max()) == 900'000);
}

TEST_CASE("a name waits for as long as it is told, and not a millisecond more", "[throttle]") {
  Door door;
  for (int count = 0; count < 3; ++count) {
    CHECK(door.wait() == 0);
    door.fail();
  }
  CHECK(door.wait() == 1000);
  door.pass_ms(999);
  CHECK(door.wait() == 1);
  door.pass_ms(1);
  CHECK(door.wait() == 0);
  door.fail();
  CHECK(door.wait() == 2000);
  REQUIRE(door.throttle.forgive(door.name).ok());
  CHECK(door.wait() == 0);
}

TEST_CASE("a clock that was set back locks nobody out", "[throttle]") {
  Door door;
  for (int count = 0; count < 10; ++count) door.fail();
  CHECK(door.wait() > 0);
  door.pass_ms(-1);
  CHECK(door.wait() == 0);
  door.fail();
  CHECK(door.wait() == Throttle::delay_ms(11));
}

TEST_CASE("edited counts and times neither overflow nor lock out", "[throttle]") {
  Door door;
  constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  for (const std::int64_t count : {kMin, std::int64_t{-1}, std::int64_t{0}, kMax}) {
    for (const std::int64_t last : {kMin, std::int64_t{-1}, std::int64_t{0}, kMax}) {
      REQUIRE(door.table.put_failures(door.name, {count, last}).ok());
      CHECK(door.wait() == 0);
      door.fail();
      CHECK(door.wait() <= 900'000);
    }
  }
}

TEST_CASE("failures are forgotten after a day", "[throttle]") {
  Door door;
  const Bytes other = Throttle::name_of(2, "");
  for (int count = 0; count < 5; ++count) door.fail();
  door.pass_ms(std::int64_t{24} * 60 * 60 * 1000 + 1);
  REQUIRE(door.throttle.count_failure(other).ok());
  CHECK(door.table.failures(door.name)->count == 0);
  CHECK(door.table.failures(other)->count == 1);
}

TEST_CASE("a user is one name, and an unknown name does not show what was typed", "[throttle]") {
  CHECK(Throttle::name_of(1, "ada") == Throttle::name_of(1, "ada@example.com"));
  CHECK(Throttle::name_of(1, "ada") != Throttle::name_of(2, "ada"));
  CHECK(Throttle::name_of({}, "ada") != Throttle::name_of({}, "bob"));
  CHECK(Throttle::name_of({}, "ada").size() == 16);
}
