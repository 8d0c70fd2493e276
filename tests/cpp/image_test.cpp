#include "store/image.h"

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include "test.h"
#include "test_store.h"

using placecard::Bytes;
using placecard::bytes_of;
using placecard::Image;

namespace {

constexpr std::size_t kPage = Image::kPageSize;
constexpr std::size_t kChunk = Image::kChunkSize;

using Pages = std::vector<std::uint32_t>;

// Bytes that differ from their neighbours, so that one in the wrong place shows.
Bytes pattern(std::size_t size, std::uint8_t salt = 1) {
  Bytes bytes(size);
  for (std::size_t index = 0; index < size; ++index) bytes[index] = static_cast<std::uint8_t>(index * 31 + salt);
  return bytes;
}

// What a reader gets, page by page and chunk by chunk.
Bytes walked(const Image& image) {
  Bytes bytes;
  while (bytes.size() < image.size()) {
    const auto run = image.contiguous(bytes.size());
    bytes.insert(bytes.end(), run.begin(), run.end());
  }
  return bytes;
}

}  // namespace

TEST_CASE("a new image is empty and clean", "[image]") {
  const Image image;
  CHECK(image.size() == 0);
  CHECK_FALSE(image.dirty());
  CHECK(image.changes().empty());
  CHECK(image.contiguous(0).empty());
}

TEST_CASE("what is written is read, across chunks too", "[image]") {
  const std::size_t offset = GENERATE(as<std::size_t>(), 0, 1, kPage - 1, kChunk - 3, kChunk, 2 * kChunk - 1);
  const std::size_t size = GENERATE(as<std::size_t>(), 1, kPage + 2, kChunk + 7, 2 * kChunk + 1);
  const Bytes written = pattern(size);
  Image image;
  image.write(offset, written);
  CHECK(image.size() == offset + size);
  Bytes read(size);
  CHECK(image.read(offset, read) == size);
  CHECK(read == written);
  Bytes whole(offset);
  whole.insert(whole.end(), written.begin(), written.end());
  CHECK(walked(image) == whole);
}

TEST_CASE("reading past the end fills with zeros and says how much there was", "[image]") {
  Image image;
  image.write(0, pattern(10));
  Bytes read(8, 0xEE);
  CHECK(image.read(6, read) == 4);
  CHECK(read == Bytes{pattern(10)[6], pattern(10)[7], pattern(10)[8], pattern(10)[9], 0, 0, 0, 0});
  std::fill(read.begin(), read.end(), std::uint8_t{0xEE});
  CHECK(image.read(10, read) == 0);
  CHECK(read == Bytes(8, 0));
  CHECK(image.read(100 * kChunk, read) == 0);
}

TEST_CASE("writing nothing changes nothing", "[image]") {
  Image image;
  image.write(5 * kPage, {});
  CHECK(image.size() == 0);
  CHECK_FALSE(image.dirty());
}

TEST_CASE("a gap reads as zeros and its pages are changed", "[image]") {
  Image image;
  image.write(0, pattern(10));
  image.acknowledge();
  image.write(3 * kPage + 5, Bytes{7});
  CHECK(changed_pages(image) == Pages{0, 1, 2, 3});  // page 0 too: its end has become part of the file
  Bytes gap(3 * kPage + 5 - 10, 0xEE);
  CHECK(image.read(10, gap) == gap.size());
  CHECK(gap == Bytes(gap.size(), 0));
}

TEST_CASE("what is cut off reads as zeros when the image grows again", "[image]") {
  const std::size_t cut_at = GENERATE(as<std::size_t>(), 0, 1, kPage - 1, kPage, kChunk - 1, kChunk, kChunk + 1);
  const std::size_t full = 2 * kChunk + 100;
  Image image;
  image.write(0, Bytes(full, 0xAB));
  image.resize(cut_at);
  CHECK(image.size() == cut_at);
  CHECK(walked(image) == Bytes(cut_at, 0xAB));
  image.resize(full);
  Bytes wanted(cut_at, 0xAB);
  wanted.resize(full);
  CHECK(bytes_of(image) == wanted);
}

TEST_CASE("contiguous bytes end with their chunk or with the image", "[image]") {
  Image image;
  image.write(0, pattern(kChunk + 10));
  CHECK(image.contiguous(0).size() == kChunk);
  CHECK(image.contiguous(kChunk - 1).size() == 1);
  CHECK(image.contiguous(kChunk).size() == 10);
  CHECK(image.contiguous(kChunk + 9).size() == 1);
  CHECK(image.contiguous(kChunk + 10).empty());
  CHECK(image.contiguous(50 * kChunk).empty());
}

TEST_CASE("chunks do not move when the image grows", "[image]") {
  Image image;
  image.write(0, pattern(10));
  const auto* before = image.contiguous(0).data();
  image.resize(20 * kChunk);
  CHECK(image.contiguous(0).data() == before);
}

TEST_CASE("changed pages are those that differ from what was last acknowledged, in order", "[image]") {
  Image image;
  image.resize(200 * kPage);
  image.acknowledge();
  CHECK_FALSE(image.dirty());
  image.write(150 * kPage + 1, Bytes{1});
  image.write(3 * kPage - 1, Bytes{1, 2});
  image.write(64 * kPage, Bytes{1});
  image.write(64 * kPage + 9, Bytes{1});
  CHECK(image.dirty());
  CHECK(changed_pages(image) == Pages{2, 3, 64, 150});
  image.acknowledge();
  CHECK_FALSE(image.dirty());
  CHECK(image.changes().empty());
}

TEST_CASE("changes are the bytes that differ, and what lies close between them", "[image]") {
  const auto told = [](const Image& image) {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> runs;
    for (const Image::Run& run : image.changes()) runs.emplace_back(run.offset, run.size);
    return runs;
  };
  using Told = decltype(told(Image{}));
  Image image;
  image.write(0, pattern(2 * kPage + 100));
  image.acknowledge();
  const std::uint8_t other = 255;

  image.write(1000, pattern(2 * kPage + 100, 0));
  CHECK(told(image) != Told{});
  image.undo();
  Bytes same(kPage);
  image.read(0, same);
  image.write(0, same);
  CHECK(told(image).empty());

  image.write(70, Bytes{other});
  image.write(80, Bytes{other});
  image.write(700, Bytes{other, other});
  image.write(kPage - 1, Bytes{other, other});
  CHECK(told(image) == Told{{70, 11}, {700, 2}, {kPage - 1, 1}, {kPage, 1}});

  image.resize(3 * kPage + 5);
  CHECK(told(image) ==
        Told{{70, 11}, {700, 2}, {kPage - 1, 1}, {kPage, 1}, {2 * kPage + 100, kPage - 100}, {3 * kPage, 5}});
}

TEST_CASE("a page that was cut off again is not listed", "[image]") {
  Image image;
  image.resize(4 * kPage);
  image.acknowledge();
  image.write(3 * kPage, Bytes{1});
  image.write(kPage, Bytes{1});
  image.resize(2 * kPage);
  CHECK(changed_pages(image) == Pages{1});
}

TEST_CASE("a change of size alone is a change", "[image]") {
  Image image;
  image.resize(2 * kPage);
  image.acknowledge();
  image.resize(kPage);
  CHECK(image.dirty());
  CHECK(image.changes().empty());
  image.acknowledge();
  CHECK_FALSE(image.dirty());
}

TEST_CASE("undo puts back size and bytes", "[image]") {
  const std::size_t stored = GENERATE(as<std::size_t>(), 0, 100, kPage, kChunk + kPage + 1);
  const Bytes before = pattern(stored);
  Image image;
  image.write(0, before);
  image.acknowledge();

  SECTION("after a write") { image.write(stored / 2, pattern(3, 99)); }
  SECTION("after growing") { image.write(stored + 3 * kChunk, pattern(3, 99)); }
  SECTION("after shrinking") { image.resize(stored / 3); }
  SECTION("after shrinking to nothing and growing past the old end") {
    image.resize(0);
    image.write(0, pattern(stored + 2 * kPage, 99));
  }
  SECTION("after nothing") {}

  image.undo();
  CHECK(image.size() == stored);
  CHECK(bytes_of(image) == before);
  CHECK_FALSE(image.dirty());
  image.resize(stored + kPage);
  CHECK(image.contiguous(stored)[0] == 0);  // nothing of what was undone lies past the end
}

TEST_CASE("acknowledged bytes survive a later undo", "[image]") {
  Image image;
  image.write(0, pattern(kPage));
  image.acknowledge();
  image.write(10, pattern(5, 50));
  image.acknowledge();
  const Bytes stored = bytes_of(image);
  image.write(12, pattern(5, 77));
  image.undo();
  CHECK(bytes_of(image) == stored);
}

TEST_CASE("an image agrees with a vector through any series of changes", "[image]") {
  const auto seed = GENERATE(range(1U, 13U));
  INFO("seed " << seed);
  std::mt19937 random(seed);
  // Not std::uniform_int_distribution, which differs from one library to the next.
  const auto below = [&random](std::size_t limit) { return static_cast<std::size_t>(random()) % limit; };

  constexpr std::size_t kLimit = 2 * kChunk + 3 * kPage;
  Image image;
  Bytes model;
  Bytes stored;
  for (int step = 0; step < 120; ++step) {
    const std::size_t what = below(100);
    if (what < 60) {
      const std::size_t size = below(4) == 0 ? below(kChunk) : below(3 * kPage);
      const std::size_t offset = below(kLimit - size);
      const Bytes bytes = pattern(size, static_cast<std::uint8_t>(step));
      image.write(offset, bytes);
      if (size > 0) model.resize(std::max(model.size(), offset + size));
      std::copy(bytes.begin(), bytes.end(), model.begin() + static_cast<std::ptrdiff_t>(size > 0 ? offset : 0));
    } else if (what < 80) {
      const std::size_t size = below(3) == 0 ? below(kLimit) / kPage * kPage : below(kLimit);
      image.resize(size);
      model.resize(size);
    } else if (what < 90) {
      image.acknowledge();
      stored = model;
    } else {
      image.undo();
      model = stored;
    }

    INFO("step " << step);
    REQUIRE(image.size() == model.size());
    REQUIRE(bytes_of(image) == model);

    // Whoever writes the changes over what is stored must end up with the same file.
    REQUIRE(stored_after(image, stored) == model);
    if (!image.dirty()) REQUIRE(model == stored);
  }
}
