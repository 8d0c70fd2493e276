// The input is a series of calls of abi.h, in any order its header allows: never a crash, every reply is JSON, and what
// the caller stored is what undo goes back to.
#include <fuzzer/FuzzedDataProvider.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "abi.h"
#include "damaged_file.h"
#include "image_bytes.h"
#include "long_inputs.h"

namespace {

using placecard::Bytes;
using placecard::promise;

constexpr std::size_t kMaxImageSize = 512 * 1024;

// Texts that mean something to the core come up as often as any others.
std::optional<std::string> any_text(FuzzedDataProvider& input) {
  static const std::array<std::string, 14> kKnown = {"ada",
                                                     "ADA",
                                                     "bob",
                                                     "o'brien\"; --",
                                                     "ada@example.com",
                                                     "ada@EXAMPLE.com",
                                                     "correct horse",
                                                     "",
                                                     "username",
                                                     "email",
                                                     "joined_at",
                                                     "id",
                                                     "2020-01-02 03:04:05",
                                                     "caf\xC3\xA9"};
  switch (input.ConsumeIntegralInRange<int>(0, 4)) {
    case 0:
      return std::nullopt;
    case 1:
      return input.ConsumeRandomLengthString(200);
    case 2:
      return input.PickValueInArray({std::string(64, 'x'), std::string(121, 'y'), std::string(1025, 'z')});
    default:
      return kKnown[input.ConsumeIntegralInRange<std::size_t>(0, kKnown.size() - 1)];
  }
}

// An argument as JavaScript passes it: in memory of exactly its size, from placecard_alloc. Null when absent.
class Argument {
 public:
  explicit Argument(const std::optional<std::string>& text) : size_(text ? text->size() : 0) {
    if (!text) return;
    data_ = static_cast<char*>(placecard_alloc(size_));
    std::copy(text->begin(), text->end(), data_);
  }
  ~Argument() { placecard_free(data_, size_); }
  Argument(const Argument&) = delete;
  Argument& operator=(const Argument&) = delete;

  [[nodiscard]] const char* data() const { return data_; }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  char* data_ = nullptr;
  std::size_t size_;
};

// Where an argument may not be null.
Argument required(FuzzedDataProvider& input) { return Argument(any_text(input).value_or("")); }

// Brackets pair, texts end, and no control character stands bare: what a mistake in the writer would break.
bool looks_like_json(std::string_view text) {
  std::string open;
  bool in_text = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char each = text[at];
    if (static_cast<unsigned char>(each) < 0x20) return false;
    if (in_text) {
      if (each == '\\') ++at;
      if (each == '"') in_text = false;
    } else if (each == '"') {
      in_text = true;
    } else if (each == '[' || each == '{') {
      open += each;
    } else if (each == ']' || each == '}') {
      if (open.empty() || open.back() != (each == ']' ? '[' : '{')) return false;
      open.pop_back();
    }
  }
  return !text.empty() && !in_text && open.empty();
}

class Caller {
 public:
  explicit Caller(FuzzedDataProvider& input)
      : input_(input), core_(placecard_new(input.ConsumeIntegralInRange<std::uint32_t>(0, 20), 2, 19456 * 1024)) {}
  ~Caller() { placecard_delete(core_); }
  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;

  void run() {
    if (input_.ConsumeBool()) {
      const Bytes file = placecard::damaged_file(input_);
      write(0, file);
      if (placecard_open(core_, 1) != 0) return;
      stored_ = file;
    } else {
      answered(placecard_open(core_, 0));
    }
    if (placecard_is_dirty(core_) != 0) store();
    for (int calls = 0; calls < 100 && input_.remaining_bytes() > 0 && !ended_; ++calls) call();
  }

 private:
  void call() {
    switch (input_.ConsumeIntegralInRange<int>(0, 24)) {
      case 0:
        placecard_query_begin(core_);
        break;
      case 1: {
        const Argument column = required(input_);
        const Argument value(any_text(input_));
        built(placecard_query_filter(core_, column.data(), column.size(), value.data(), value.size()));
        break;
      }
      case 2: {
        const Argument column = required(input_);
        built(placecard_query_order(core_, column.data(), column.size(), input_.ConsumeIntegral<std::uint32_t>()));
        break;
      }
      case 3:
        answered(placecard_query_all(core_));
        break;
      case 4:
        answered(placecard_query_first(core_));
        break;
      case 5:
        answered(placecard_query_one(core_));
        answered(placecard_query_one_or_none(core_));
        break;
      case 6:
        answered(placecard_query_count(core_));
        break;
      case 7:
        answered(placecard_query_paginate(core_, number(), number(), number(), input_.ConsumeIntegral<std::uint32_t>(),
                                          number(), number(), number(), number()));
        break;
      case 8:
      case 9: {
        const Argument username = required(input_);
        const Argument email = required(input_);
        const Argument password = required(input_);
        const auto ask = input_.ConsumeBool() ? placecard_check : placecard_prepare_sign_up;
        const auto error =
            ask(core_, username.data(), username.size(), email.data(), email.size(), password.data(), password.size());
        answered(error);
        if (ask == placecard_prepare_sign_up && error == 0) finish_prepared();
        break;
      }
      case 10:
        import_rows();
        break;
      case 11:
        import_file();
        break;
      case 12:
        store();
        break;
      case 13:
        placecard_undo(core_);
        promise(image() == stored_ && placecard_is_dirty(core_) == 0);
        break;
      case 14:
        apply_another_tab();
        break;
      case 15: {
        // One Argon2id each time, so not often.
        if (++log_ins_ > 2) break;
        const Argument login = required(input_);
        const Argument password = required(input_);
        const auto error =
            placecard_prepare_log_in(core_, login.data(), login.size(), password.data(), password.size());
        answered(error);
        if (error == 0) finish_prepared();
        break;
      }
      case 16: {
        const Argument login = required(input_);
        const Argument code = required(input_);
        const Argument next = required(input_);
        const auto error = placecard_prepare_recover(core_, login.data(), login.size(), code.data(), code.size(),
                                                     next.data(), next.size());
        answered(error);
        if (error == 0) finish_prepared();
        break;
      }
      case 17: {
        const Argument key = required(input_);
        const Argument value(std::string("[1,\"two\"]"));
        answered(placecard_data_set(core_, session_, key.data(), key.size(), value.data(), value.size()));
        answered(placecard_data_get(core_, session_, key.data(), key.size()));
        answered(placecard_data_list(core_, session_));
        if (input_.ConsumeBool()) answered(placecard_data_delete(core_, session_, key.data(), key.size()));
        break;
      }
      case 18: {
        const Argument username(any_text(input_));
        const Argument email(any_text(input_));
        answered(placecard_update(core_, session_, username.data(), username.size(), email.data(), email.size()));
        answered(placecard_current_user(core_, session_));
        break;
      }
      case 19:
        answered(placecard_create_recovery_code(core_, session_));
        break;
      case 20:
        placecard_log_out(core_, input_.ConsumeBool() ? session_ : input_.ConsumeIntegral<std::uint32_t>());
        placecard_abandon(core_, input_.ConsumeIntegral<std::uint32_t>());
        break;
      case 21:
        kept_session();
        break;
      case 22:
        listed_sessions();
        break;
      case 23: {
        answered(placecard_set_active(core_, session_, input_.ConsumeBool() ? 1 : 0));
        if (++log_ins_ > 2) break;
        const Argument password = required(input_);
        const auto error = placecard_prepare_confirm(core_, session_, password.data(), password.size());
        answered(error);
        if (error == 0) finish_prepared();
        break;
      }
      default:
        answered(placecard_error_table(core_));
    }
  }

  // The reply is the number of what was prepared.
  void finish_prepared() {
    const auto prepared = static_cast<std::uint32_t>(std::stoul(std::string(reply())));
    answered(placecard_apply(core_, prepared, input_.ConsumeIntegralInRange<std::uint32_t>(0, 3),
                             input_.ConsumeBool() ? 1 : 0, input_.ConsumeBool() ? -1 : any_double()));
    if (input_.ConsumeBool()) {
      const Argument keys = any_keys();
      answered(placecard_session_keep(core_, prepared, bytes_at(keys), keys.size(),
                                      input_.ConsumeIntegralInRange<std::uint32_t>(0, 7), any_double(), any_double()));
    }
    if (input_.ConsumeBool()) {
      session_ = placecard_settle(core_, prepared);
    } else {
      placecard_abandon(core_, prepared);
    }
  }

  void kept_session() {
    const Argument keys = any_keys();
    const std::uint32_t error = placecard_session_resume(core_, bytes_at(keys), keys.size(),
                                                         input_.ConsumeIntegralInRange<std::uint32_t>(0, 3));
    answered(error);
    // {"session":12,...
    if (error == 0) session_ = static_cast<std::uint32_t>(std::stoul(std::string(reply().substr(11))));
    answered(placecard_session_renew(core_, session_, bytes_at(keys), keys.size(),
                                     input_.ConsumeIntegralInRange<std::uint32_t>(0, 3)));
  }

  void listed_sessions() {
    const std::size_t size = input_.ConsumeBool() ? 16 : input_.ConsumeIntegralInRange<std::size_t>(0, 20);
    const Argument id(std::string(size, static_cast<char>(input_.ConsumeIntegralInRange<int>(0, 3))));
    if (input_.ConsumeBool()) answered(placecard_session_switch(core_, bytes_at(id), id.size()));
    answered(placecard_session_list(core_));
    answered(placecard_session_log_outs(core_));
    if (input_.ConsumeBool()) answered(placecard_session_count_log_out(core_));
    if (input_.ConsumeBool()) {
      answered(
          placecard_session_end(core_, bytes_at(id), id.size(), input_.ConsumeIntegralInRange<std::uint32_t>(0, 3)));
    }
  }

  // Few different ones, so that a row that is kept is found again.
  Argument any_keys() {
    std::string keys;
    for (const std::size_t size : {16, 32, 32, 32}) {
      keys.append(size, static_cast<char>(input_.ConsumeIntegralInRange<int>(0, 3)));
    }
    if (input_.ConsumeIntegralInRange<int>(0, 7) == 0) keys.resize(input_.ConsumeIntegralInRange<std::size_t>(0, 120));
    return Argument(keys);
  }

  static const std::uint8_t* bytes_at(const Argument& argument) {
    return reinterpret_cast<const std::uint8_t*>(argument.data());
  }

  double any_double() {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    switch (input_.ConsumeIntegralInRange<int>(0, 3)) {
      case 0:
        return input_.PickValueInArray({std::numeric_limits<double>::quiet_NaN(), kInfinity, -kInfinity, 1e300, -1e300,
                                        0.5, 9007199254740992.0, 9007199254740994.0, 9.3e18});
      case 1:
        return input_.ConsumeFloatingPoint<double>();
      default:
        return static_cast<double>(number());
    }
  }

  void import_rows() {
    placecard_rows_begin(core_);
    const auto rows = input_.ConsumeIntegralInRange<int>(0, 4);
    for (int row = 0; row < rows; ++row) {
      const Argument username(any_text(input_));
      const Argument email(any_text(input_));
      const Argument hash(any_text(input_));
      const Argument joined_at(any_text(input_));
      placecard_rows_add(core_, any_double(), username.data(), username.size(), email.data(), email.size(), hash.data(),
                         hash.size(), joined_at.data(), joined_at.size());
    }
    const bool was_dirty = placecard_is_dirty(core_) != 0;
    const Bytes before = image();
    if (answered(placecard_rows_apply(core_)) != 0 && !was_dirty) promise(image() == before);
  }

  void import_file() {
    const Bytes file = placecard::damaged_file(input_);
    placecard_import_begin(core_);
    const std::size_t half = file.size() / 2;
    placecard_import_append(core_, file.data(), half);
    placecard_import_append(core_, file.data() + half, file.size() - half);
    if (input_.ConsumeIntegralInRange<int>(0, 7) == 0) {
      placecard_import_cancel(core_);
      return;
    }
    const Bytes before = image();
    if (placecard_import_apply(core_) != 0) {
      promise(image() == before);
    }
    promise(looks_like_json(reply()));
  }

  // Stores as the protocol says, and keeps what a disk would hold.
  void store() {
    const std::uint32_t* changes = placecard_changes(core_);
    const std::size_t count = placecard_changes_count(core_);
    promise(count == 0 || placecard_is_dirty(core_) != 0);
    const Bytes now = image();
    stored_.resize(now.size());
    std::size_t end = 0;
    for (std::size_t index = 0; index < count; ++index) {
      const std::size_t at = changes[2 * index];
      const std::size_t size = changes[2 * index + 1];
      promise(at >= end && size > 0 && at + size <= now.size());
      promise(at / placecard::Image::kPageSize == (at + size - 1) / placecard::Image::kPageSize);
      end = at + size;
      std::copy_n(now.begin() + static_cast<std::ptrdiff_t>(at), size,
                  stored_.begin() + static_cast<std::ptrdiff_t>(at));
    }
    promise(stored_ == now);
    placecard_acknowledge(core_);
    promise(placecard_is_dirty(core_) == 0);
  }

  void write(std::size_t offset, const Bytes& bytes) {
    placecard_image_edit(core_, offset, bytes.size());
    for (std::size_t done = 0; done < bytes.size();) {
      const std::size_t run = std::min(placecard_image_run(core_, offset + done), bytes.size() - done);
      std::memcpy(placecard_image_at(core_, offset + done), bytes.data() + done, run);
      done += run;
    }
  }

  // Another tab's commit, or somebody's edit of the storage.
  void apply_another_tab() {
    placecard_undo(core_);
    const auto offset = input_.ConsumeIntegralInRange<std::size_t>(0, kMaxImageSize);
    const Bytes bytes = input_.ConsumeBytes<std::uint8_t>(input_.ConsumeIntegralInRange<std::size_t>(0, 64));
    write(offset, bytes);
    if (input_.ConsumeBool()) {
      placecard_image_resize(core_, input_.ConsumeIntegralInRange<std::size_t>(0, kMaxImageSize));
    }
    store();
    // Refused like a file is, and then nothing but another refresh may be called: the story ends.
    if (answered(placecard_refresh(core_, 1)) != 0) ended_ = true;
  }

  std::int32_t number() {
    if (input_.ConsumeBool()) return input_.ConsumeIntegralInRange<std::int32_t>(-1, 30);
    return input_.ConsumeIntegral<std::int32_t>();
  }

  Bytes image() {
    Bytes bytes;
    const std::size_t size = placecard_image_size(core_);
    while (bytes.size() < size) {
      const std::size_t run = placecard_image_run(core_, bytes.size());
      const std::uint8_t* from = placecard_image_at(core_, bytes.size());
      promise(run > 0);
      bytes.insert(bytes.end(), from, from + run);
    }
    return bytes;
  }

  std::string_view reply() const { return {placecard_reply(core_), placecard_reply_size(core_)}; }

  // Calls that only build something have no reply unless they refuse.
  void built(std::uint32_t error) const {
    if (error != 0) answered(error);
  }

  std::uint32_t answered(std::uint32_t error) const {
    promise(looks_like_json(reply()));
    promise((error != 0) == (reply().substr(0, 13) == "{\"problems\":["));
    return error;
  }

  FuzzedDataProvider& input_;
  placecard_core* core_;
  Bytes stored_;
  std::uint32_t session_ = 0;
  int log_ins_ = 0;
  bool ended_ = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzedDataProvider input(data, size);
  Caller(input).run();
  return 0;
}
