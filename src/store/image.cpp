#include "store/image.h"

#include <algorithm>
#include <cstring>

namespace placecard {

namespace {

Image::Run run_of(std::size_t offset, std::size_t size) {
  return {static_cast<std::uint32_t>(offset), static_cast<std::uint32_t>(size)};
}

// Runs so close to each other that telling them apart takes more than their bytes are one.
void append_differences(std::vector<Image::Run>& runs, std::size_t start, std::span<const std::uint8_t> former,
                        std::span<const std::uint8_t> now) {
  constexpr std::size_t kClose = 16;
  constexpr std::size_t kStride = 64;
  for (std::size_t at = 0; at < now.size();) {
    if (now.size() - at >= kStride && std::memcmp(&former[at], &now[at], kStride) == 0) {
      at += kStride;
      continue;
    }
    if (former[at] == now[at]) {
      ++at;
      continue;
    }
    std::size_t end = at + 1;
    for (std::size_t next = end; next < now.size() && next - end < kClose; ++next) {
      if (former[next] != now[next]) end = next + 1;
    }
    runs.push_back(run_of(start + at, end - at));
    at = end;
  }
}

}  // namespace

std::size_t Image::read(std::size_t offset, std::span<std::uint8_t> out) const {
  std::size_t done = 0;
  while (done < out.size() && offset + done < size_) {
    const std::span<const std::uint8_t> source = run(offset + done);
    const std::size_t count = std::min(source.size(), out.size() - done);
    std::memcpy(out.data() + done, source.data(), count);
    done += count;
  }
  std::fill(out.begin() + static_cast<std::ptrdiff_t>(done), out.end(), std::uint8_t{0});
  return done;
}

void Image::edit(std::size_t offset, std::size_t size) {
  if (size == 0) return;
  const std::size_t end = offset + size;
  // From the old end on, so that the pages of a gap are stored too.
  save(std::min(offset, size_) / kPageSize, (end + kPageSize - 1) / kPageSize);
  if (end > size_) grow_to(end);
}

void Image::write(std::size_t offset, std::span<const std::uint8_t> bytes) {
  edit(offset, bytes.size());
  std::size_t done = 0;
  while (done < bytes.size()) {
    const std::span<std::uint8_t> room = run(offset + done);
    const std::size_t count = std::min(bytes.size() - done, room.size());
    std::memcpy(room.data(), bytes.data() + done, count);
    done += count;
  }
}

void Image::resize(std::size_t size) {
  const std::size_t low = std::min(size, size_);
  const std::size_t high = std::max(size, size_);
  if (low == high) return;
  save(low / kPageSize, (high + kPageSize - 1) / kPageSize);
  if (size > size_) {
    grow_to(size);
    return;
  }
  // What is cut off must read as zeros should the image grow again.
  const std::size_t kept_chunks = (size + kChunkSize - 1) / kChunkSize;
  chunks_.resize(kept_chunks);
  if (size % kChunkSize != 0) {
    std::fill(chunks_.back()->begin() + static_cast<std::ptrdiff_t>(size % kChunkSize), chunks_.back()->end(),
              std::uint8_t{0});
  }
  size_ = size;
}

std::vector<Image::Run> Image::changes() const {
  std::vector<Run> runs;
  for (const auto& [number, former] : saved_) {
    const std::size_t start = number * kPageSize;
    if (start >= size_) break;
    const std::size_t end = std::min(kPageSize, size_ - start);
    // What is past the stored end is there for the first time.
    const std::size_t known = former == nullptr ? 0 : std::min(end, stored_size_ - start);
    if (known > 0) append_differences(runs, start, {former->data(), known}, {page(number), known});
    if (known < end) runs.push_back(run_of(start + known, end - known));
  }
  return runs;
}

void Image::acknowledge() {
  saved_.clear();
  stored_size_ = size_;
}

void Image::undo() {
  grow_to(std::max(size_, stored_size_));
  for (const auto& [number, former] : saved_) {
    if (former != nullptr) std::memcpy(page(number), former->data(), kPageSize);
  }
  resize(stored_size_);
  saved_.clear();
}

std::span<std::uint8_t> Image::run(std::size_t offset) const {
  if (offset >= size_) return {};
  const std::size_t within = offset % kChunkSize;
  return {chunks_[offset / kChunkSize]->data() + within, std::min(kChunkSize - within, size_ - offset)};
}

std::uint8_t* Image::page(std::size_t number) const {
  const std::size_t offset = number * kPageSize;
  return chunks_[offset / kChunkSize]->data() + offset % kChunkSize;
}

void Image::save(std::size_t first_page, std::size_t end_page) {
  for (std::size_t number = first_page; number < end_page; ++number) {
    const auto [entry, is_new] = saved_.try_emplace(static_cast<std::uint32_t>(number));
    if (!is_new || number * kPageSize >= stored_size_) continue;
    entry->second = std::make_unique<PageBytes>();
    std::memcpy(entry->second->data(), page(number), kPageSize);
  }
}

void Image::grow_to(std::size_t size) {
  while (chunks_.size() * kChunkSize < size) chunks_.push_back(std::make_unique<Chunk>());
  size_ = std::max(size_, size);
}

}  // namespace placecard
