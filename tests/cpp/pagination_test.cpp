#include "pagination.h"

#include <limits>
#include <string>

#include "test.h"

using placecard::Error;
using placecard::iter_pages;
using placecard::Page;
using placecard::page_bounds;
using placecard::PageBounds;
using placecard::PageRequest;
using placecard::PagerWidths;
using placecard::User;

namespace {

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();

struct Asked {
  PageRequest request;
  std::int64_t page;  // 0 when it is not found
  std::int64_t per_page;
};

struct Shown {
  std::int64_t page;
  std::int64_t pages;
  PagerWidths widths;
  const char* numbers;
};

// "1 2 . 7": the dot is a gap.
std::string joined(const std::vector<std::optional<std::int64_t>>& numbers) {
  std::string text;
  for (const auto& number : numbers) {
    if (!text.empty()) text += ' ';
    text += number ? std::to_string(*number) : ".";
  }
  return text;
}

}  // namespace

TEST_CASE("a page request is filled in, refused or mended as Flask-SQLAlchemy does", "[pagination]") {
  const auto [request, page, per_page] = GENERATE(values<Asked>({
      {{}, 1, 20},
      {{3, 10, {}, true}, 3, 10},
      {{3, 10, 5, true}, 3, 5},
      {{3, {}, 5, true}, 3, 5},
      {{3, 5, 10, true}, 3, 5},
      {{0, 10, {}, true}, 0, 0},
      {{-1, 10, {}, true}, 0, 0},
      {{1, 0, {}, true}, 0, 0},
      {{1, 10, 0, true}, 0, 0},
      {{0, 10, {}, false}, 1, 10},
      {{kMin, kMin, {}, false}, 1, 20},
      {{2, 0, {}, false}, 2, 20},
      {{2, 10, 0, false}, 2, 20},  // a mended per_page is not capped again
      {{2, 10, -3, false}, 2, 20},
      {{kMax, kMax, {}, true}, kMax, kMax},
  }));
  const auto bounds = page_bounds(request);
  if (page == 0) {
    CHECK(bounds.error() == Error::not_found);
    return;
  }
  REQUIRE(bounds);
  CHECK(bounds->page == page);
  CHECK(bounds->per_page == per_page);
}

TEST_CASE("the offset of a page saturates", "[pagination]") {
  CHECK(PageBounds{1, 20, {}}.offset() == 0);
  CHECK(PageBounds{3, 20, {}}.offset() == 40);
  CHECK(PageBounds{kMax, 1, {}}.offset() == kMax - 1);
  CHECK(PageBounds{kMax, 2, {}}.offset() == kMax);
  CHECK(PageBounds{2, kMax, {}}.offset() == kMax);
  CHECK(PageBounds{3, kMax, {}}.offset() == kMax);
}

TEST_CASE("a page in the middle knows its neighbours", "[pagination]") {
  const Page page{{2, 2, {}}, 5, {User{}, User{}}};
  CHECK(page.pages() == 3);
  CHECK(page.first() == 3);
  CHECK(page.last() == 4);
  CHECK(page.prev_num() == 1);
  CHECK(page.next_num() == 3);
}

TEST_CASE("the last page may be short and has no next", "[pagination]") {
  const Page page{{3, 2, {}}, 5, {User{}}};
  CHECK(page.first() == 5);
  CHECK(page.last() == 5);
  CHECK(page.has_prev());
  CHECK_FALSE(page.has_next());
  CHECK_FALSE(page.next_num());
}

TEST_CASE("an empty page has no rows, no pages and no neighbours", "[pagination]") {
  const Page page{{1, 20, {}}, 0, {}};
  CHECK(page.pages() == 0);
  CHECK(page.first() == 0);
  CHECK(page.last() == 0);
  CHECK_FALSE(page.prev_num());
  CHECK_FALSE(page.next_num());
}

TEST_CASE("a page past the end has one before it", "[pagination]") {
  const Page page{{9, 2, {}}, 5, {}};
  CHECK(page.first() == 0);
  CHECK(page.prev_num() == 8);
  CHECK_FALSE(page.has_next());
}

TEST_CASE("counting pages does not overflow", "[pagination]") {
  CHECK(Page{{1, 1, {}}, kMax, {}}.pages() == kMax);
  CHECK(Page{{1, 2, {}}, kMax, {}}.pages() == kMax / 2 + 1);
  CHECK(Page{{1, kMax, {}}, kMax, {}}.pages() == 1);
}

TEST_CASE("a pager shows edges, neighbours and gaps", "[pagination]") {
  const auto [page, pages, widths, numbers] = GENERATE(values<Shown>({
      {1, 0, {}, ""},
      {1, 1, {}, "1"},
      {1, 9, {}, "1 2 3 4 5 . 8 9"},
      {5, 9, {}, "1 2 3 4 5 6 7 8 9"},
      {9, 9, {}, "1 2 . 7 8 9"},
      {10, 20, {}, "1 2 . 8 9 10 11 12 13 14 . 19 20"},
      {99, 9, {}, "1 2 ."},
      {5, 9, {0, 0, 0, 0}, ". 5 ."},
      {5, 9, {1, 1, 1, 1}, "1 . 4 5 6 . 9"},
      {5, 9, {20, 0, 0, 0}, "1 2 3 4 5 6 7 8 9"},
      {5, 9, {0, 0, 0, 20}, ". 5 6 7 8 9"},
      {2147483647, 3, {2147483647, 2147483647, 2147483647, 2147483647}, "1 2 3"},
  }));
  CHECK(joined(iter_pages(page, pages, widths)) == numbers);
}
