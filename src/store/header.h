// The first 100 bytes of a SQLite file (sqlite.org/fileformat2.html section 1.3), read without SQLite.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "result.h"
#include "store/image.h"

namespace placecard {

class Header {
 public:
  static constexpr std::size_t kSize = 100;

  // Zeros where the image is shorter.
  explicit Header(const Image& image) { image.read(0, bytes_); }

  // 0 when there is no header.
  [[nodiscard]] std::size_t page_size() const;
  // Changes whenever the schema does.
  [[nodiscard]] std::uint32_t schema_cookie() const { return big_endian_32(kSchemaCookie); }

  // Is it SQLite, whole, UTF-8, and not in WAL mode, where part of it may lie in another file?
  [[nodiscard]] Status inspect(std::size_t file_size) const;

 private:
  static constexpr std::size_t kSchemaCookie = 40;

  [[nodiscard]] std::uint32_t big_endian_32(std::size_t at) const;

  std::array<std::uint8_t, kSize> bytes_{};
};

}  // namespace placecard
