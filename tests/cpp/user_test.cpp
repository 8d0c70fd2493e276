#include "user.h"

#include "test.h"

using placecard::AnonymousUser;
using placecard::User;

TEST_CASE("a user answers as Flask-Login's UserMixin does", "[user]") {
  const User ada{7, "ada", "ada@example.com", std::nullopt, std::nullopt};
  CHECK(ada.is_active());
  CHECK(ada.is_authenticated());
  CHECK_FALSE(ada.is_anonymous());
  CHECK(ada.get_id() == "7");
}

TEST_CASE("an inactive user is not authenticated", "[user]") {
  User ada{7, "ada", {}, {}, {}};
  ada.active = false;
  CHECK_FALSE(ada.is_active());
  CHECK_FALSE(ada.is_authenticated());
  CHECK_FALSE(ada.is_anonymous());
}

TEST_CASE("get_id is decimal text of every id there can be", "[user]") {
  CHECK(User{}.get_id() == "0");
  CHECK(User{9223372036854775807, {}, {}, {}, {}}.get_id() == "9223372036854775807");
  CHECK(User{-1, {}, {}, {}, {}}.get_id() == "-1");
}

TEST_CASE("users are equal when their ids are, whatever else differs", "[user]") {
  const User ada{7, "ada", {}, {}, {}};
  User renamed = ada;
  renamed.username = "countess";
  renamed.active = false;
  CHECK(ada == renamed);
  CHECK(ada != User{8, "ada", {}, {}, {}});
}

TEST_CASE("an anonymous user answers no, no, yes and nothing", "[user]") {
  const AnonymousUser nobody;
  CHECK_FALSE(nobody.is_active());
  CHECK_FALSE(nobody.is_authenticated());
  CHECK(nobody.is_anonymous());
  CHECK_FALSE(nobody.get_id());
}
