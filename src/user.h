// The lesson's User: five columns and the answers Flask-Login's UserMixin gives. A plain value, copyable and
// comparable; nothing happens when one is made.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace placecard {

struct User {
  std::int64_t id = 0;  // 0 until it is stored; SQLite reuses ids, so nothing lasting may hang on one
  std::optional<std::string> username;
  std::optional<std::string> email;
  std::optional<std::string> password_hash;  // PHC string, or another scheme's text in an imported row
  std::optional<std::string> joined_at;      // as stored; datetime.h reads it
  bool active = true;                        // kept beside the table: the lesson's has no such column

  [[nodiscard]] bool is_active() const { return active; }
  [[nodiscard]] bool is_authenticated() const { return is_active(); }
  [[nodiscard]] bool is_anonymous() const { return false; }
  [[nodiscard]] std::string get_id() const { return std::to_string(id); }

  // Like UserMixin: two users are equal when their ids are, whatever else differs.
  bool operator==(const User& other) const { return id == other.id; }
};

// Who is there when nobody is logged in.
struct AnonymousUser {
  [[nodiscard]] bool is_active() const { return false; }
  [[nodiscard]] bool is_authenticated() const { return false; }
  [[nodiscard]] bool is_anonymous() const { return true; }
  [[nodiscard]] std::optional<std::string> get_id() const { return std::nullopt; }
};

}  // namespace placecard
