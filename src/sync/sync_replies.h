// How what sync answers looks when it crosses the boundary: bytes as base64, ids and names of values as hex.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sync/op.h"
#include "sync/sync.h"

namespace placecard {

// {"opId","uid","kind","rev","parents":[...],"identityKey"} and what the kind says.
std::string reply_of(const Op& op);
// [[op id, op, value or null]...]
std::string reply_of(const std::vector<Outgoing>& batch);
// [[uid, token or null, cursor or null]...]
std::string reply_of(const std::vector<Remote>& remotes);
// {"waiting":n,"epoch":"","accounts":[{"uid","user":[...],"state","code","fields":[...]}...]}
std::string reply_of(const std::vector<SyncState>& states, std::int64_t waiting, std::string_view epoch);
std::string base64_reply(std::span<const std::uint8_t> bytes);

}  // namespace placecard
