#include "credentials/password_hash.h"

#include <sodium.h>

#include <array>
#include <charconv>
#include <cstdlib>
#include <optional>

#include "credentials/werkzeug.h"
#include "rules.h"

namespace placecard {

namespace {

struct Argon2Cost {
  std::uint64_t memory_kib;
  std::uint64_t passes;
};

// Takes `name=<number>` off the front.
std::optional<std::uint64_t> take_number(std::string_view& rest, std::string_view name) {
  if (rest.substr(0, name.size()) != name) return std::nullopt;
  rest.remove_prefix(name.size());
  std::uint64_t value = 0;
  const auto parsed = std::from_chars(rest.data(), rest.data() + rest.size(), value);
  if (parsed.ec != std::errc{}) return std::nullopt;
  rest.remove_prefix(static_cast<std::size_t>(parsed.ptr - rest.data()));
  return value;
}

// libsodium parses the string itself; this looks ahead only at what it will cost.
std::optional<Argon2Cost> argon2_cost(std::string_view hash) {
  for (const std::string_view scheme : {"$argon2id$", "$argon2i$"}) {
    if (hash.substr(0, scheme.size()) != scheme) continue;
    hash.remove_prefix(scheme.size());
    if (take_number(hash, "v=")) {
      if (hash.substr(0, 1) != "$") return std::nullopt;
      hash.remove_prefix(1);
    }
    const auto memory = take_number(hash, "m=");
    const auto passes = memory ? take_number(hash, ",t=") : std::nullopt;
    if (!passes) return std::nullopt;
    return Argon2Cost{*memory, *passes};
  }
  return std::nullopt;
}

// What is in front of it goes to Argon2 with this number.
std::optional<int> take_argon2(std::string_view& rest) {
  for (const auto& [scheme, algorithm] : {std::pair{std::string_view{"$argon2id$v=19$"}, crypto_pwhash_ALG_ARGON2ID13},
                                          std::pair{std::string_view{"$argon2i$v=19$"}, crypto_pwhash_ALG_ARGON2I13}}) {
    if (rest.substr(0, scheme.size()) != scheme) continue;
    rest.remove_prefix(scheme.size());
    return algorithm;
  }
  return std::nullopt;
}

bool affordable(const Argon2Cost& cost) {
  constexpr std::uint64_t kMaxMemoryKib = 1024 * 1024;
  constexpr std::uint64_t kMaxWorkKib = 4 * kMaxMemoryKib;
  return cost.memory_kib <= kMaxMemoryKib && cost.passes <= kMaxWorkKib && cost.memory_kib * cost.passes <= kMaxWorkKib;
}

}  // namespace

std::string hash_password(const Secret& password, const KdfCost& cost) {
  std::array<char, crypto_pwhash_STRBYTES> text{};
  const int code = crypto_pwhash_str(text.data(), chars_of(password), password.size(), cost.passes,
                                     static_cast<std::size_t>(cost.memory));
  if (code != 0) std::abort();
  return text.data();  // up to its NUL: libsodium pads with more of them
}

bool is_argon2id(std::string_view hash) { return hash.substr(0, 10) == "$argon2id$" && argon2_cost(hash); }

bool needs_rehash(std::string_view hash, const KdfCost& cost) {
  if (!is_argon2id(hash)) return true;
  const auto found = argon2_cost(hash);
  return found->memory_kib * 1024 < cost.memory || found->passes < cost.passes;
}

Verdict verify_password(std::string_view hash, const Secret& password) {
  if (hash.substr(0, 1) != "$") return verify_werkzeug(hash, password);
  const auto cost = argon2_cost(hash);
  if (!cost || !affordable(*cost) || hash.size() > kMaxImportedHashChars) return Verdict::unsupported;
  const std::string terminated(hash);
  const int code = crypto_pwhash_str_verify(terminated.c_str(), chars_of(password), password.size());
  return code == 0 ? Verdict::right : Verdict::wrong;
}

std::optional<Secret> password_digest(std::string_view head, const Secret& password) {
  if (head.substr(0, 1) != "$") return werkzeug_digest(head, password);
  const auto cost = argon2_cost(head);
  std::string_view rest = head;
  const auto algorithm = take_argon2(rest);
  if (!cost || !affordable(*cost) || !algorithm) return std::nullopt;
  constexpr std::string_view kOneLane = ",p=1$";
  const std::size_t lanes = rest.find(kOneLane);
  if (lanes == std::string_view::npos) return std::nullopt;
  rest.remove_prefix(lanes + kOneLane.size());
  constexpr int kVariant = sodium_base64_VARIANT_ORIGINAL_NO_PADDING;
  std::array<std::uint8_t, crypto_pwhash_SALTBYTES> salt{};
  std::size_t size = 0;
  const int decoded =
      sodium_base642bin(salt.data(), salt.size(), rest.data(), rest.size(), nullptr, &size, nullptr, kVariant);
  if (decoded != 0 || size != salt.size()) return std::nullopt;
  Secret digest(kKeySize);
  const int code = crypto_pwhash(digest.data(), digest.size(), chars_of(password), password.size(), salt.data(),
                                 cost->passes, static_cast<std::size_t>(cost->memory_kib * 1024), *algorithm);
  if (code != 0) return std::nullopt;
  Secret text(sodium_base64_ENCODED_LEN(kKeySize, kVariant));
  sodium_bin2base64(reinterpret_cast<char*>(text.data()), text.size(), digest.data(), digest.size(), kVariant);
  text.pop_back();
  return text;
}

}  // namespace placecard
