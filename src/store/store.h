// The database and the bytes under it: opening, importing, and the three words a commit needs from whoever keeps the
// bytes (dirty, acknowledge, undo).
//
// One commit, from the outside:
//   1. C++ changes rows in a SQL transaction; SQLite writes pages into the image.
//   2. dirty_pages() says which. Whoever keeps the bytes stores them.
//   3. acknowledge() when they are stored; undo() when they could not be, and the rows are as they were.
#pragma once

#include <memory>
#include <optional>

#include "host.h"
#include "store/database.h"
#include "store/image.h"

namespace placecard {

class Store {
 public:
  // `host` must outlive the Store.
  explicit Store(Host& host);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // The bytes: filled before open(), read afterwards.
  [[nodiscard]] Image& image() { return *image_; }
  // Only between a successful open() and the end of the Store.
  [[nodiscard]] Database& database() { return *database_; }
  [[nodiscard]] bool is_open() const { return database_ != nullptr; }

  enum class Source {
    ours,    // nobody but placecard has written these bytes
    a_file,  // anybody may have: check everything first
  };
  // Checks, migrates, and is ready; an empty image becomes an empty database. On failure the image is as it was.
  Status open(Source source);

  // Replaces the whole database by the bytes in `staged` once they have passed every check. On failure nothing has
  // changed. On success all pages are dirty, and undo() brings the former database back.
  Status replace(std::unique_ptr<Image> staged);

  [[nodiscard]] bool dirty() const { return image_->dirty() || former_ != nullptr; }
  void acknowledge();
  void undo();

  // Bytes of the image were changed from outside (another tab's commit): start from them.
  void reload();

 private:
  Host& host_;
  std::unique_ptr<Image> image_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Image> former_;  // what undo() returns to after replace()
};

}  // namespace placecard
