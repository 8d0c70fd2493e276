// What a username, an e-mail address and a password may be. Each check takes what was typed and gives back what is to
// be stored, or the one reason it cannot be.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "host.h"
#include "result.h"
#include "secret.h"

namespace placecard {

// The lesson's column widths, in code points.
inline constexpr std::size_t kMaxUsernameChars = 64;
inline constexpr std::size_t kMaxEmailChars = 120;
inline constexpr std::size_t kMaxPasswordHashChars = 128;
// Wider than the column says, as SQLite does not mind and Werkzeug's scrypt hashes have 162 characters and more.
inline constexpr std::size_t kMaxImportedHashChars = 255;

inline constexpr std::size_t kMaxPasswordBytes = 1024;

struct PasswordPolicy {
  // In code points. NIST SP 800-63B-4 asks 15 when the password is the only factor, 8 otherwise.
  std::size_t min_chars = 8;
};

// 1 to 64 code points after NFC, no control characters (utf8.h says which), no white space at either end.
Result<std::string> check_username(std::string_view typed, Host& host);

// The grammar of `<input type=email>` (html.spec.whatwg.org, "valid email address"), at most 120 characters. The
// domain comes back in lower case, the local part as typed.
Result<std::string> check_email(std::string_view typed);

// Any well-formed Unicode, compared in NFC, from the policy's length up to 1024 bytes; never trimmed or cut. Refused
// when it is one of the most common passwords or the username or e-mail it is to protect.
Result<Secret> check_password(std::string_view typed, std::string_view username, std::string_view email,
                              const PasswordPolicy& policy, Host& host);

// The bytes a password is hashed as: NFC. Nothing when it is longer than 1024 bytes or not well-formed UTF-8.
Result<Secret> password_bytes(std::string_view typed, Host& host);

// One of the thousand most common passwords of eight or more characters, in any case.
bool is_common_password(std::string_view password);

// Two usernames with one key, or two e-mail addresses with one key, cannot both sign up: the case-folded username, and
// the address with its domain in lower case.
std::string username_key(std::string_view username, Host& host);
std::string email_key(std::string_view email);

}  // namespace placecard
