#include "credentials/werkzeug.h"

#include <sha1.h>
#include <sodium.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <optional>
#include <vector>

#include "credentials/sealing.h"

namespace placecard {

namespace {

// RFC 2104 over libmd's SHA-1, which libsodium leaves out. SHA-1 is sound in HMAC; nothing new is hashed with it.
class HmacSha1 {
 public:
  static constexpr std::size_t kSize = SHA1_DIGEST_LENGTH;

  explicit HmacSha1(std::span<const std::uint8_t> key) {
    std::array<std::uint8_t, SHA1_BLOCK_LENGTH> block{};
    if (key.size() > block.size()) {
      SHA1_CTX context;
      SHA1Init(&context);
      SHA1Update(&context, key.data(), key.size());
      SHA1Final(block.data(), &context);
    } else if (!key.empty()) {
      std::memcpy(block.data(), key.data(), key.size());
    }
    start(inner_, block, 0x36);
    start(outer_, block, 0x5C);
    wipe(block.data(), block.size());
  }

  void update(std::span<const std::uint8_t> bytes) { SHA1Update(&inner_, bytes.data(), bytes.size()); }

  void final(std::uint8_t* out) {
    SHA1Final(out, &inner_);
    SHA1Update(&outer_, out, kSize);
    SHA1Final(out, &outer_);
  }

 private:
  static void start(SHA1_CTX& context, const std::array<std::uint8_t, SHA1_BLOCK_LENGTH>& block, std::uint8_t pad) {
    std::array<std::uint8_t, SHA1_BLOCK_LENGTH> padded = block;
    for (std::uint8_t& each : padded) each ^= pad;
    SHA1Init(&context);
    SHA1Update(&context, padded.data(), padded.size());
    wipe(padded.data(), padded.size());
  }

  SHA1_CTX inner_{};
  SHA1_CTX outer_{};
};

class HmacSha256 {
 public:
  static constexpr std::size_t kSize = crypto_auth_hmacsha256_BYTES;
  explicit HmacSha256(std::span<const std::uint8_t> key) {
    crypto_auth_hmacsha256_init(&state_, key.data(), key.size());
  }
  void update(std::span<const std::uint8_t> bytes) {
    crypto_auth_hmacsha256_update(&state_, bytes.data(), bytes.size());
  }
  void final(std::uint8_t* out) { crypto_auth_hmacsha256_final(&state_, out); }

 private:
  crypto_auth_hmacsha256_state state_{};
};

class HmacSha512 {
 public:
  static constexpr std::size_t kSize = crypto_auth_hmacsha512_BYTES;
  explicit HmacSha512(std::span<const std::uint8_t> key) {
    crypto_auth_hmacsha512_init(&state_, key.data(), key.size());
  }
  void update(std::span<const std::uint8_t> bytes) {
    crypto_auth_hmacsha512_update(&state_, bytes.data(), bytes.size());
  }
  void final(std::uint8_t* out) { crypto_auth_hmacsha512_final(&state_, out); }

 private:
  crypto_auth_hmacsha512_state state_{};
};

// The first block of PBKDF2 (RFC 8018 section 5.2), which is all Werkzeug asks for: its keys are one digest long.
template <class Hmac>
Secret pbkdf2(const Secret& password, std::string_view salt, std::uint64_t iterations) {
  constexpr std::array<std::uint8_t, 4> kFirstBlock = {0, 0, 0, 1};
  Hmac keyed(password);  // copied for each round: keying it is half the work
  Secret round(Hmac::kSize);
  Hmac first = keyed;
  first.update(bytes_of(salt));
  first.update(kFirstBlock);
  first.final(round.data());
  Secret sum = round;
  for (std::uint64_t index = 1; index < iterations; ++index) {
    Hmac hmac = keyed;
    hmac.update(round);
    hmac.final(round.data());
    for (std::size_t at = 0; at < sum.size(); ++at) sum[at] ^= round[at];
    if (index + 1 == iterations) wipe(&hmac, sizeof(hmac));
  }
  wipe(&first, sizeof(first));
  wipe(&keyed, sizeof(keyed));
  return sum;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  if (text.empty() || parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
  return value;
}

std::optional<Secret> derive_pbkdf2(const std::vector<std::string_view>& method, std::string_view salt,
                                    const Secret& password) {
  constexpr std::uint64_t kMaxIterations = 10'000'000;
  if (method.size() != 3) return std::nullopt;
  const auto iterations = number_of(method[2]);
  if (!iterations || *iterations < 1 || *iterations > kMaxIterations) return std::nullopt;
  if (method[1] == "sha256") return pbkdf2<HmacSha256>(password, salt, *iterations);
  if (method[1] == "sha512") return pbkdf2<HmacSha512>(password, salt, *iterations);
  if (method[1] == "sha1") return pbkdf2<HmacSha1>(password, salt, *iterations);
  return std::nullopt;
}

std::optional<Secret> derive_scrypt(const std::vector<std::string_view>& method, std::string_view salt,
                                    const Secret& password) {
  constexpr std::uint64_t kMaxMemory = 256 * std::uint64_t{1024} * 1024;
  constexpr std::uint64_t kMaxBlockSize = 64;
  constexpr std::uint64_t kMaxParallelism = 16;
  if (method.size() != 4) return std::nullopt;
  const auto cost = number_of(method[1]);
  const auto block_size = number_of(method[2]);
  const auto parallelism = number_of(method[3]);
  if (!cost || !block_size || !parallelism) return std::nullopt;
  if (*cost < 2 || (*cost & (*cost - 1)) != 0 || *cost > kMaxMemory) return std::nullopt;
  if (*block_size < 1 || *block_size > kMaxBlockSize || *parallelism < 1 || *parallelism > kMaxParallelism) {
    return std::nullopt;
  }
  if (128 * *cost * *block_size > kMaxMemory) return std::nullopt;
  Secret key(64);
  const int code = crypto_pwhash_scryptsalsa208sha256_ll(
      reinterpret_cast<const std::uint8_t*>(chars_of(password)), password.size(), bytes_of(salt).data(), salt.size(),
      *cost, static_cast<std::uint32_t>(*block_size), static_cast<std::uint32_t>(*parallelism), key.data(), key.size());
  if (code != 0) return std::nullopt;
  return key;
}

}  // namespace

std::optional<Secret> werkzeug_digest(std::string_view method_and_salt, const Secret& password) {
  const std::vector<std::string_view> parts = split(method_and_salt, '$');
  if (parts.size() != 2) return std::nullopt;
  const std::vector<std::string_view> method = split(parts[0], ':');
  std::optional<Secret> key;
  if (method[0] == "pbkdf2") key = derive_pbkdf2(method, parts[1], password);
  if (method[0] == "scrypt") key = derive_scrypt(method, parts[1], password);
  if (!key) return std::nullopt;
  Secret hex(key->size() * 2 + 1);
  sodium_bin2hex(reinterpret_cast<char*>(hex.data()), hex.size(), key->data(), key->size());
  hex.pop_back();
  return hex;
}

Verdict verify_werkzeug(std::string_view hash, const Secret& password) {
  const std::size_t end = hash.rfind('$');
  if (end == std::string_view::npos) return Verdict::unsupported;
  const auto hex = werkzeug_digest(hash.substr(0, end), password);
  if (!hex) return Verdict::unsupported;
  return equal(*hex, bytes_of(hash.substr(end + 1))) ? Verdict::right : Verdict::wrong;
}

}  // namespace placecard
