// abi.h, rows from elsewhere.
#include "abi_core.h"

using placecard::abi::answer;
using placecard::abi::optional;
using placecard::abi::whole_number;

extern "C" {

PLACECARD_EXPORT void placecard_rows_begin(placecard_core* core) { core->rows.clear(); }

PLACECARD_EXPORT void placecard_rows_add(placecard_core* core, double id, const char* username, size_t username_size,
                                         const char* email, size_t email_size, const char* password_hash,
                                         size_t password_hash_size, const char* joined_at, size_t joined_at_size) {
  constexpr std::int64_t kNoId = -1;  // is refused as such
  core->rows.push_back({whole_number(id).value_or(kNoId), optional(username, username_size),
                        optional(email, email_size), optional(password_hash, password_hash_size),
                        optional(joined_at, joined_at_size)});
}

PLACECARD_EXPORT uint32_t placecard_rows_apply(placecard_core* core) {
  return answer(core, core->accounts.import_users(core->rows));
}

}  // extern "C"
