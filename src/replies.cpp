#include "replies.h"

#include "json.h"

namespace placecard {

void write(JsonWriter& json, const User& user) {
  json.begin_array().value(user.id).value(user.username).value(user.email).value(user.password_hash);
  json.value(user.joined_at).value(user.active).end_array();
}

namespace {

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

}  // namespace placecard
