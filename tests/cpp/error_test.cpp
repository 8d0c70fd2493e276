#include "error.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "test.h"

using placecard::code_of;
using placecard::Error;
using placecard::ErrorEntry;
using placecard::Field;
using placecard::field_of;
using placecard::kErrors;
using placecard::name_of;

namespace {

constexpr std::size_t kNumbers = 256;

// The compiler's own spelling of a value: `... Error::not_found]` for an enumerator, `... (placecard::Error)9]` for a
// number without one.
template <Error value>
std::string_view enumerator_name() {
  constexpr std::string_view kScope = "Error::";
  const std::string_view spelled = __PRETTY_FUNCTION__;
  const std::size_t value_at = spelled.rfind(kScope);
  const std::size_t end = spelled.find_first_of(";]", value_at);
  if (value_at == std::string_view::npos || spelled.find(')', value_at) < end) return {};
  const std::size_t from = value_at + kScope.size();
  return spelled.substr(from, end - from);
}

template <std::size_t... numbers>
std::array<std::string_view, sizeof...(numbers)> enumerator_names(std::index_sequence<numbers...> /*all*/) {
  return {enumerator_name<static_cast<Error>(numbers)>()...};
}

std::string kebab(std::string_view name) {
  std::string code(name);
  std::replace(code.begin(), code.end(), '_', '-');
  return code;
}

}  // namespace

TEST_CASE("the table of errors is in the order of the numbers", "[error]") {
  const auto in_order = [](const ErrorEntry& left, const ErrorEntry& right) { return left.error < right.error; };
  CHECK(std::is_sorted(kErrors.begin(), kErrors.end(), in_order));
  CHECK(kErrors.front().error != Error::none);
}

TEST_CASE("no two errors share a number or a code", "[error]") {
  std::set<Error> numbers;
  std::set<std::string_view> codes;
  for (const ErrorEntry& entry : kErrors) {
    numbers.insert(entry.error);
    codes.insert(entry.code);
  }
  CHECK(numbers.size() == kErrors.size());
  CHECK(codes.size() == kErrors.size());
}

TEST_CASE("codes are kebab-case", "[error]") {
  for (const ErrorEntry& entry : kErrors) {
    INFO(entry.code);
    CHECK_FALSE(entry.code.empty());
    CHECK(entry.code.find_first_not_of("abcdefghijklmnopqrstuvwxyz-") == std::string_view::npos);
    CHECK(entry.code.front() != '-');
    CHECK(entry.code.back() != '-');
    CHECK(entry.code.find("--") == std::string_view::npos);
  }
}

TEST_CASE("every error has an entry whose code is the enumerator's name", "[error]") {
  const auto names = enumerator_names(std::make_index_sequence<kNumbers>());
  std::size_t known = 0;
  for (std::size_t number = 1; number < kNumbers; ++number) {
    INFO(number << " " << names[number]);
    CHECK(code_of(static_cast<Error>(number)) == kebab(names[number]));
    if (!names[number].empty()) ++known;
  }
  CHECK(known == kErrors.size());
}

TEST_CASE("an error's code begins with the field it is about", "[error]") {
  for (const Field field : {Field::username, Field::email}) {
    for (const ErrorEntry& entry : kErrors) {
      const bool names_it = entry.code.substr(0, name_of(field).size()) == name_of(field);
      INFO(entry.code);
      CHECK(names_it == (entry.field == field));
    }
  }
}

// They cross the boundary and reach people's code: fixed for ever.
TEST_CASE("numbers, codes and fields stay what they were", "[error]") {
  CHECK(static_cast<int>(Error::username_taken) == 13);
  CHECK(static_cast<int>(Error::invalid_credentials) == 50);
  CHECK(static_cast<int>(Error::database_malformed) == 60);
  CHECK(static_cast<int>(Error::argument_invalid) == 83);
  CHECK(code_of(Error::username_taken) == "username-taken");
  CHECK(field_of(Error::username_taken) == Field::username);
  CHECK(field_of(Error::password_hash_invalid) == Field::password_hash);
  CHECK(name_of(Field::password_hash) == "passwordHash");
}

TEST_CASE("a number that is no error has neither code nor field", "[error]") {
  CHECK(code_of(Error::none).empty());
  CHECK(code_of(static_cast<Error>(999)).empty());
  CHECK(field_of(static_cast<Error>(999)) == Field::none);
  CHECK(name_of(Field::none).empty());
}
