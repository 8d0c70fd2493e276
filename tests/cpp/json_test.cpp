#include "json.h"

#include <limits>
#include <string>

#include "exact.h"
#include "replies.h"
#include "test.h"

using namespace std::string_literals;
using namespace std::string_view_literals;
using placecard::Error;
using placecard::Exact;
using placecard::Failure;
using placecard::Field;
using placecard::JsonWriter;
using placecard::reply_of;
using placecard::User;

namespace {

struct Text {
  std::string raw;
  std::string written;
};

struct Number {
  std::int64_t number;
  const char* written;
};

}  // namespace

TEST_CASE("text is escaped as JSON asks and no more", "[json]") {
  const auto [raw, written] =
      GENERATE(values<Text>({{"", R"("")"},
                             {"ada", R"("ada")"},
                             {R"(o'brien"; --)", R"("o'brien\"; --")"},
                             {R"(a\b)", R"("a\\b")"},
                             {"</script>", R"("</script>")"},
                             {"\0"s, R"("\u0000")"},
                             {"\b\t\n\f\r", R"("\u0008\u0009\u000a\u000c\u000d")"},
                             {"\x1F\x20\x7F", "\"\\u001f \x7F\""},
                             {"caf\xC3\xA9 \xF0\x9F\x8D\xBD", "\"caf\xC3\xA9 \xF0\x9F\x8D\xBD\""},
                             {"\xE2\x80\xA8", "\"\xE2\x80\xA8\""},
                             {"\xFF", "\"\xFF\""}}));
  CHECK(JsonWriter().value(Exact(raw)).take() == written);
}

TEST_CASE("every control character is escaped", "[json]") {
  for (int byte = 0; byte < 0x20; ++byte) {
    const char each = static_cast<char>(byte);
    const std::string written = JsonWriter().value(std::string_view(&each, 1)).take();
    CHECK(written.size() == 8);
    CHECK(written.substr(0, 5) == "\"\\u00");
  }
}

// ECMA-262 Number.MAX_SAFE_INTEGER.
TEST_CASE("a number JavaScript cannot hold is written as text", "[json]") {
  const auto [number, written] =
      GENERATE(values<Number>({{0, "0"},
                               {-1, "-1"},
                               {9007199254740991, "9007199254740991"},
                               {9007199254740992, "\"9007199254740992\""},
                               {-9007199254740991, "-9007199254740991"},
                               {-9007199254740992, "\"-9007199254740992\""},
                               {std::numeric_limits<std::int64_t>::max(), "\"9223372036854775807\""},
                               {std::numeric_limits<std::int64_t>::min(), "\"-9223372036854775808\""}}));
  CHECK(JsonWriter().value(number).take() == written);
}

TEST_CASE("commas stand between values and nowhere else", "[json]") {
  JsonWriter json;
  json.begin_array().begin_object().end_object().begin_array().end_array();
  json.begin_object().key("a").value(std::int64_t{1}).key("b\"").begin_array().null().value(true).end_array();
  json.key("c").begin_object().key("d").value(false).end_object().end_object().value("x"sv).end_array();
  CHECK(json.take() == R"([{},[],{"a":1,"b\"":[null,true],"c":{"d":false}},"x"])");
}

TEST_CASE("what is absent is null, what is empty is empty", "[json]") {
  JsonWriter json;
  json.begin_array().value(std::optional<std::string>()).value(std::optional<std::string>(""));
  json.value(std::optional<std::int64_t>()).value(std::optional<std::int64_t>(0)).end_array();
  CHECK(json.take() == R"([null,"",null,0])");
}

TEST_CASE("a user is a row of six", "[json]") {
  User ada{1, "ada", std::nullopt, "$x", "2026-11-22 08:40:39.855342"};
  CHECK(reply_of(ada) == R"([1,"ada",null,"$x","2026-11-22 08:40:39.855342",true])");
  ada.active = false;
  CHECK(reply_of(std::optional(ada)) == R"([1,"ada",null,"$x","2026-11-22 08:40:39.855342",false])");
  CHECK(reply_of(std::optional<User>()) == "null");
  CHECK(reply_of(std::vector<User>{}) == "[]");
  CHECK(reply_of(std::vector<User>{User{}, User{2, {}, {}, {}, {}}}) ==
        "[[0,null,null,null,null,true],[2,null,null,null,null,true]]");
}

TEST_CASE("a refusal names every problem, how long to wait and which row", "[json]") {
  Failure failure({{Error::username_taken, Field::username}, {Error::multiple_found, Field::none}});
  failure.retry_after_ms = 1500;
  failure.row = 3;
  CHECK(reply_of(failure) ==
        R"({"problems":[["username-taken","username"],["multiple-found",""]],"retryAfterMs":1500,"row":3})");
  CHECK(reply_of(Failure(Error::not_found)) == R"({"problems":[["not-found",""]],"retryAfterMs":0,"row":-1})");
}

TEST_CASE("a page is written with everything a pager shows", "[json]") {
  placecard::Page page{{2, 1, std::nullopt}, 3, {User{5, {}, {}, {}, {}}}};
  CHECK(reply_of(page, {}) == R"({"page":2,"per_page":1,"max_per_page":null,"total":3,"pages":3,"first":2,"last":2,)"
                              R"("has_prev":true,"prev_num":1,"has_next":true,"next_num":3,"iter_pages":[1,2,3],)"
                              R"("items":[[5,null,null,null,null,true]]})");
}
