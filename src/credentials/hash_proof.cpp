#include "credentials/hash_proof.h"

#include "credentials/bytes.h"
#include "credentials/password_hash.h"
#include "credentials/sealing.h"

namespace placecard {

namespace {

// The digest as it stands in the hash is as good a key as the bytes it spells, once it has a key's length.
std::array<std::uint8_t, 32> proof_of(const Secret& digest_text, std::span<const std::uint8_t> nonce) {
  const auto key = digest(digest_text);
  return digest(Encoder("placecard hash proof 1").add(nonce).bytes(), Secret(key.begin(), key.end()));
}

}  // namespace

std::string_view hash_head(std::string_view hash) {
  const std::size_t end = hash.rfind('$');
  if (end == std::string_view::npos || end == 0 || end + 1 == hash.size()) return {};
  return hash.substr(0, end + 1);
}

std::optional<std::array<std::uint8_t, 32>> hash_proof(std::string_view head, const Secret& password,
                                                       std::span<const std::uint8_t> nonce) {
  if (head.empty() || head.back() != '$') return std::nullopt;
  const auto text = password_digest(head.substr(0, head.size() - 1), password);
  return text ? std::optional(proof_of(*text, nonce)) : std::nullopt;
}

std::array<std::uint8_t, 32> hash_answer(std::string_view hash, std::span<const std::uint8_t> nonce) {
  return proof_of(secret_of(hash.substr(hash_head(hash).size())), nonce);
}

}  // namespace placecard
