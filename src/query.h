// What to ask of the user table, as a value.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace placecard {

// The lesson's columns, and the only ones a query may name.
enum class Column : std::uint8_t { id, username, email, password_hash, joined_at };

inline constexpr std::array<std::string_view, 5> kColumnNames = {"id", "username", "email", "password_hash",
                                                                 "joined_at"};

inline std::string_view name_of(Column column) { return kColumnNames[static_cast<std::size_t>(column)]; }

struct Query {
  struct Filter {
    Column column = Column::id;
    std::optional<std::string> value;  // nothing asks IS NULL, as filter_by(email=None) does
  };
  struct Order {
    Column column = Column::id;
    bool descending = false;
  };

  std::vector<Filter> filters;  // all of them must hold
  std::vector<Order> orders;    // NULL sorts first; equal rows by id, so that pages never overlap
};

}  // namespace placecard
