// Expected failure as a value. The core is built without exceptions: a function that can refuse returns Result<T>,
// and what cannot happen traps.
#pragma once

#include <cstdint>
#include <utility>
#include <variant>
#include <vector>

#include "error.h"

namespace placecard {

struct Problem {
  Error error;
  Field field;

  bool operator==(const Problem&) const = default;
};

// Why something was refused: at least one problem, the most important first. A form with three bad fields, or a
// sign-up whose username *and* e-mail are taken, names them all at once.
struct Failure {
  std::vector<Problem> problems;
  std::int64_t retry_after_ms = 0;  // only with too_many_attempts
  std::int64_t row = -1;            // which of several rows it is about, counted from 0

  Failure(Error error) : Failure(error, field_of(error)) {}  // NOLINT(google-explicit-constructor): `return Error::x;`
  Failure(Error error, Field field) : problems{{error, field}} {}
  explicit Failure(std::vector<Problem> found) : problems(std::move(found)) {}

  [[nodiscard]] Error error() const { return problems.front().error; }
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}            // NOLINT(google-explicit-constructor)
  Result(Failure failure) : state_(std::move(failure)) {}  // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(Failure(error)) {}          // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  // Asking a failure for its value, or a value for its failure, is a bug and traps.
  [[nodiscard]] T& operator*() { return std::get<0>(state_); }
  [[nodiscard]] const T& operator*() const { return std::get<0>(state_); }
  [[nodiscard]] T* operator->() { return &std::get<0>(state_); }
  [[nodiscard]] const T* operator->() const { return &std::get<0>(state_); }
  [[nodiscard]] const Failure& failure() const { return std::get<1>(state_); }
  [[nodiscard]] Error error() const { return ok() ? Error::none : failure().error(); }

 private:
  std::variant<T, Failure> state_;
};

struct Done {};
using Status = Result<Done>;

}  // namespace placecard
