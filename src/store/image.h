// The database file as it lies in memory, and what has changed in it since it was last known to be stored.
//
//   offset 0        256 KiB          512 KiB
//   | chunk 0       | chunk 1        | chunk 2 ...      allocated once each, never moved
//   |p|p|p|p ... 64 pages of 4 KiB each ...|
//
// SQLite writes here synchronously through vfs.h. The first write to a page after acknowledge() keeps the page's
// former bytes, so that a commit which cannot be stored is undone as if it had never been.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <vector>

namespace placecard {

class Image {
 public:
  static constexpr std::size_t kChunkSize = 256 * 1024;
  static constexpr std::size_t kPageSize = 4096;

  [[nodiscard]] std::size_t size() const { return size_; }

  // Copies what there is and fills the rest with zeros; returns how many bytes were there.
  std::size_t read(std::size_t offset, std::span<std::uint8_t> out) const;
  // Makes the bytes there ready to be written, in contiguous() runs: growing as needed, where a gap reads as zeros.
  void edit(std::size_t offset, std::size_t size);
  void write(std::size_t offset, std::span<const std::uint8_t> bytes);
  void resize(std::size_t size);

  struct Run {
    std::uint32_t offset;
    std::uint32_t size;
  };
  // Where the bytes differ from what is stored, ascending. None goes on in another page; a page past the stored end is
  // one whole run.
  [[nodiscard]] std::vector<Run> changes() const;
  [[nodiscard]] bool dirty() const { return !saved_.empty() || size_ != stored_size_; }

  // What is here is stored now: forget the former bytes.
  void acknowledge();
  // What is here could not be stored: put the former bytes back. SQLite's cache must be dropped afterwards.
  void undo();

  // The bytes from `offset` to the end of its chunk or of the image. Valid until the next change of the image.
  [[nodiscard]] std::span<const std::uint8_t> contiguous(std::size_t offset) const { return run(offset); }
  [[nodiscard]] std::span<std::uint8_t> contiguous(std::size_t offset) { return run(offset); }

 private:
  using Chunk = std::array<std::uint8_t, kChunkSize>;
  using PageBytes = std::array<std::uint8_t, kPageSize>;

  [[nodiscard]] std::span<std::uint8_t> run(std::size_t offset) const;
  [[nodiscard]] std::uint8_t* page(std::size_t number) const;
  void save(std::size_t first_page, std::size_t end_page);
  void grow_to(std::size_t size);

  std::vector<std::unique_ptr<Chunk>> chunks_;
  std::size_t size_ = 0;
  std::size_t stored_size_ = 0;
  // Former bytes by page number; null for a page past the stored end, which has none.
  std::map<std::uint32_t, std::unique_ptr<PageBytes>> saved_;
};

}  // namespace placecard
