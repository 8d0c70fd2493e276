// SQLite's view of an Image: a file system with one file in it. Registered under a name of its own for as long as the
// object lives, so several databases never share state.
//
// It opens the main database only. Journals stay in memory (store.h sets journal_mode=MEMORY), locks and syncs do
// nothing: one thread owns the image, and durability is the business of whoever reads Image::changes().
#pragma once

#include <memory>
#include <string>

#include "host.h"
#include "store/image.h"

struct sqlite3_vfs;

namespace placecard {

class Vfs {
 public:
  // Both must outlive the Vfs.
  Vfs(Image& image, Host& host);
  ~Vfs();
  Vfs(const Vfs&) = delete;
  Vfs& operator=(const Vfs&) = delete;

  [[nodiscard]] const char* name() const;

  // For the callbacks in vfs.cpp.
  [[nodiscard]] Image& image() { return image_; }
  [[nodiscard]] Host& host() { return host_; }

 private:
  Image& image_;
  Host& host_;
  std::string name_;
  std::unique_ptr<sqlite3_vfs> vfs_;
};

}  // namespace placecard
