// The recovery code: 160 random bits a person writes down.
//
//   BBBB-BBBB-BBBB-BBBB-BBBB-BBBB-BBBB-BBBB-CCCC      32 characters of the bits, 4 of a checksum
//
// Crockford's base 32 (crockford.com/base32.html): no I, L, O or U, and a reader who types i, l or o anyway is
// understood. The checksum catches a slip of the pen before it counts as a wrong code.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "host.h"
#include "secret.h"

namespace placecard {

struct RecoveryCode {
  Secret bits;  // 20 bytes

  static RecoveryCode make(Host& host);
  // Any case, with or without the dashes and blanks. Nothing when it is not a code or a character is wrong.
  static std::optional<RecoveryCode> parse(std::string_view typed);

  // For the person; to be wiped.
  [[nodiscard]] std::string text() const;
};

}  // namespace placecard
