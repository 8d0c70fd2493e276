// How answers look when they cross the boundary: one function a shape, all of them JSON.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "json.h"
#include "pagination.h"
#include "result.h"
#include "sessions.h"
#include "user.h"

namespace placecard {

// [id, username, email, password_hash, joined_at, active]
void write(JsonWriter& json, const User& user);
std::string reply_of(const User& user);
std::string reply_of(const std::optional<User>& user);  // or null
std::string reply_of(const std::vector<User>& users);
std::string reply_of(std::int64_t number);
std::string reply_of(std::string_view text);
std::string reply_of(const std::vector<std::string>& texts);
// {"page","per_page","max_per_page","total","pages","first","last","has_prev","prev_num","has_next","next_num",
//  "iter_pages":[1,2,null,7],"items":[...]}
std::string reply_of(const Page& page, const PagerWidths& widths);
// {"session","user","fresh","remembered","protected","expiresAtMs","due"}
std::string reply_of(const Resumed& resumed, std::int64_t session);
// [["<id>","<uid>",remembered,locked,current,user], ...]
std::string reply_of(const std::vector<ListedSession>& sessions);
// [["username-taken","username"], ...]
std::string reply_of(const Problems& problems);
// {"problems":[...],"retryAfterMs":0,"row":-1}
std::string reply_of(const Failure& failure);

}  // namespace placecard
