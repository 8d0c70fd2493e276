// An Image as plain bytes and back, and the lesson's schema as text: for tests and fuzz targets alike.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/image.h"

namespace placecard {

using Bytes = std::vector<std::uint8_t>;

// tests/vectors/schema.sql: what db.create_all() makes of the lesson's model.
inline constexpr std::string_view kLessonUser =
    "CREATE TABLE user (\n"
    "\tid INTEGER NOT NULL, \n"
    "\tusername VARCHAR(64), \n"
    "\temail VARCHAR(120), \n"
    "\tpassword_hash VARCHAR(128), \n"
    "\tjoined_at DATETIME, \n"
    "\tPRIMARY KEY (id)\n"
    ")";
inline constexpr std::string_view kLessonIndexes =
    "CREATE UNIQUE INDEX ix_user_username ON user (username);"
    "CREATE UNIQUE INDEX ix_user_email ON user (email);"
    "CREATE INDEX ix_user_joined_at ON user (joined_at)";

inline std::string lesson_schema() { return std::string(kLessonUser) + ";" + std::string(kLessonIndexes) + ";"; }

inline Bytes bytes_of(const Image& image) {
  Bytes bytes(image.size());
  image.read(0, bytes);
  return bytes;
}

inline std::unique_ptr<Image> image_of(std::span<const std::uint8_t> bytes) {
  auto image = std::make_unique<Image>();
  image->write(0, bytes);
  return image;
}

// The pages with a change in them.
inline std::vector<std::uint32_t> changed_pages(const Image& image) {
  std::vector<std::uint32_t> pages;
  for (const Image::Run& run : image.changes()) {
    const auto page = static_cast<std::uint32_t>(run.offset / Image::kPageSize);
    if (pages.empty() || pages.back() != page) pages.push_back(page);
  }
  return pages;
}

// What is stored once the changes of `image` have been written over what was stored before.
inline Bytes stored_after(const Image& image, Bytes stored) {
  stored.resize(image.size());
  for (const Image::Run& run : image.changes()) {
    image.read(run.offset, std::span(stored).subspan(run.offset, run.size));
  }
  return stored;
}

}  // namespace placecard
