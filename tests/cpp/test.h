// Catch2, and how it shows our values when a check fails.
#pragma once

#define CATCH_CONFIG_ENABLE_OPTIONAL_STRINGMAKER
#include <catch2/catch.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "result.h"

namespace Catch {

template <>
struct StringMaker<placecard::Error> {
  static std::string convert(placecard::Error error) {
    return error == placecard::Error::none ? "none" : std::string(placecard::code_of(error));
  }
};

template <>
struct StringMaker<placecard::Problem> {
  static std::string convert(const placecard::Problem& problem) {
    return StringMaker<placecard::Error>::convert(problem.error) + " on " + std::string(name_of(problem.field));
  }
};

// The beginning only: Catch2 takes minutes to wrap the lines of a whole database.
template <>
struct StringMaker<std::vector<std::uint8_t>> {
  static std::string convert(const std::vector<std::uint8_t>& bytes) {
    constexpr std::size_t kShown = 16;
    std::string text = std::to_string(bytes.size()) + " bytes:";
    for (std::size_t at = 0; at < bytes.size() && at < kShown; ++at) text.append(" ").append(std::to_string(bytes[at]));
    return bytes.size() > kShown ? text + " ..." : text;
  }
};

}  // namespace Catch
