#include "abi.h"

#include <cstdlib>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "accounts.h"
#include "credentials/sealing.h"
#include "json.h"
#include "private_data.h"
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
  placecard_core(placecard::PasswordPolicy policy, placecard::KdfCost cost) : accounts(store, host, policy, cost) {}
  ~placecard_core() { placecard::wipe(reply); }

  EmbeddingHost host;
  placecard::Store store{host};
  placecard::Accounts accounts;

  // Being put together by several calls.
  placecard::Query query;
  std::vector<placecard::User> rows;
  std::unique_ptr<placecard::Image> staged;

  // By number. What is prepared, and the session it will begin once it has been applied and stored.
  struct Prepared {
    std::variant<placecard::SignUp, placecard::LogIn, placecard::PasswordChange, placecard::Deletion> operation;
    std::uint32_t for_session = 0;
    std::optional<placecard::Session> begins;
  };
  std::map<std::uint32_t, Prepared> prepared;
  std::map<std::uint32_t, placecard::Session> sessions;
  std::uint32_t last_number = 0;

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

// Every reply goes through here: the one before may have held somebody's data, and the stack somebody's keys.
std::uint32_t reply(placecard_core* core, std::string text) {
  placecard::wipe_stack();
  placecard::wipe(core->reply);
  core->reply = std::move(text);
  return 0;
}

std::uint32_t refuse(placecard_core* core, const placecard::Failure& failure) {
  reply(core, placecard::reply_of(failure));
  return static_cast<std::uint32_t>(failure.error());
}

template <class T>
std::uint32_t answer(placecard_core* core, const placecard::Result<T>& result) {
  return result ? reply(core, placecard::reply_of(*result)) : refuse(core, result.failure());
}

std::uint32_t answer(placecard_core* core, const placecard::Status& status) {
  return status ? reply(core, "null") : refuse(core, status.failure());
}

// Keeps what was prepared under a number, which is the reply.
template <class T>
std::uint32_t keep(placecard_core* core, placecard::Result<T> operation, std::uint32_t for_session = 0) {
  if (!operation) return refuse(core, operation.failure());
  const std::uint32_t number = ++core->last_number;
  core->prepared.emplace(number, placecard_core::Prepared{std::move(*operation), for_session, std::nullopt});
  return reply(core, placecard::reply_of(std::int64_t{number}));
}

const placecard::Session* session_of(placecard_core* core, std::uint32_t number) {
  const auto found = core->sessions.find(number);
  return found == core->sessions.end() ? nullptr : &found->second;
}

std::uint32_t not_logged_in(placecard_core* core) { return refuse(core, placecard::Error::not_logged_in); }

placecard::PrivateData data_of(placecard_core* core, const placecard::Session& session) {
  return {core->store, core->accounts, session, core->host};
}

// One operator for each kind of operation.
struct Apply {
  placecard_core* core;
  placecard_core::Prepared& prepared;
  placecard::TamperChoice choice;

  std::uint32_t entered(placecard::Result<placecard::Entry> entry) const {
    if (!entry) return refuse(core, entry.failure());
    prepared.begins = std::move(entry->session);
    return reply(core, placecard::reply_of(entry->user));
  }
  std::uint32_t operator()(const placecard::SignUp& sign_up) const { return entered(core->accounts.apply(sign_up)); }
  std::uint32_t operator()(const placecard::LogIn& log_in) const {
    return entered(core->accounts.apply(log_in, choice));
  }
  std::uint32_t operator()(const placecard::PasswordChange& change) const {
    return entered(core->accounts.apply(change));
  }
  std::uint32_t operator()(const placecard::Deletion& deletion) const {
    return answer(core, core->accounts.apply(deletion));
  }
};

}  // namespace

extern "C" {

PLACECARD_EXPORT void* placecard_alloc(size_t size) { return std::malloc(size); }

PLACECARD_EXPORT void placecard_free(void* data, size_t size) {
  if (data != nullptr) placecard::wipe(data, size);
  std::free(data);
}

PLACECARD_EXPORT placecard_core* placecard_new(uint32_t min_password_chars, uint32_t kdf_passes, uint32_t kdf_memory) {
  const placecard::KdfCost cost{kdf_passes, kdf_memory};
  const bool allowed =
      cost.sane() && cost.passes >= placecard::KdfCost::kMinPasses && cost.memory >= placecard::KdfCost::kMinMemory;
  if (!allowed) return nullptr;
  // In this order: the host gives libsodium its randomness.
  auto core = std::make_unique<placecard_core>(placecard::PasswordPolicy{min_password_chars}, cost);
  return placecard::start_cryptography() ? core.release() : nullptr;
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
  return reply(core, json.take());
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
  return reply(core, placecard::reply_of(*found, widths));
}

PLACECARD_EXPORT uint32_t placecard_check(placecard_core* core, const char* username, size_t username_size,
                                          const char* email, size_t email_size, const char* password,
                                          size_t password_size) {
  return answer(core, core->accounts.check(
                          {view(username, username_size), view(email, email_size), view(password, password_size)}));
}

PLACECARD_EXPORT uint32_t placecard_prepare_sign_up(placecard_core* core, const char* username, size_t username_size,
                                                    const char* email, size_t email_size, const char* password,
                                                    size_t password_size) {
  return keep(core, core->accounts.prepare_sign_up(
                        {view(username, username_size), view(email, email_size), view(password, password_size)}));
}

PLACECARD_EXPORT uint32_t placecard_prepare_log_in(placecard_core* core, const char* login, size_t login_size,
                                                   const char* password, size_t password_size) {
  return keep(core, core->accounts.prepare_log_in(view(login, login_size), view(password, password_size)));
}

PLACECARD_EXPORT uint32_t placecard_prepare_change_password(placecard_core* core, uint32_t session, const char* current,
                                                            size_t current_size, const char* next, size_t next_size) {
  const placecard::Session* who = session_of(core, session);
  if (who == nullptr) return not_logged_in(core);
  return keep(core, core->accounts.prepare_password_change(*who, view(current, current_size), view(next, next_size)),
              session);
}

PLACECARD_EXPORT uint32_t placecard_prepare_recover(placecard_core* core, const char* login, size_t login_size,
                                                    const char* code, size_t code_size, const char* next,
                                                    size_t next_size) {
  return keep(core,
              core->accounts.prepare_recovery(view(login, login_size), view(code, code_size), view(next, next_size)));
}

PLACECARD_EXPORT uint32_t placecard_prepare_delete_account(placecard_core* core, uint32_t session, const char* password,
                                                           size_t password_size) {
  const placecard::Session* who = session_of(core, session);
  if (who == nullptr) return not_logged_in(core);
  return keep(core, core->accounts.prepare_deletion(*who, view(password, password_size)), session);
}

PLACECARD_EXPORT uint32_t placecard_apply(placecard_core* core, uint32_t prepared, uint32_t tampered) {
  const auto found = core->prepared.find(prepared);
  if (found == core->prepared.end() || tampered > 2) return refuse(core, placecard::Error::argument_invalid);
  const auto choice = static_cast<placecard::TamperChoice>(tampered);
  return std::visit(Apply{core, found->second, choice}, found->second.operation);
}

PLACECARD_EXPORT uint32_t placecard_settle(placecard_core* core, uint32_t prepared) {
  const auto found = core->prepared.find(prepared);
  if (found == core->prepared.end()) return 0;
  placecard_core::Prepared done = std::move(found->second);
  core->prepared.erase(found);
  core->sessions.erase(done.for_session);
  if (!done.begins) return 0;
  const std::uint32_t number = done.for_session != 0 ? done.for_session : ++core->last_number;
  core->sessions.emplace(number, std::move(*done.begins));
  return number;
}

PLACECARD_EXPORT void placecard_abandon(placecard_core* core, uint32_t prepared) { core->prepared.erase(prepared); }

PLACECARD_EXPORT uint32_t placecard_current_user(placecard_core* core, uint32_t session) {
  const placecard::Session* who = session_of(core, session);
  return who == nullptr ? not_logged_in(core) : answer(core, core->accounts.current_user(*who));
}

PLACECARD_EXPORT void placecard_log_out(placecard_core* core, uint32_t session) {
  core->sessions.erase(session);
  reply(core, "null");
}

PLACECARD_EXPORT uint32_t placecard_update(placecard_core* core, uint32_t session, const char* username,
                                           size_t username_size, const char* email, size_t email_size) {
  const placecard::Session* who = session_of(core, session);
  if (who == nullptr) return not_logged_in(core);
  return answer(core, core->accounts.update(*who, optional(username, username_size), optional(email, email_size)));
}

PLACECARD_EXPORT uint32_t placecard_create_recovery_code(placecard_core* core, uint32_t session) {
  const placecard::Session* who = session_of(core, session);
  if (who == nullptr) return not_logged_in(core);
  auto code = core->accounts.create_recovery_code(*who);
  if (!code) return refuse(core, code.failure());
  // Nothing to escape, and no copy that a growing text would leave behind.
  std::string text;
  text.reserve(code->size() + 2);
  text.append("\"").append(*code).append("\"");
  placecard::wipe(*code);
  return reply(core, std::move(text));
}

PLACECARD_EXPORT uint32_t placecard_data_get(placecard_core* core, uint32_t session, const char* key, size_t key_size) {
  const placecard::Session* who = session_of(core, session);
  if (who == nullptr) return not_logged_in(core);
  const auto value = data_of(core, *who).get(view(key, key_size));
  if (!value) return refuse(core, value.failure());
  std::string text;
  text.reserve(*value ? (*value)->size() + 2 : 2);  // growing would leave a copy behind
  text += '[';
  if (*value) text += placecard::view_of(**value);
  text += ']';
  return reply(core, std::move(text));
}

PLACECARD_EXPORT uint32_t placecard_data_list(placecard_core* core, uint32_t session) {
  const placecard::Session* who = session_of(core, session);
  if (who == nullptr) return not_logged_in(core);
  return answer(core, data_of(core, *who).list());
}

PLACECARD_EXPORT uint32_t placecard_data_set(placecard_core* core, uint32_t session, const char* key, size_t key_size,
                                             const char* value, size_t value_size) {
  const placecard::Session* who = session_of(core, session);
  if (who == nullptr) return not_logged_in(core);
  return answer(core, data_of(core, *who).set(view(key, key_size), view(value, value_size)));
}

PLACECARD_EXPORT uint32_t placecard_data_delete(placecard_core* core, uint32_t session, const char* key,
                                                size_t key_size) {
  const placecard::Session* who = session_of(core, session);
  if (who == nullptr) return not_logged_in(core);
  const auto removed = data_of(core, *who).remove(view(key, key_size));
  if (!removed) return refuse(core, removed.failure());
  return reply(core, *removed ? "1" : "0");
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
