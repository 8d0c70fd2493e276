#include "private_data.h"

#include <algorithm>
#include <utility>

#include "credentials/sealing.h"
#include "store/transaction.h"
#include "sync/outbox.h"

namespace placecard {

namespace {

// key size (2 bytes, little-endian) || key || value
Secret packed(std::string_view key, std::string_view value) {
  Secret bytes(2 + key.size() + value.size());
  bytes[0] = static_cast<std::uint8_t>(key.size() & 0xFFU);
  bytes[1] = static_cast<std::uint8_t>(key.size() >> 8U);
  std::copy(value.begin(), value.end(), std::copy(key.begin(), key.end(), bytes.begin() + 2));
  return bytes;
}

// What was authenticated was packed by the function above.
std::size_t key_size(const Secret& bytes) { return bytes[0] | static_cast<std::size_t>(bytes[1]) << 8U; }

}  // namespace

Status PrivateData::check(std::string_view key) {
  if (key.empty() || key.size() > kMaxDataKeyBytes) return Error::data_key_invalid;
  const Result<User> user = accounts_.current_user(session_);
  if (!user) return user.failure();
  return Done{};
}

Bytes PrivateData::name_of(std::string_view key) const {
  const auto hash = digest(bytes_of(key), session_.vault.data_name_key());
  return {hash.begin(), hash.end()};
}

Bytes PrivateData::context_of(const Bytes& name) const {
  return Encoder("placecard private data 1").add(session_.uid).add(name).bytes();
}

Result<std::optional<Secret>> PrivateData::get(std::string_view key) {
  const Status allowed = check(key);
  if (!allowed) return allowed.failure();
  const Bytes name = name_of(key);
  const Result<std::optional<Bytes>> sealed = AccountTable(store_.database()).value(session_.uid, name);
  if (!sealed) return sealed.failure();
  if (!*sealed) return std::optional<Secret>{};
  const auto opened = open_seal(**sealed, context_of(name), session_.vault.data_key());
  if (!opened) return Failure(Error::tampered, Field::key);
  return std::optional(Secret(opened->begin() + 2 + static_cast<std::ptrdiff_t>(key_size(*opened)), opened->end()));
}

Result<std::vector<std::string>> PrivateData::list() {
  const Result<User> user = accounts_.current_user(session_);
  if (!user) return user.failure();
  const Result<std::vector<SealedValue>> values = AccountTable(store_.database()).values(session_.uid);
  if (!values) return values.failure();
  std::vector<std::string> keys;
  for (const SealedValue& each : *values) {
    const auto opened = open_seal(each.value, context_of(each.name), session_.vault.data_key());
    if (!opened) return Failure(Error::tampered, Field::key);
    const auto begin = opened->begin() + 2;
    keys.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(key_size(*opened)));
  }
  std::sort(keys.begin(), keys.end());
  return keys;
}

Status PrivateData::set(std::string_view key, std::string_view value) {
  if (value.size() > kMaxDataValueBytes) return Error::data_too_large;
  Transaction transaction(store_.database());
  Status allowed = check(key);
  if (!allowed) return allowed;
  Status stored = put(key, value);
  if (!stored) return stored;
  return transaction.commit();
}

Status PrivateData::put(std::string_view key, std::string_view value) {
  const Bytes name = name_of(key);
  const Bytes sealed = seal(packed(key, value), context_of(name), session_.vault.data_key(), host_);
  Status stored = AccountTable(store_.database()).put_value(session_.uid, {name, sealed});
  if (!stored) return stored;
  return Outbox(store_.database(), host_).leave_value(session_.uid, session_.vault, name, sealed);
}

Status PrivateData::take_over(PrivateData& from) {
  const Result<std::vector<std::string>> keys = from.list();
  if (!keys) return keys.failure();
  for (const std::string& key : *keys) {
    const Result<std::optional<Secret>> own = get(key);
    if (!own) return own.failure();
    if (*own) continue;
    const Result<std::optional<Secret>> value = from.get(key);
    if (!value) return value.failure();
    const Status stored = *value ? put(key, view_of(**value)) : Status(Done{});
    if (!stored) return stored;
  }
  return Done{};
}

Result<bool> PrivateData::remove(std::string_view key) {
  Transaction transaction(store_.database());
  const Status allowed = check(key);
  if (!allowed) return allowed.failure();
  const Bytes name = name_of(key);
  Result<bool> removed = AccountTable(store_.database()).remove_value(session_.uid, name);
  if (!removed) return removed;
  if (*removed) {
    const Status left = Outbox(store_.database(), host_).leave_value(session_.uid, session_.vault, name, std::nullopt);
    if (!left) return left.failure();
  }
  const Status committed = transaction.commit();
  if (!committed) return committed.failure();
  return removed;
}

}  // namespace placecard
