// The hashes of Werkzeug's generate_password_hash, which most Flask databases hold: `method$salt$hex`, with the method
// `pbkdf2:sha256:260000` (or sha512, sha1) or `scrypt:32768:8:1`. Read only; placecard writes none.
#pragma once

#include <optional>
#include <string_view>

#include "credentials/password_hash.h"
#include "secret.h"

namespace placecard {

Verdict verify_werkzeug(std::string_view hash, const Secret& password);

// The digest, in hex, that belongs after `method$salt`. Nothing when the method is none of the above.
std::optional<Secret> werkzeug_digest(std::string_view method_and_salt, const Secret& password);

}  // namespace placecard
