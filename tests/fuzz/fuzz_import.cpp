// Any bytes given to Store::replace and Store::open: what was there before stays whole and usable, what is accepted can
// be used, and dirty pages, acknowledge and undo keep their word throughout.
#include <fuzzer/FuzzedDataProvider.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "damaged_file.h"
#include "image_bytes.h"
#include "long_inputs.h"
#include "store/store.h"
#include "store/transaction.h"
#include "test_host.h"
#include "users.h"

namespace placecard {

namespace {

// Everything a page could ask for. Refusals are fine, the file may hold any table.
void use(Store& store, Host& host) {
  Users users(store.database(), host);
  const Query by_name{{}, {{Column::username, true}, {Column::joined_at, false}}};
  (void)users.all(by_name).ok();
  (void)users.one_or_none({{{Column::email, std::nullopt}}, {}}).ok();
  (void)users.paginate(by_name, {2, 3, {}, false}).ok();
  (void)users.find_login("ADA").ok();
  Transaction transaction(store.database());
  const Result<User> added = users.add({0, "Newcomer", "newcomer@example.com", {}, {}});
  if (added) promise(added->id != 0 && users.get(added->id).ok());
  Result<std::optional<User>> first = users.first({});
  if (first && *first) {
    (*first)->username = "Renamed";
    (void)users.update(**first).ok();
    (void)users.remove((*first)->id).ok();
  }
  (void)transaction.commit().ok();
  promise(users.count({}).ok() || !added.ok());
}

void replace_with(const Bytes& file, bool acknowledges) {
  static const Bytes kBefore = own_file();
  TestHost host;
  Store store(host);
  store.image().write(0, kBefore);
  promise(store.open(Store::Source::ours).ok() && !store.dirty());

  const bool accepted = store.replace(image_of(file)).ok();
  Bytes stored = kBefore;
  if (accepted) {
    promise(store.dirty() && stored_after(store.image(), {}) == bytes_of(store.image()));
    if (acknowledges) {
      store.acknowledge();
      promise(!store.dirty());
      stored = bytes_of(store.image());
    }
    use(store, host);
    if (acknowledges) promise(stored_after(store.image(), stored) == bytes_of(store.image()));
    store.undo();
  }
  promise(!store.dirty() && bytes_of(store.image()) == stored);
  if (accepted && acknowledges) return;
  Users users(store.database(), host);
  promise(users.find_login("ada")->has_value());
  const Result<User> added = users.add({0, "grace", {}, {}, {}});
  promise(added.ok() && *users.count({}) == 5);
}

void open_bytes(const Bytes& file) {
  TestHost host;
  Store store(host);
  store.image().write(0, file);
  if (!store.open(Store::Source::a_file)) {
    promise(!store.is_open() && !store.dirty() && bytes_of(store.image()) == file);
    return;
  }
  promise(stored_after(store.image(), file) == bytes_of(store.image()));
  promise(store.image().size() % Image::kPageSize == 0);

  // What was accepted once is accepted again.
  Store again(host);
  again.image().write(0, bytes_of(store.image()));
  promise(again.open(Store::Source::a_file).ok());

  use(store, host);
  promise(stored_after(store.image(), file) == bytes_of(store.image()));
  store.undo();
  promise(!store.dirty() && bytes_of(store.image()) == file);
}

}  // namespace

}  // namespace placecard

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzedDataProvider input(data, size);
  const auto way = input.ConsumeIntegralInRange<int>(0, 2);
  const placecard::Bytes file = placecard::damaged_file(input);
  if (way == 2) {
    placecard::open_bytes(file);
  } else {
    placecard::replace_with(file, way == 1);
  }
  return 0;
}
