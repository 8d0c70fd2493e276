#include "pagination.h"

#include <algorithm>
#include <limits>

namespace placecard {

namespace {

constexpr std::int64_t kDefaultPerPage = 20;

}  // namespace

std::int64_t PageBounds::offset() const {
  const std::int64_t before = page - 1;
  return before > std::numeric_limits<std::int64_t>::max() / per_page ? std::numeric_limits<std::int64_t>::max()
                                                                      : before * per_page;
}

Result<PageBounds> page_bounds(const PageRequest& request) {
  PageBounds bounds{request.page.value_or(1), request.per_page.value_or(kDefaultPerPage), request.max_per_page};
  if (bounds.max_per_page) bounds.per_page = std::min(bounds.per_page, *bounds.max_per_page);
  if (bounds.page < 1) {
    if (request.error_out) return Error::not_found;
    bounds.page = 1;
  }
  if (bounds.per_page < 1) {
    if (request.error_out) return Error::not_found;
    bounds.per_page = kDefaultPerPage;
  }
  return bounds;
}

std::int64_t Page::pages() const { return total / bounds.per_page + (total % bounds.per_page == 0 ? 0 : 1); }

std::int64_t Page::first() const { return items.empty() ? 0 : bounds.offset() + 1; }

std::int64_t Page::last() const {
  return items.empty() ? 0 : bounds.offset() + static_cast<std::int64_t>(items.size());
}

std::optional<std::int64_t> Page::prev_num() const {
  return has_prev() ? std::optional(bounds.page - 1) : std::nullopt;
}

std::optional<std::int64_t> Page::next_num() const {
  return has_next() ? std::optional(bounds.page + 1) : std::nullopt;
}

std::vector<std::optional<std::int64_t>> iter_pages(std::int64_t page, std::int64_t pages, const PagerWidths& widths) {
  std::vector<std::optional<std::int64_t>> shown;
  std::int64_t next = 1;  // the first number not yet shown or skipped
  const auto show = [&](std::int64_t from, std::int64_t end) {
    from = std::max(from, next);
    end = std::min(end, pages + 1);
    if (next > pages) return;
    if (from > next) shown.emplace_back(std::nullopt);
    for (std::int64_t number = from; number < end; ++number) shown.emplace_back(number);
    next = std::max({next, from, end});
  };
  show(1, 1 + widths.left_edge);
  show(page - widths.left_current, page + widths.right_current + 1);
  show(pages + 1 - widths.right_edge, pages + 1);
  return shown;
}

}  // namespace placecard
