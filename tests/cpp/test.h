// Catch2, and how it shows our values when a check fails.
#pragma once

#define CATCH_CONFIG_ENABLE_OPTIONAL_STRINGMAKER
#include <catch2/catch.hpp>

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

}  // namespace Catch
