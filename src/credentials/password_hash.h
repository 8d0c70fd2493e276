// password_hash: the column a server and a Flask app read. For an account with key slots it decides nothing here; for a
// row from somewhere else it is what the first log-in is checked against.
#pragma once

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

enum class Verdict {
  right,
  wrong,
  unsupported,  // another scheme, malformed, or costlier than a page can pay
};

// Argon2id and Argon2i as libsodium verifies them, up to 1 GiB; Werkzeug's pbkdf2 and scrypt (werkzeug.h).
Verdict verify_password(std::string_view hash, const Secret& password);

}  // namespace placecard
