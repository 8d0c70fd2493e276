// A prepared statement, borrowed from its Database for as long as the object lives and reset when it dies. Values only
// ever reach SQL through bind(): there is no way to paste one into the text.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "result.h"

struct sqlite3_stmt;

namespace placecard {

class Statement {
 public:
  explicit Statement(sqlite3_stmt* handle) : handle_(handle) {}
  ~Statement();
  Statement(Statement&& other) noexcept : handle_(other.handle_) { other.handle_ = nullptr; }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  Statement& operator=(Statement&&) = delete;

  // Parameters count from 1. Bytes are borrowed: they must live until the statement is reset or dies.
  Statement& bind(int index, std::int64_t value);
  Statement& bind(int index, std::string_view text);
  Statement& bind(int index, std::span<const std::uint8_t> blob);
  Statement& bind(int index, const std::optional<std::string>& text);
  Statement& bind(int index, std::nullptr_t null);

  // True while there is a row. Refusals come back as the database's error.
  Result<bool> step();
  // Steps once and resets: for a statement whose rows do not matter.
  Status run();
  void reset();

  // Columns count from 0. A value of another type is converted as SQLite does (sqlite.org/c3ref/column_blob.html).
  [[nodiscard]] bool is_null(int column) const;
  [[nodiscard]] bool is_integer(int column) const;
  [[nodiscard]] std::int64_t integer(int column) const;
  // Views are valid until the next step, reset, or the end of the statement.
  [[nodiscard]] std::string_view text(int column) const;
  [[nodiscard]] std::span<const std::uint8_t> blob(int column) const;
  [[nodiscard]] std::optional<std::string> optional_text(int column) const;

 private:
  sqlite3_stmt* handle_;
};

}  // namespace placecard
