#include "replies.h"

#include <array>

#include "json.h"

namespace placecard {

namespace {

void write(JsonWriter& json, const User& user) {
  json.begin_array().value(user.id).value(user.username).value(user.email).value(user.password_hash);
  json.value(user.joined_at).value(user.active).end_array();
}

void write(JsonWriter& json, const std::vector<User>& users) {
  json.begin_array();
  for (const User& user : users) write(json, user);
  json.end_array();
}

void write(JsonWriter& json, const std::vector<std::string>& texts) {
  json.begin_array();
  for (const std::string& text : texts) json.value(std::string_view(text));
  json.end_array();
}

void write(JsonWriter& json, const Problems& problems) {
  json.begin_array();
  for (const Problem& problem : problems) {
    json.begin_array().value(code_of(problem.error)).value(name_of(problem.field)).end_array();
  }
  json.end_array();
}

void write(JsonWriter& json, const std::vector<ListedSession>& sessions) {
  json.begin_array();
  for (const ListedSession& each : sessions) {
    json.begin_array();
    json.hex(each.label.id);
    json.hex(each.label.uid);
    json.value(each.label.remembered).value(each.locked).value(each.current);
    write(json, each.user);
    json.end_array();
  }
  json.end_array();
}

void write_account(JsonWriter& json, const Op& op) {
  json.key("username").value(op.user.username).key("email").value(op.user.email);
  json.key("passwordHash").value(op.user.password_hash).key("joinedAt").value(op.user.joined_at);
  json.key("active").value(op.user.active).key("credentialVersion");
  json.value(static_cast<std::int64_t>(op.credential_version)).key("slots").begin_array();
  for (const KeySlot& slot : op.slots) {
    json.begin_object().key("kind").value(static_cast<std::int64_t>(slot.kind)).key("slotId").hex(slot.slot_id);
    json.key("credentialVersion").value(static_cast<std::int64_t>(slot.credential_version));
    json.key("passes").value(static_cast<std::int64_t>(slot.cost.passes));
    json.key("memory").value(static_cast<std::int64_t>(slot.cost.memory));
    json.key("salt").base64(slot.salt).key("logInKey").base64(slot.log_in_key).end_object();
  }
  json.end_array();
}

void write(JsonWriter& json, const Op& op) {
  constexpr std::array<std::string_view, 4> kKinds = {"", "account", "deletion", "data"};
  json.begin_object().key("opId").hex(op.op_id).key("uid").hex(op.uid);
  json.key("kind").value(kKinds[static_cast<std::size_t>(op.kind)]).key("rev");
  json.value(static_cast<std::int64_t>(op.rev)).key("parents").begin_array();
  for (const OpId& each : op.parents) json.hex(each);
  json.end_array().key("identityKey").base64(op.identity_key);
  if (op.kind == OpKind::account) write_account(json, op);
  if (op.kind == OpKind::data) json.key("name").hex(op.name).key("deleted").value(op.deleted);
  json.end_object();
}

template <class T>
std::string written(const T& value) {
  JsonWriter json;
  write(json, value);
  return json.take();
}

}  // namespace

std::string reply_of(const User& user) { return written(user); }
std::string reply_of(const std::optional<User>& user) { return user ? written(*user) : "null"; }
std::string reply_of(const std::vector<User>& users) { return written(users); }
std::string reply_of(std::int64_t number) { return std::to_string(number); }
std::string reply_of(std::string_view text) { return JsonWriter().value(text).take(); }
std::string reply_of(const std::vector<std::string>& texts) { return written(texts); }
std::string reply_of(const Problems& problems) { return written(problems); }
std::string reply_of(const Op& op) { return written(op); }

std::string reply_of(const Page& page, const PagerWidths& widths) {
  JsonWriter json;
  json.begin_object();
  json.key("page").value(page.bounds.page).key("per_page").value(page.bounds.per_page);
  json.key("max_per_page").value(page.bounds.max_per_page).key("total").value(page.total);
  json.key("pages").value(page.pages()).key("first").value(page.first()).key("last").value(page.last());
  json.key("has_prev").value(page.has_prev()).key("prev_num").value(page.prev_num());
  json.key("has_next").value(page.has_next()).key("next_num").value(page.next_num());
  json.key("iter_pages").begin_array();
  for (const auto& number : iter_pages(page.bounds.page, page.pages(), widths)) json.value(number);
  json.end_array().key("items");
  write(json, page.items);
  json.end_object();
  return json.take();
}

std::string reply_of(const Resumed& resumed, std::int64_t session) {
  JsonWriter json;
  json.begin_object().key("session").value(session).key("user");
  write(json, resumed.user);
  json.key("fresh").value(resumed.fresh).key("remembered").value(resumed.remembered);
  json.key("protected").value(resumed.elsewhere).key("expiresAtMs").value(resumed.expires_ms);
  json.key("due").value(resumed.due).end_object();
  return json.take();
}

std::string reply_of(const std::vector<ListedSession>& sessions) { return written(sessions); }

std::string reply_of(const Failure& failure) {
  JsonWriter json;
  json.begin_object().key("problems");
  write(json, failure.problems);
  json.key("retryAfterMs").value(failure.retry_after_ms).key("row").value(failure.row).end_object();
  return json.take();
}

std::string base64_reply(std::span<const std::uint8_t> bytes) {
  JsonWriter json;
  return json.base64(bytes).take();
}

}  // namespace placecard
