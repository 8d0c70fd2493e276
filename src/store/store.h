// The database and the bytes under it: opening, importing, and the three words a commit needs from whoever keeps the
// bytes (changes, acknowledge, undo).
//
// One commit, from the outside:
//   1. C++ changes rows in a SQL transaction; SQLite writes pages into the image.
//   2. changes() says where bytes differ. Whoever keeps the bytes stores them.
//   3. acknowledge() when they are stored; undo() when they could not be, and the rows are as they were.
#pragma once

#include <cstdint>
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

  enum class Extent {
    pages,  // some pages of the same database
    whole,  // another database, perhaps
  };
  // Another tab's commit was written into the image, over a clean one: takes it for stored and forgets what SQLite
  // remembers of the former bytes. When the schema is another one it is checked and migrated as by open(), which may
  // leave pages dirty; refused with database_newer when a newer version has been at work, and with database_foreign.
  Status refresh(Extent extent);

 private:
  void reload();

  Host& host_;
  std::unique_ptr<Image> image_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Image> former_;  // what undo() returns to after replace()
  std::uint32_t schema_cookie_ = 0;
};

}  // namespace placecard
