// UTF-8 as the rules need it: is it well formed, and what are its code points. Everything that needs Unicode's
// tables is asked of the Host instead.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace placecard {

// The code points, or nothing when the bytes are not well-formed UTF-8 (Unicode 15, table 3-7: no overlong forms,
// no surrogates, nothing above U+10FFFF).
std::optional<std::vector<char32_t>> code_points(std::string_view text);

bool is_ascii(std::string_view text);

// Unicode's White_Space property (PropList.txt); the set has been stable since Unicode 6.3.
bool is_white_space(char32_t point);

// General category Cc, the line and paragraph separators, and Bidi_Control (UAX #9): what would break the line a
// name stands in, or reorder the text around it. Joiners stay allowed, emoji and many scripts need them.
bool is_control(char32_t point);

}  // namespace placecard
