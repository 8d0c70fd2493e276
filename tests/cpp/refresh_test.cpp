// Another tab's commit, written into the image from outside.
#include <catch2/catch.hpp>
#include <cstdint>
#include <span>
#include <vector>

#include "store/store.h"
#include "test_host.h"
#include "users.h"

using placecard::Image;
using placecard::Store;
using placecard::TestHost;
using placecard::Users;

namespace {

std::int64_t count(Store& store, TestHost& host) { return *Users(store.database(), host).count({}); }

void add(Store& store, TestHost& host, const char* username) {
  REQUIRE(Users(store.database(), host).add({0, username, std::nullopt, std::nullopt, std::nullopt}));
}

// What the other tab stored, as it goes through the log.
void copy_changes(Store& from, Store& to) {
  to.image().resize(from.image().size());
  for (const Image::Run& run : from.image().changes()) {
    std::vector<std::uint8_t> bytes(run.size);
    from.image().read(run.offset, bytes);
    to.image().write(run.offset, bytes);
  }
}

struct Tab {
  TestHost host;
  Store store{host};
  Tab() { REQUIRE(store.open(Store::Source::ours)); }
};

}  // namespace

TEST_CASE("pages from outside are read as if they had been written here", "[store]") {
  Tab here;
  Tab there;
  copy_changes(there.store, here.store);
  REQUIRE(here.store.refresh(Store::Extent::whole));
  there.store.acknowledge();
  REQUIRE(count(here.store, here.host) == 0);

  add(there.store, there.host, "ada");
  copy_changes(there.store, here.store);
  REQUIRE(here.store.refresh(Store::Extent::pages));
  REQUIRE_FALSE(here.store.dirty());
  REQUIRE(count(here.store, here.host) == 1);
}

TEST_CASE("a commit that was undone here leaves no trace in another one of the same version", "[store]") {
  Tab here;
  Tab there;
  copy_changes(there.store, here.store);
  REQUIRE(here.store.refresh(Store::Extent::whole));
  there.store.acknowledge();

  add(here.store, here.host, "grace");
  here.store.undo();
  add(there.store, there.host, "ada");
  copy_changes(there.store, here.store);
  REQUIRE(here.store.refresh(Store::Extent::pages));
  const auto users = Users(here.store.database(), here.host).all({});
  REQUIRE(users->size() == 1);
  REQUIRE(users->front().username == "ada");
}

TEST_CASE("an image that was emptied from outside becomes a new database", "[store]") {
  Tab here;
  here.store.acknowledge();
  add(here.store, here.host, "ada");
  here.store.acknowledge();
  here.store.image().resize(0);
  REQUIRE(here.store.refresh(Store::Extent::whole));
  REQUIRE(here.store.dirty());
  REQUIRE(count(here.store, here.host) == 0);
}

TEST_CASE("a newer version's schema is refused when it comes from outside", "[store]") {
  Tab here;
  Tab there;
  copy_changes(there.store, here.store);
  REQUIRE(here.store.refresh(Store::Extent::whole));
  there.store.acknowledge();
  REQUIRE(there.store.database().execute(
      "CREATE TABLE placecard_later (id INTEGER); UPDATE placecard_meta SET value = 99 WHERE key = 'schema_version'"));
  copy_changes(there.store, here.store);
  const placecard::Status refused = here.store.refresh(Store::Extent::pages);
  REQUIRE_FALSE(refused);
  REQUIRE(refused.failure().error() == placecard::Error::database_newer);
}
