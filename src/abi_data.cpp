// abi.h, private data.
#include <string>
#include <utility>

#include "abi_core.h"
#include "private_data.h"

using placecard::abi::answer;
using placecard::abi::not_logged_in;
using placecard::abi::refuse;
using placecard::abi::reply;
using placecard::abi::session_of;
using placecard::abi::view;

namespace {

placecard::PrivateData data_of(placecard_core* core, const placecard::Session& session) {
  return {core->store, core->accounts, session, core->host};
}

}  // namespace

extern "C" {

PLACECARD_EXPORT uint32_t placecard_data_get(placecard_core* core, uint32_t session, const char* key, size_t key_size) {
  const placecard::Session* who = session_of(core, session);
  if (who == nullptr) return not_logged_in(core);
  const auto value = data_of(core, *who).get(view(key, key_size));
  if (!value) return refuse(core, value.failure());
  std::string text;
  text.reserve(*value ? (*value)->size() + 2 : 2);  // growing would leave a copy behind
  text += '[';
  if (*value) text += placecard::view_of(**value);
  text += ']';
  return reply(core, std::move(text));
}

PLACECARD_EXPORT uint32_t placecard_data_list(placecard_core* core, uint32_t session) {
  const placecard::Session* who = session_of(core, session);
  if (who == nullptr) return not_logged_in(core);
  return answer(core, data_of(core, *who).list());
}

PLACECARD_EXPORT uint32_t placecard_data_set(placecard_core* core, uint32_t session, const char* key, size_t key_size,
                                             const char* value, size_t value_size) {
  const placecard::Session* who = session_of(core, session);
  if (who == nullptr) return not_logged_in(core);
  return answer(core, data_of(core, *who).set(view(key, key_size), view(value, value_size)));
}

PLACECARD_EXPORT uint32_t placecard_data_delete(placecard_core* core, uint32_t session, const char* key,
                                                size_t key_size) {
  const placecard::Session* who = session_of(core, session);
  if (who == nullptr) return not_logged_in(core);
  const auto removed = data_of(core, *who).remove(view(key, key_size));
  if (!removed) return refuse(core, removed.failure());
  return reply(core, *removed ? "1" : "0");
}

}  // extern "C"
