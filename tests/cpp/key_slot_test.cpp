#include "credentials/key_slot.h"

#include "credentials/row_seal.h"
#include "credentials/sealing.h"
#include "test.h"
#include "test_host.h"

using placecard::AccountRecord;
using placecard::Bytes;
using placecard::check_row;
using placecard::Error;
using placecard::Field;
using placecard::KdfCost;
using placecard::KeySlot;
using placecard::open_slot;
using placecard::Problems;
using placecard::root_of;
using placecard::Secret;
using placecard::secret_of;
using placecard::SlotKind;
using placecard::TestHost;
using placecard::Uid;
using placecard::User;
using placecard::Vault;

namespace {

constexpr KdfCost kCheap{1, 8192};

struct Slotted {
  TestHost host;
  Uid uid{1, 2, 3};
  Vault vault = Vault::make(host);
  KeySlot slot = placecard::new_slot(SlotKind::password, 1, kCheap, host);
  Secret root = root_of(secret_of("dinner at eight"), slot);

  Slotted() { placecard::seal_slot(slot, uid, root, vault, host); }
};

// One change of each thing in a slot that is bound to its seal.
const std::vector<void (*)(KeySlot&)> kSlotEdits = {
    [](KeySlot& slot) { slot.slot_id[15] ^= 1; },         [](KeySlot& slot) { slot.kind = SlotKind::recovery; },
    [](KeySlot& slot) { ++slot.credential_version; },     [](KeySlot& slot) { ++slot.cost.passes; },
    [](KeySlot& slot) { slot.cost.memory += 1024; },      [](KeySlot& slot) { slot.salt[0] ^= 128; },
    [](KeySlot& slot) { slot.log_in_key[31] ^= 1; },      [](KeySlot& slot) { slot.sealed_vault[0] ^= 1; },
    [](KeySlot& slot) { slot.sealed_vault.back() ^= 1; }, [](KeySlot& slot) { slot.sealed_vault.push_back(0); },
    [](KeySlot& slot) { slot.sealed_vault.clear(); },     [](KeySlot& slot) { slot.commitment[0] ^= 1; },
};

}  // namespace

TEST_CASE("a slot opens with the root it was sealed with, and gives the same vault", "[key_slot]") {
  const Slotted it;
  const auto opened = open_slot(it.slot, it.uid, root_of(secret_of("dinner at eight"), it.slot));
  REQUIRE(opened);
  CHECK(opened->key == it.vault.key);
  CHECK(opened->identity_seed == it.vault.identity_seed);
  CHECK_FALSE(open_slot(it.slot, it.uid, root_of(secret_of("dinner at nine"), it.slot)));
}

TEST_CASE("a slot with any field changed does not open, even with the same root", "[key_slot]") {
  const Slotted it;
  for (const auto edit : kSlotEdits) {
    KeySlot slot = it.slot;
    edit(slot);
    CHECK_FALSE(open_slot(slot, it.uid, it.root));
  }
  Uid other = it.uid;
  other[15] ^= 1;
  CHECK_FALSE(open_slot(it.slot, other, it.root));
}

TEST_CASE("two seals of one vault share no byte that matters", "[key_slot]") {
  Slotted it;
  KeySlot again = it.slot;
  placecard::seal_slot(again, it.uid, it.root, it.vault, it.host);
  CHECK(again.log_in_key == it.slot.log_in_key);
  CHECK(again.sealed_vault != it.slot.sealed_vault);
  CHECK(again.commitment != it.slot.commitment);
}

TEST_CASE("a recovery slot opens with its bits, whatever costs are written on it", "[key_slot]") {
  TestHost host;
  const Uid uid{7};
  const Vault vault = Vault::make(host);
  const Secret bits(20, 0x5A);
  KeySlot slot = placecard::new_slot(SlotKind::recovery, 3, kCheap, host);
  CHECK(slot.cost == KdfCost{0, 0});
  placecard::seal_slot(slot, uid, root_of(bits, slot), vault, host);
  CHECK(open_slot(slot, uid, root_of(bits, slot)));
  CHECK_FALSE(open_slot(slot, uid, root_of(Secret(20, 0x5B), slot)));
}

namespace {

struct Sealed : Slotted {
  User user{5, "Ada", "ada@example.com", "$argon2id$", "2026-11-22 08:40:39.855342"};
  AccountRecord account;

  Sealed() {
    account.uid = uid;
    account.user_id = user.id;
    account.identity_key = vault.identity_key();
    account.slots = {slot};
    account.row_seal = placecard::seal_row(user, account, vault, host);
  }
};

}  // namespace

TEST_CASE("a sealed row that is as it was has no differences", "[row_seal]") {
  const Sealed it;
  const auto check = check_row(it.user, it.account, it.vault);
  REQUIRE(check);
  CHECK(check->same_account);
  CHECK(check->revision == it.account.revision);
  CHECK(check->differences.empty());
}

TEST_CASE("a seal from before sync opens too", "[row_seal]") {
  Sealed it;
  placecard::Encoder all("placecard account 1");
  all.add(it.uid).add(std::uint64_t{1}).add(it.account.credential_version).add(it.account.revision);
  all.add(it.account.identity_key).add(it.slot.encoded(it.uid));
  placecard::Encoder row("placecard row 1");
  row.add(std::uint64_t{5}).add(it.user.username).add(it.user.email).add(it.user.password_hash).add(it.user.joined_at);
  row.add(placecard::digest(all.bytes()));
  it.account.row_seal = placecard::seal(row.bytes(), placecard::Encoder("placecard row seal 1").add(it.uid).bytes(),
                                        it.vault.row_key(), it.host);
  const auto check = check_row(it.user, it.account, it.vault);
  REQUIRE(check);
  CHECK(check->same_account);
  CHECK(check->differences.empty());
  it.user.email = "eve@example.com";
  CHECK(check_row(it.user, it.account, it.vault)->differences == Problems{{Error::tampered, Field::email}});
  ++it.account.credential_version;
  CHECK_FALSE(check_row(it.user, it.account, it.vault)->same_account);
}

TEST_CASE("each edited column is named, and what was sealed comes back", "[row_seal]") {
  const Sealed it;
  struct Row {
    User user;
    Field field;
  };
  const std::optional<std::string> null;
  const User& is = it.user;
  const std::vector<Row> rows = {
      {{6, is.username, is.email, is.password_hash, is.joined_at}, Field::id},
      {{5, "ada", is.email, is.password_hash, is.joined_at}, Field::username},
      {{5, null, is.email, is.password_hash, is.joined_at}, Field::username},
      {{5, is.username, "", is.password_hash, is.joined_at}, Field::email},
      {{5, is.username, is.email, null, is.joined_at}, Field::password_hash},
      {{5, is.username, is.email, is.password_hash, null}, Field::joined_at},
  };
  for (const Row& row : rows) {
    const auto check = check_row(row.user, it.account, it.vault);
    REQUIRE(check);
    CHECK(check->differences == Problems{{Error::tampered, row.field}});
    CHECK(check->sealed.id == is.id);
    CHECK(check->sealed.username == is.username);
    CHECK(check->sealed.email == is.email);
    CHECK(check->sealed.password_hash == is.password_hash);
    CHECK(check->sealed.joined_at == is.joined_at);
  }
}

TEST_CASE("an empty column is not an absent one", "[row_seal]") {
  Sealed it;
  it.user.email = std::nullopt;
  it.user.username = "";
  it.account.row_seal = placecard::seal_row(it.user, it.account, it.vault, it.host);
  User other = it.user;
  other.email = "";
  CHECK(check_row(other, it.account, it.vault)->differences == Problems{{Error::tampered, Field::email}});
  CHECK(check_row(it.user, it.account, it.vault)->differences.empty());
}

TEST_CASE("an edit of the account, its slots or its seal leaves nothing to believe", "[row_seal]") {
  const Sealed it;
  const auto believes = [&it](const AccountRecord& account) {
    const auto check = check_row(it.user, account, it.vault);
    return check && check->same_account;
  };
  REQUIRE(believes(it.account));
  const std::vector<void (*)(AccountRecord&)> edits = {
      [](AccountRecord& account) { account.uid[0] ^= 1; },
      [](AccountRecord& account) { account.active = false; },
      [](AccountRecord& account) { ++account.credential_version; },
      [](AccountRecord& account) { ++account.revision; },
      [](AccountRecord& account) { account.identity_key[0] ^= 1; },
      [](AccountRecord& account) { account.row_seal[0] ^= 1; },
      [](AccountRecord& account) { account.row_seal.pop_back(); },
      [](AccountRecord& account) { account.row_seal.clear(); },
      [](AccountRecord& account) { account.slots.clear(); },
      [](AccountRecord& account) { account.slots.push_back(account.slots.front()); },
  };
  for (const auto edit : edits) {
    AccountRecord account = it.account;
    edit(account);
    CHECK_FALSE(believes(account));
  }
  for (const auto edit : kSlotEdits) {
    AccountRecord account = it.account;
    edit(account.slots.front());
    CHECK_FALSE(believes(account));
  }
  CHECK_FALSE(check_row(it.user, it.account, Vault{Secret(32, 1), it.vault.identity_seed}));
}

TEST_CASE("a seal opens under its key and context only", "[sealing]") {
  TestHost host;
  const Secret key(32, 7);
  const Bytes context{1, 2, 3};
  const Secret plaintext = secret_of("a table for two");
  const Bytes sealed = placecard::seal(plaintext, context, key, host);
  REQUIRE(sealed.size() == plaintext.size() + placecard::kSealOverhead);
  CHECK(*placecard::open_seal(sealed, context, key) == plaintext);
  CHECK(sealed != placecard::seal(plaintext, context, key, host));
  for (std::size_t at = 0; at < sealed.size(); ++at) {
    Bytes flipped = sealed;
    flipped[at] ^= 1;
    CHECK_FALSE(placecard::open_seal(flipped, context, key));
    CHECK_FALSE(placecard::open_seal(std::span(sealed).first(at), context, key));
  }
  CHECK_FALSE(placecard::open_seal(sealed, {1, 2}, key));
  CHECK_FALSE(placecard::open_seal(sealed, context, Secret(32, 8)));
  CHECK(placecard::open_seal(placecard::seal({}, context, key, host), context, key)->empty());
}

TEST_CASE("equal compares every byte and the size", "[sealing]") {
  const Bytes one{1, 2, 3};
  CHECK(placecard::equal(one, one));
  CHECK_FALSE(placecard::equal(one, Bytes{1, 2, 4}));
  CHECK_FALSE(placecard::equal(one, Bytes{1, 2}));
  CHECK(placecard::equal(Bytes{}, Bytes{}));
}
