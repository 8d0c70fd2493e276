#include "credentials/session_seal.h"

#include <algorithm>

#include "credentials/sealing.h"

namespace placecard {

namespace {

constexpr std::size_t kVaultSize = 2 * kKeySize;
constexpr std::size_t kNumbers = 6;
constexpr std::size_t kStateSize = kVaultSize + 8 * kNumbers + 2 * sizeof(Digest);

Bytes context_of(const SessionLabel& label) {
  return Encoder("placecard session 1").add(label.id).add(label.uid).add(std::uint64_t{label.remembered}).bytes();
}

Secret secret_at(std::span<const std::uint8_t> bytes) {
  const bool absent = std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t each) { return each == 0; });
  return absent ? Secret{} : Secret(bytes.begin(), bytes.end());
}

Digest digest_of(std::string_view label, const SessionId& id, const Secret& key) {
  return digest(Encoder(label).add(id).bytes(), key);
}

}  // namespace

std::optional<SessionKeys> SessionKeys::unpacked(std::span<const std::uint8_t> packed) {
  if (packed.size() != kSize) return std::nullopt;
  SessionKeys keys;
  std::copy_n(packed.begin(), keys.id.size(), keys.id.begin());
  packed = packed.subspan(keys.id.size());
  keys.key = secret_at(packed.first(kKeySize));
  keys.tab = secret_at(packed.subspan(kKeySize, kKeySize));
  keys.install = secret_at(packed.last(kKeySize));
  if (keys.key.empty()) {
    if (keys.tab.empty()) return std::nullopt;
    Digest derived = digest_of("placecard session key 1", keys.id, keys.tab);
    keys.key.assign(derived.begin(), derived.end());
    wipe(derived.data(), derived.size());
  }
  return keys;
}

Digest SessionKeys::fresh_tag() const {
  return tab.empty() ? Digest{} : digest_of("placecard fresh session 1", id, tab);
}

Digest SessionKeys::install_digest() const { return digest_of("placecard install 1", id, install); }

Bytes seal_session(const SessionLabel& label, const SessionState& state, const Secret& key, Host& host) {
  Secret plaintext = state.vault.packed();
  plaintext.reserve(kStateSize);
  for (const std::uint64_t number :
       {state.credential_version, static_cast<std::uint64_t>(state.created_ms),
        static_cast<std::uint64_t>(state.last_seen_ms), static_cast<std::uint64_t>(state.expires_ms),
        static_cast<std::uint64_t>(state.idle_ms), std::uint64_t{state.forced}}) {
    for (unsigned shift = 0; shift < 64; shift += 8) plaintext.push_back(static_cast<std::uint8_t>(number >> shift));
  }
  plaintext.insert(plaintext.end(), state.fresh_tag.begin(), state.fresh_tag.end());
  plaintext.insert(plaintext.end(), state.install.begin(), state.install.end());
  return seal(plaintext, context_of(label), key, host);
}

std::optional<SessionState> open_session(const SessionLabel& label, std::span<const std::uint8_t> sealed,
                                         const Secret& key) {
  const auto opened = open_seal(sealed, context_of(label), key);
  if (!opened || opened->size() != kStateSize) return std::nullopt;
  auto vault = Vault::unpacked(Secret(opened->begin(), opened->begin() + kVaultSize));
  if (!vault) return std::nullopt;
  std::array<std::uint64_t, kNumbers> numbers{};
  const std::span<const std::uint8_t> rest = std::span(*opened).subspan(kVaultSize);
  for (std::size_t byte = 0; byte < 8 * kNumbers; ++byte) {
    numbers[byte / 8] |= std::uint64_t{rest[byte]} << (8 * (byte % 8));
  }
  SessionState state;
  state.vault = std::move(*vault);
  state.credential_version = numbers[0];
  state.created_ms = static_cast<std::int64_t>(numbers[1]);
  state.last_seen_ms = static_cast<std::int64_t>(numbers[2]);
  state.expires_ms = static_cast<std::int64_t>(numbers[3]);
  state.idle_ms = static_cast<std::int64_t>(numbers[4]);
  state.forced = numbers[5] != 0;
  const auto digests = rest.subspan(8 * kNumbers);
  std::copy_n(digests.begin(), state.fresh_tag.size(), state.fresh_tag.begin());
  std::copy_n(digests.begin() + sizeof(Digest), state.install.size(), state.install.begin());
  return state;
}

}  // namespace placecard
