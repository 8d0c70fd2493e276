#include "abi.h"

#include <cstdlib>
#include <memory>

#include "abi_core.h"
#include "credentials/sealing.h"
#include "json.h"

using placecard::abi::reply;

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

}  // extern "C"
