// Ed25519 (RFC 8032, as libsodium has it), detached.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "credentials/bytes.h"
#include "secret.h"

namespace placecard {

using Signature = std::array<std::uint8_t, 64>;

// The public half of the key pair with this seed.
PublicKey public_key_of(const Secret& seed);

Signature sign(std::span<const std::uint8_t> message, const Secret& seed);
bool verify(std::span<const std::uint8_t> message, std::span<const std::uint8_t> signature, const PublicKey& key);

// What is signed to answer a server's nonce: with the log-in key of a password, or for a uid with its identity key.
inline constexpr std::string_view kLogInLabel = "placecard log-in 1";
inline constexpr std::string_view kTokenLabel = "placecard token 1";
// An empty `uid` is left out.
Bytes challenge(std::string_view label, std::span<const std::uint8_t> uid, std::span<const std::uint8_t> nonce);

}  // namespace placecard
