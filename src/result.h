// Expected failure as a value. The core is built without exceptions: a function that can refuse returns Result<T>,
// and what cannot happen traps.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <utility>
#include <variant>

#include "error.h"

namespace placecard {

struct Problem {
  Error error = Error::none;
  Field field = Field::none;

  bool operator==(const Problem&) const = default;
};

// A few problems, the most important first: as many as a form has fields, and then some. Held in place, so that passing
// a failure on costs nothing.
class Problems {
 public:
  static constexpr std::size_t kMost = 8;

  Problems() = default;
  Problems(std::initializer_list<Problem> problems) {
    for (const Problem& each : problems) add(each);
  }

  // Beyond kMost they are dropped.
  void add(Problem problem) {
    if (size_ < kMost) problems_[size_++] = problem;
  }
  void add(const Problems& others) {
    for (const Problem& each : others) add(each);
  }

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] const Problem* begin() const { return problems_.data(); }
  [[nodiscard]] const Problem* end() const { return problems_.data() + size_; }
  [[nodiscard]] const Problem& front() const { return problems_.front(); }

  bool operator==(const Problems& other) const { return std::equal(begin(), end(), other.begin(), other.end()); }

 private:
  std::array<Problem, kMost> problems_{};
  std::size_t size_ = 0;
};

// Why something was refused: at least one problem. A form with three bad fields, or a sign-up whose username *and*
// e-mail are taken, names them all at once.
struct Failure {
  Problems problems;
  std::int64_t retry_after_ms = 0;  // only with too_many_attempts
  std::int64_t row = -1;            // which of several rows it is about, counted from 0

  Failure(Error error) : Failure(error, field_of(error)) {}  // NOLINT(google-explicit-constructor): `return Error::x;`
  Failure(Error error, Field field) : problems{{error, field}} {}
  explicit Failure(const Problems& found) : problems(found) {}

  [[nodiscard]] Error error() const { return problems.front().error; }
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}        // NOLINT(google-explicit-constructor)
  Result(const Failure& failure) : state_(failure) {}  // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(Failure(error)) {}      // NOLINT(google-explicit-constructor)

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
