// Page arithmetic as Flask-SQLAlchemy 3 does it (tests/vectors/pagination.json holds 757 of its answers).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "result.h"
#include "user.h"

namespace placecard {

struct PageRequest {
  std::optional<std::int64_t> page;          // 1 when absent
  std::optional<std::int64_t> per_page;      // 20 when absent
  std::optional<std::int64_t> max_per_page;  // caps per_page when present
  bool error_out = true;                     // refuse with not_found what is out of range, instead of mending it
};

// A request with the gaps filled in; page and per_page are at least 1.
struct PageBounds {
  std::int64_t page;
  std::int64_t per_page;
  std::optional<std::int64_t> max_per_page;

  // Rows before the page; saturates instead of overflowing.
  [[nodiscard]] std::int64_t offset() const;
};

Result<PageBounds> page_bounds(const PageRequest& request);

struct Page {
  PageBounds bounds;
  std::int64_t total = 0;
  std::vector<User> items;

  [[nodiscard]] std::int64_t pages() const;  // 0 when there are no rows
  [[nodiscard]] std::int64_t first() const;  // 1-based number of the first row here, 0 on an empty page
  [[nodiscard]] std::int64_t last() const;
  [[nodiscard]] bool has_prev() const { return bounds.page > 1; }
  [[nodiscard]] bool has_next() const { return bounds.page < pages(); }
  [[nodiscard]] std::optional<std::int64_t> prev_num() const;
  [[nodiscard]] std::optional<std::int64_t> next_num() const;
};

// How many page numbers a pager shows at the edges and around the current page.
struct PagerWidths {
  std::int64_t left_edge = 2;
  std::int64_t left_current = 2;
  std::int64_t right_current = 4;
  std::int64_t right_edge = 2;
};

// The page numbers a pager shows, in order; nothing stands for a gap.
std::vector<std::optional<std::int64_t>> iter_pages(std::int64_t page, std::int64_t pages, const PagerWidths& widths);

}  // namespace placecard
