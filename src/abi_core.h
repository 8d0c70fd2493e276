// Everything there is, wired together: the one place that knows all the parts. And how each export answers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "abi.h"
#include "accounts.h"
#include "replies.h"
#include "secret.h"
#include "sessions.h"
#include "store/store.h"
#include "sync/settling.h"
#include "sync/sync.h"

#ifdef __wasm__
#include "host_wasm.h"
#define PLACECARD_EXPORT __attribute__((used, visibility("default")))
using EmbeddingHost = placecard::WasmHost;
#else
#include "host_native.h"
#define PLACECARD_EXPORT
using EmbeddingHost = placecard::NativeHost;
#endif

struct placecard_core {
  placecard_core(placecard::PasswordPolicy policy, placecard::KdfCost cost) : accounts(store, host, policy, cost) {}
  ~placecard_core() { placecard::wipe(reply); }

  EmbeddingHost host;
  placecard::Store store{host};
  placecard::Accounts accounts;
  placecard::Sessions kept{store, host, accounts};
  placecard::Sync sync{store, host};
  placecard::Settling settling{store, host, accounts};

  // Being put together by several calls.
  placecard::Query query;
  std::vector<placecard::User> rows;
  std::unique_ptr<placecard::Image> staged;

  // By number. What is prepared, and the session it will begin once it has been applied and stored.
  struct Prepared {
    std::variant<placecard::SignUp, placecard::LogIn, placecard::PasswordChange, placecard::Confirmation,
                 placecard::Deletion, placecard::RemoteLogIn, placecard::Renewal>
        operation;
    std::uint32_t for_session = 0;
    std::optional<placecard::Session> begins;
  };
  std::map<std::uint32_t, Prepared> prepared;
  std::map<std::uint32_t, placecard::Session> sessions;
  std::uint32_t last_number = 0;

  // Lent to the caller until the next call.
  std::vector<placecard::Image::Run> changes;
  std::string reply;
};

namespace placecard::abi {

inline std::string_view view(const char* text, std::size_t size) { return {text, size}; }

inline std::optional<std::string> optional(const char* text, std::size_t size) {
  return text == nullptr ? std::nullopt : std::optional<std::string>(std::in_place, text, size);
}

inline std::optional<std::span<const std::uint8_t>> optional_bytes(const std::uint8_t* bytes, std::size_t size) {
  return bytes == nullptr ? std::nullopt : std::optional(std::span(bytes, size));
}

// Numbers cross as doubles where 32 bits are too few. Nothing when it is negative, NaN, or no whole number JavaScript
// can tell from the next.
inline std::optional<std::int64_t> whole_number(double number) {
  constexpr double kMax = 9007199254740992;  // 2^53
  if (!(number >= 0 && number <= kMax)) return std::nullopt;
  const auto whole = static_cast<std::int64_t>(number);
  return static_cast<double>(whole) == number ? std::optional(whole) : std::nullopt;
}

// Every reply goes through here: the one before may have held somebody's data, and the stack somebody's keys.
inline std::uint32_t reply(placecard_core* core, std::string text) {
  wipe_stack();
  wipe(core->reply);
  core->reply = std::move(text);
  return 0;
}

inline std::uint32_t refuse(placecard_core* core, const Failure& failure) {
  reply(core, reply_of(failure));
  return static_cast<std::uint32_t>(failure.error());
}

template <class T>
std::uint32_t answer(placecard_core* core, const Result<T>& result) {
  return result ? reply(core, reply_of(*result)) : refuse(core, result.failure());
}

inline std::uint32_t answer(placecard_core* core, const Status& status) {
  return status ? reply(core, "null") : refuse(core, status.failure());
}

// Keeps what was prepared under a number, which is the reply.
template <class T>
std::uint32_t keep(placecard_core* core, Result<T> operation, std::uint32_t for_session = 0) {
  if (!operation) return refuse(core, operation.failure());
  const std::uint32_t number = ++core->last_number;
  core->prepared.emplace(number, placecard_core::Prepared{std::move(*operation), for_session, std::nullopt});
  return reply(core, reply_of(std::int64_t{number}));
}

inline const Session* session_of(placecard_core* core, std::uint32_t number) {
  const auto found = core->sessions.find(number);
  return found == core->sessions.end() ? nullptr : &found->second;
}

inline std::uint32_t not_logged_in(placecard_core* core) { return refuse(core, Error::not_logged_in); }

}  // namespace placecard::abi
