// abi.h, "queries".
#include <limits>

#include "abi_core.h"

using placecard::abi::answer;
using placecard::abi::optional;
using placecard::abi::refuse;
using placecard::abi::reply;
using placecard::abi::view;

namespace {

std::optional<std::int64_t> number_of(std::int32_t number) {
  return number == std::numeric_limits<std::int32_t>::min() ? std::nullopt : std::optional<std::int64_t>(number);
}

std::optional<placecard::Column> column_of(std::string_view name) {
  for (std::size_t index = 0; index < placecard::kColumnNames.size(); ++index) {
    if (placecard::kColumnNames[index] == name) return static_cast<placecard::Column>(index);
  }
  return std::nullopt;
}

}  // namespace

extern "C" {

PLACECARD_EXPORT void placecard_query_begin(placecard_core* core) { core->query = {}; }

PLACECARD_EXPORT uint32_t placecard_query_filter(placecard_core* core, const char* column, size_t column_size,
                                                 const char* value, size_t value_size) {
  const auto known = column_of(view(column, column_size));
  if (!known) return refuse(core, placecard::Error::column_unknown);
  core->query.filters.push_back({*known, optional(value, value_size)});
  return 0;
}

PLACECARD_EXPORT uint32_t placecard_query_order(placecard_core* core, const char* column, size_t column_size,
                                                uint32_t descending) {
  const auto known = column_of(view(column, column_size));
  if (!known) return refuse(core, placecard::Error::column_unknown);
  core->query.orders.push_back({*known, descending != 0});
  return 0;
}

PLACECARD_EXPORT uint32_t placecard_query_all(placecard_core* core) {
  return answer(core, core->accounts.users().all(core->query));
}

PLACECARD_EXPORT uint32_t placecard_query_first(placecard_core* core) {
  return answer(core, core->accounts.users().first(core->query));
}

PLACECARD_EXPORT uint32_t placecard_query_one(placecard_core* core) {
  return answer(core, core->accounts.users().one(core->query));
}

PLACECARD_EXPORT uint32_t placecard_query_one_or_none(placecard_core* core) {
  return answer(core, core->accounts.users().one_or_none(core->query));
}

PLACECARD_EXPORT uint32_t placecard_query_count(placecard_core* core) {
  return answer(core, core->accounts.users().count(core->query));
}

PLACECARD_EXPORT uint32_t placecard_query_paginate(placecard_core* core, int32_t page, int32_t per_page,
                                                   int32_t max_per_page, uint32_t error_out, int32_t left_edge,
                                                   int32_t left_current, int32_t right_current, int32_t right_edge) {
  const placecard::PageRequest request{number_of(page), number_of(per_page), number_of(max_per_page), error_out != 0};
  const placecard::PagerWidths widths{left_edge, left_current, right_current, right_edge};
  const auto found = core->accounts.users().paginate(core->query, request);
  if (!found) return refuse(core, found.failure());
  return reply(core, placecard::reply_of(*found, widths));
}

}  // extern "C"
