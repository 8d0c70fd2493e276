// What is known of an account on the server: the token that lets its changes be read, how far they have been read, and
// whether it may still be used there.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "credentials/bytes.h"
#include "result.h"
#include "store/database.h"

namespace placecard {

struct Remote {
  Uid uid{};
  std::optional<std::string> token;
  std::optional<std::string> cursor;
  bool disabled = false;
  bool deleted = false;  // there, while something here waits for somebody to choose
};

class RemoteTable {
 public:
  // Must outlive it.
  explicit RemoteTable(Database& database) : database_(database) {}

  Result<std::vector<Remote>> all();
  // As nobody has written anything of it when there is no row.
  Result<Remote> find(const Uid& uid);

  // The changes below belong inside the caller's transaction.

  Status put(const Remote& remote);
  Status remove(const Uid& uid);
  // The server is not the one that was read.
  Status begin_anew();

 private:
  Result<std::vector<Remote>> select(std::string_view sql, const std::optional<Uid>& uid);

  Database& database_;
};

}  // namespace placecard
