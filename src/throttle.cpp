#include "throttle.h"

#include <algorithm>

#include "credentials/sealing.h"

namespace placecard {

namespace {

constexpr std::int64_t kFreeFailures = 3;
constexpr std::int64_t kFirstDelayMs = 1000;
constexpr std::int64_t kMaxDelayMs = 15 * 60 * std::int64_t{1000};
constexpr std::int64_t kForgetAfterMs = 24 * 60 * 60 * std::int64_t{1000};

}  // namespace

Bytes Throttle::name_of(std::optional<std::int64_t> user_id, std::string_view login_key) {
  Encoder name("placecard guess 1");
  if (user_id) {
    name.add(static_cast<std::uint64_t>(*user_id));
  } else {
    name.add(digest(bytes_of(login_key)));  // no copy: a password typed into the wrong field ends up here
  }
  const auto hash = digest(name.bytes());
  return {hash.begin(), hash.begin() + 16};
}

std::int64_t Throttle::delay_ms(std::int64_t failures) {
  if (failures < kFreeFailures) return 0;
  const std::int64_t doublings = std::min<std::int64_t>(failures - kFreeFailures, 20);
  return std::min(kFirstDelayMs << doublings, kMaxDelayMs);
}

Status Throttle::check(const Bytes& name) {
  const Result<Failures> failures = table_.failures(name);
  if (!failures) return failures.failure();
  const std::int64_t delay = delay_ms(failures->count);
  const std::int64_t now_ms = host_.now_us() / 1000;
  // A failure in the future means that the clock was set back, or the count edited: neither may lock anybody out.
  if (failures->last_ms > now_ms || failures->last_ms <= now_ms - delay) return Done{};
  Failure failure(Error::too_many_attempts);
  failure.retry_after_ms = failures->last_ms + delay - now_ms;
  return failure;
}

Status Throttle::count_failure(const Bytes& name) {
  Result<Failures> failures = table_.failures(name);
  if (!failures) return failures.failure();
  const std::int64_t now_ms = host_.now_us() / 1000;
  Status forgotten = table_.forget_failures_before(now_ms - kForgetAfterMs);
  if (!forgotten) return forgotten;
  // Edited counts are read as far as they make sense.
  failures->count = std::clamp<std::int64_t>(failures->count, 0, 1000) + 1;
  failures->last_ms = now_ms;
  return table_.put_failures(name, *failures);
}

}  // namespace placecard
