#include "credentials/row_seal.h"

#include <algorithm>
#include <string_view>

#include "credentials/decoder.h"
#include "credentials/sealing.h"

namespace placecard {

namespace {

constexpr std::string_view kLabel = "placecard row 2";

Bytes seal_context(const AccountRecord& account) { return Encoder("placecard row seal 1").add(account.uid).bytes(); }

// All that decides who may log in, as one hash.
std::array<std::uint8_t, 32> account_digest(const AccountRecord& account) {
  Encoder all("placecard account 1");
  all.add(account.uid).add(std::uint64_t{account.active}).add(account.credential_version).add(account.revision);
  all.add(account.identity_key);
  for (const KeySlot& slot : account.slots) all.add(slot.encoded(account.uid));
  return digest(all.bytes());
}

}  // namespace

Bytes seal_row(const User& user, const AccountRecord& account, const Vault& vault, Host& host) {
  Encoder row(kLabel);
  row.add(static_cast<std::uint64_t>(user.id)).add(user.username).add(user.email).add(user.password_hash);
  row.add(user.joined_at).add(account_digest(account)).add(account.revision).add(account.credential_version);
  return seal(row.bytes(), seal_context(account), vault.row_key(), host);
}

std::optional<RowCheck> check_row(const User& user, const AccountRecord& account, const Vault& vault) {
  const auto opened = open_seal(account.row_seal, seal_context(account), vault.row_key());
  if (!opened || account.identity_key != vault.identity_key()) return std::nullopt;
  Decoder row(*opened);
  const auto label = row.bytes();
  // Before sync no revision was sealed.
  const bool is_first = !std::equal(label.begin(), label.end(), kLabel.begin(), kLabel.end());
  RowCheck check;
  check.sealed = user;
  check.sealed.id = static_cast<std::int64_t>(row.number());
  check.sealed.username = row.text();
  check.sealed.email = row.text();
  check.sealed.password_hash = row.text();
  check.sealed.joined_at = row.text();
  check.same_account = equal(row.bytes(), account_digest(account));
  check.revision = is_first ? account.revision : row.number();

  const auto compare = [&check](bool same, Field field) {
    if (!same) check.differences.add(Problem{Error::tampered, field});
  };
  compare(check.sealed.id == user.id, Field::id);
  compare(check.sealed.username == user.username, Field::username);
  compare(check.sealed.email == user.email, Field::email);
  compare(check.sealed.password_hash == user.password_hash, Field::password_hash);
  compare(check.sealed.joined_at == user.joined_at, Field::joined_at);
  return check;
}

}  // namespace placecard
