// Authenticated encryption: XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha, as libsodium has it) with a fresh random nonce
// in front of each ciphertext. 192-bit nonces may be drawn at random for ever.
#pragma once

#include <optional>
#include <span>

#include "credentials/bytes.h"
#include "host.h"
#include "secret.h"

namespace placecard {

// Once before anything else of the credentials, after the host is there. False when the system has no randomness.
bool start_cryptography();

inline constexpr std::size_t kSealOverhead = 24 + 16;  // nonce, tag

// nonce || ciphertext. `context` is authenticated but not hidden.
Bytes seal(std::span<const std::uint8_t> plaintext, const Bytes& context, const Secret& key, Host& host);

// Nothing when any byte of it, of the context or of the key is another one.
std::optional<Secret> open_seal(std::span<const std::uint8_t> sealed, const Bytes& context, const Secret& key);

// BLAKE2b-256 of the bytes, keyed when a key is given.
std::array<std::uint8_t, 32> digest(std::span<const std::uint8_t> bytes);
std::array<std::uint8_t, 32> digest(std::span<const std::uint8_t> bytes, const Secret& key);

// In constant time. False when the sizes differ.
bool equal(std::span<const std::uint8_t> left, std::span<const std::uint8_t> right);

}  // namespace placecard
