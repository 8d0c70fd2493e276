#include "abi.h"

#include <cstdlib>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts.h"
#include "json.h"
#include "replies.h"
#include "secret.h"
#include "store/store.h"

#ifdef __wasm__
#include "host_wasm.h"
#define PLACECARD_EXPORT __attribute__((used, visibility("default")))
using EmbeddingHost = placecard::WasmHost;
#else
#include "host_native.h"
#define PLACECARD_EXPORT
using EmbeddingHost = placecard::NativeHost;
#endif

// Everything there is, wired together: the one place that knows all the parts.
struct placecard_core {
  explicit placecard_core(placecard::PasswordPolicy policy) : accounts(store, host, policy) {}

  EmbeddingHost host;
  placecard::Store store{host};
  placecard::Accounts accounts;

  // Being put together by several calls.
  placecard::Query query;
  std::vector<placecard::User> rows;
  std::unique_ptr<placecard::Image> staged;

  // Lent to the caller until the next call.
  std::vector<std::uint32_t> dirty_pages;
  std::string reply;
};

namespace {

std::string_view view(const char* text, std::size_t size) { return {text, size}; }

std::optional<std::string> optional(const char* text, std::size_t size) {
  return text == nullptr ? std::nullopt : std::optional<std::string>(std::in_place, text, size);
}

std::optional<std::int64_t> optional(std::int32_t number) {
  return number == std::numeric_limits<std::int32_t>::min() ? std::nullopt : std::optional<std::int64_t>(number);
}

std::optional<placecard::Column> column_of(std::string_view name) {
  for (std::size_t index = 0; index < placecard::kColumnNames.size(); ++index) {
    if (placecard::kColumnNames[index] == name) return static_cast<placecard::Column>(index);
  }
  return std::nullopt;
}

std::uint32_t refuse(placecard_core* core, const placecard::Failure& failure) {
  core->reply = placecard::reply_of(failure);
  return static_cast<std::uint32_t>(failure.error());
}

template <class T>
std::uint32_t answer(placecard_core* core, const placecard::Result<T>& result) {
  if (!result) return refuse(core, result.failure());
  core->reply = placecard::reply_of(*result);
  return 0;
}

std::uint32_t answer(placecard_core* core, const placecard::Status& status) {
  if (!status) return refuse(core, status.failure());
  core->reply = "null";
  return 0;
}

}  // namespace

extern "C" {

PLACECARD_EXPORT void* placecard_alloc(size_t size) { return std::malloc(size); }

PLACECARD_EXPORT void placecard_free(void* data, size_t size) {
  if (data != nullptr) placecard::wipe(data, size);
  std::free(data);
}

PLACECARD_EXPORT placecard_core* placecard_new(uint32_t min_password_chars) {
  return new placecard_core(placecard::PasswordPolicy{min_password_chars});
}

PLACECARD_EXPORT void placecard_delete(placecard_core* core) { delete core; }

PLACECARD_EXPORT const char* placecard_reply(const placecard_core* core) { return core->reply.data(); }
PLACECARD_EXPORT size_t placecard_reply_size(const placecard_core* core) { return core->reply.size(); }

PLACECARD_EXPORT uint32_t placecard_error_table(placecard_core* core) {
  placecard::JsonWriter json;
  json.begin_array();
  for (const placecard::ErrorEntry& entry : placecard::kErrors) {
    json.begin_array().value(static_cast<std::int64_t>(entry.error)).value(entry.code);
    json.value(placecard::name_of(entry.field)).end_array();
  }
  json.end_array();
  core->reply = json.take();
  return 0;
}

PLACECARD_EXPORT size_t placecard_image_size(placecard_core* core) { return core->store.image().size(); }

PLACECARD_EXPORT const uint8_t* placecard_image_at(placecard_core* core, size_t offset) {
  return core->store.image().contiguous(offset).data();
}

PLACECARD_EXPORT size_t placecard_image_run(placecard_core* core, size_t offset) {
  return core->store.image().contiguous(offset).size();
}

PLACECARD_EXPORT void placecard_image_write(placecard_core* core, size_t offset, const uint8_t* bytes, size_t size) {
  core->store.image().write(offset, {bytes, size});
}

PLACECARD_EXPORT void placecard_image_resize(placecard_core* core, size_t size) { core->store.image().resize(size); }

PLACECARD_EXPORT uint32_t placecard_open(placecard_core* core, uint32_t from_a_file) {
  using Source = placecard::Store::Source;
  return answer(core, core->store.open(from_a_file != 0 ? Source::a_file : Source::ours));
}

PLACECARD_EXPORT uint32_t placecard_refresh(placecard_core* core, uint32_t whole) {
  using Extent = placecard::Store::Extent;
  return answer(core, core->store.refresh(whole != 0 ? Extent::whole : Extent::pages));
}

PLACECARD_EXPORT const uint32_t* placecard_dirty_pages(placecard_core* core) {
  core->dirty_pages = core->store.image().dirty_pages();
  return core->dirty_pages.data();
}

PLACECARD_EXPORT size_t placecard_dirty_count(placecard_core* core) { return core->dirty_pages.size(); }
PLACECARD_EXPORT uint32_t placecard_is_dirty(placecard_core* core) { return core->store.dirty() ? 1 : 0; }
PLACECARD_EXPORT void placecard_acknowledge(placecard_core* core) { core->store.acknowledge(); }
PLACECARD_EXPORT void placecard_undo(placecard_core* core) { core->store.undo(); }

PLACECARD_EXPORT void placecard_import_begin(placecard_core* core) {
  core->staged = std::make_unique<placecard::Image>();
}

PLACECARD_EXPORT void placecard_import_append(placecard_core* core, const uint8_t* bytes, size_t size) {
  core->staged->write(core->staged->size(), {bytes, size});
}

PLACECARD_EXPORT uint32_t placecard_import_apply(placecard_core* core) {
  const placecard::Status replaced = core->store.replace(std::move(core->staged));
  if (!replaced) return refuse(core, replaced.failure());
  return answer(core, core->accounts.users().count({}));
}

PLACECARD_EXPORT void placecard_import_cancel(placecard_core* core) { core->staged.reset(); }

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
  const placecard::PageRequest request{optional(page), optional(per_page), optional(max_per_page), error_out != 0};
  const placecard::PagerWidths widths{left_edge, left_current, right_current, right_edge};
  const auto found = core->accounts.users().paginate(core->query, request);
  if (!found) return refuse(core, found.failure());
  core->reply = placecard::reply_of(*found, widths);
  return 0;
}

PLACECARD_EXPORT uint32_t placecard_check(placecard_core* core, const char* username, size_t username_size,
                                          const char* email, size_t email_size, const char* password,
                                          size_t password_size) {
  return answer(core, core->accounts.check(
                          {view(username, username_size), view(email, email_size), view(password, password_size)}));
}

PLACECARD_EXPORT uint32_t placecard_sign_up(placecard_core* core, const char* username, size_t username_size,
                                            const char* email, size_t email_size, const char* password,
                                            size_t password_size) {
  return answer(core, core->accounts.sign_up(
                          {view(username, username_size), view(email, email_size), view(password, password_size)}));
}

PLACECARD_EXPORT void placecard_rows_begin(placecard_core* core) { core->rows.clear(); }

PLACECARD_EXPORT void placecard_rows_add(placecard_core* core, double id, const char* username, size_t username_size,
                                         const char* email, size_t email_size, const char* password_hash,
                                         size_t password_hash_size, const char* joined_at, size_t joined_at_size) {
  core->rows.push_back({static_cast<std::int64_t>(id), optional(username, username_size), optional(email, email_size),
                        optional(password_hash, password_hash_size), optional(joined_at, joined_at_size)});
}

PLACECARD_EXPORT uint32_t placecard_rows_apply(placecard_core* core) {
  return answer(core, core->accounts.import_users(core->rows));
}

}  // extern "C"
