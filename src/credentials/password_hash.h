// password_hash: the column a server and a Flask app read. For an account with key slots it decides nothing here; for a
// row from somewhere else it is what the first log-in is checked against.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "credentials/kdf.h"
#include "host.h"
#include "secret.h"

namespace placecard {

// A PHC string, `$argon2id$v=19$m=65536,t=2,p=1$salt$hash`: 97 characters at the default cost.
std::string hash_password(const Secret& password, const KdfCost& cost);

// Whether a hash of ours was made at less than this cost. True for every other scheme.
bool needs_rehash(std::string_view hash, const KdfCost& cost);

// Whether it has the form of ours, at whatever cost.
bool is_argon2id(std::string_view hash);

enum class Verdict {
  right,
  wrong,
  unsupported,  // another scheme, malformed, or costlier than a page can pay
};

// Argon2id and Argon2i as libsodium verifies them, up to 1 GiB; Werkzeug's pbkdf2 and scrypt (werkzeug.h).
Verdict verify_password(std::string_view hash, const Secret& password);

// The digest, as text, that belongs after the rest of a hash: `head` goes up to the last `$`, without it. Nothing when
// verify_password would call it unsupported, and for the Argon2 hashes libsodium can only verify: more than one lane, a
// salt that is not 16 bytes.
std::optional<Secret> password_digest(std::string_view head, const Secret& password);

}  // namespace placecard
