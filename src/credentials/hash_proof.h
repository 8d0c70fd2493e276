// Proving to a server that one knows the password of a hash it keeps, when that is all it has: a row a Flask app wrote.
// The server sends the hash without its digest; whoever knows the password can make the digest again, and a keyed hash
// of the server's nonce under it goes back. Neither password nor digest travels.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "secret.h"

namespace placecard {

// `hash` up to its last `$` and that. Empty when nothing stands on either side of it.
std::string_view hash_head(std::string_view hash);

// Nothing when a hash with this head cannot be made here. As slow as the hash is.
std::optional<std::array<std::uint8_t, 32>> hash_proof(std::string_view head, const Secret& password,
                                                       std::span<const std::uint8_t> nonce);
// What the right proof is, for a hash that has a head.
std::array<std::uint8_t, 32> hash_answer(std::string_view hash, std::span<const std::uint8_t> nonce);

}  // namespace placecard
