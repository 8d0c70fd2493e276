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

bool needs_rehash(std::string_view hash, const KdfCost& cost) {
  if (hash.substr(0, 10) != "$argon2id$") return true;
  const auto found = argon2_cost(hash);
  return !found || found->memory_kib * 1024 < cost.memory || found->passes < cost.passes;
}

Verdict verify_password(std::string_view hash, const Secret& password) {
  if (hash.substr(0, 1) != "$") return verify_werkzeug(hash, password);
  const auto cost = argon2_cost(hash);
  if (!cost || !affordable(*cost) || hash.size() > kMaxImportedHashChars) return Verdict::unsupported;
  const std::string terminated(hash);
  const int code = crypto_pwhash_str_verify(terminated.c_str(), chars_of(password), password.size());
  return code == 0 ? Verdict::right : Verdict::wrong;
}

}  // namespace placecard
