// abi.h, "sync": what a device asks.
#include <utility>

#include "abi_core.h"
#include "credentials/hash_proof.h"
#include "sync/sync_replies.h"

using placecard::Uid;
using placecard::abi::answer;
using placecard::abi::keep;
using placecard::abi::not_logged_in;
using placecard::abi::optional;
using placecard::abi::optional_bytes;
using placecard::abi::refuse;
using placecard::abi::reply;
using placecard::abi::session_of;
using placecard::abi::view;

namespace {

std::uint32_t invalid(placecard_core* core) { return refuse(core, placecard::Error::argument_invalid); }

// Whether something has changed.
std::uint32_t changed(placecard_core* core, const placecard::Result<bool>& result) {
  return result ? reply(core, *result ? "true" : "false") : refuse(core, result.failure());
}

std::optional<Uid> uid_of(const uint8_t* uid, size_t size) { return placecard::array_of<Uid>({uid, size}); }

}  // namespace

extern "C" {

PLACECARD_EXPORT uint32_t placecard_sync_batch(placecard_core* core, uint32_t max_ops, uint32_t max_bytes) {
  return answer(core, core->sync.batch(max_ops, max_bytes));
}

PLACECARD_EXPORT uint32_t placecard_sync_result(placecard_core* core, const uint8_t* op, size_t op_size,
                                                uint32_t status, const char* code, size_t code_size,
                                                const uint8_t* theirs, size_t theirs_size, const uint8_t* theirs_value,
                                                size_t theirs_value_size) {
  constexpr std::size_t kMaxCodes = 100;
  if (status > 3 || code_size > kMaxCodes) return invalid(core);
  const placecard::Answer said{static_cast<placecard::Answer::Status>(status), view(code, code_size),
                               optional_bytes(theirs, theirs_size), optional_bytes(theirs_value, theirs_value_size)};
  return changed(core, core->sync.result({op, op_size}, said));
}

PLACECARD_EXPORT uint32_t placecard_sync_incoming(placecard_core* core, const uint8_t* op, size_t op_size,
                                                  const uint8_t* value, size_t value_size) {
  return changed(core, core->sync.incoming({op, op_size}, optional_bytes(value, value_size)));
}

PLACECARD_EXPORT uint32_t placecard_sync_server_row(placecard_core* core, const uint8_t* uid, size_t uid_size,
                                                    const char* username, size_t username_size, const char* email,
                                                    size_t email_size, const char* password_hash,
                                                    size_t password_hash_size, const char* joined_at,
                                                    size_t joined_at_size) {
  const auto whose = uid_of(uid, uid_size);
  if (!whose) return invalid(core);
  return changed(core, core->sync.server_row(
                           *whose, {0, optional(username, username_size), optional(email, email_size),
                                    optional(password_hash, password_hash_size), optional(joined_at, joined_at_size)}));
}

PLACECARD_EXPORT uint32_t placecard_sync_remotes(placecard_core* core) { return answer(core, core->sync.remotes()); }

PLACECARD_EXPORT uint32_t placecard_sync_set_remote(placecard_core* core, const uint8_t* uid, size_t uid_size,
                                                    const char* token, size_t token_size, const char* cursor,
                                                    size_t cursor_size, uint32_t disabled) {
  const auto whose = uid_of(uid, uid_size);
  if (!whose) return invalid(core);
  return answer(core, core->sync.set_remote(
                          {*whose, optional(token, token_size), optional(cursor, cursor_size), disabled != 0, false}));
}

PLACECARD_EXPORT uint32_t placecard_sync_set_epoch(placecard_core* core, const char* epoch, size_t epoch_size) {
  return answer(core, core->sync.set_epoch(view(epoch, epoch_size)));
}

PLACECARD_EXPORT uint32_t placecard_sync_reset(placecard_core* core, const char* epoch, size_t epoch_size) {
  return answer(core, core->sync.reset(view(epoch, epoch_size)));
}

PLACECARD_EXPORT uint32_t placecard_sync_state(placecard_core* core, uint32_t session, uint32_t all) {
  const placecard::Session* who = session_of(core, session);
  const auto states = core->sync.state(all != 0, who == nullptr ? std::nullopt : std::optional(who->uid));
  if (!states) return refuse(core, states.failure());
  const auto waiting = core->sync.waiting();
  if (!waiting) return refuse(core, waiting.failure());
  const auto epoch = core->sync.epoch();
  return epoch ? reply(core, placecard::reply_of(*states, *waiting, *epoch)) : refuse(core, epoch.failure());
}

PLACECARD_EXPORT uint32_t placecard_sync_merge(placecard_core* core, uint32_t session) {
  const placecard::Session* who = session_of(core, session);
  return who == nullptr ? not_logged_in(core) : changed(core, core->settling.merge(*who));
}

PLACECARD_EXPORT uint32_t placecard_sync_resolve(placecard_core* core, uint32_t session, uint32_t choice) {
  const auto who = core->sessions.find(session);
  if (who == core->sessions.end()) return not_logged_in(core);
  if (choice != 1 && choice != 2) return invalid(core);
  return answer(core, core->settling.resolve(who->second, static_cast<placecard::Choice>(choice)));
}

PLACECARD_EXPORT uint32_t placecard_sync_merge_into(placecard_core* core, uint32_t from, uint32_t into) {
  const placecard::Session* goes = session_of(core, from);
  const placecard::Session* stays = session_of(core, into);
  if (goes == nullptr || stays == nullptr) return not_logged_in(core);
  return answer(core, core->settling.merge_into(*goes, *stays));
}

PLACECARD_EXPORT uint32_t placecard_sync_sign(placecard_core* core, uint32_t session, const uint8_t* nonce,
                                              size_t nonce_size) {
  const placecard::Session* who = session_of(core, session);
  if (who == nullptr) return not_logged_in(core);
  const auto signature = core->settling.sign_nonce(*who, {nonce, nonce_size});
  return signature ? reply(core, placecard::base64_reply(*signature)) : refuse(core, signature.failure());
}

PLACECARD_EXPORT uint32_t placecard_prepare_remote_log_in(placecard_core* core, const char* password,
                                                          size_t password_size, const uint8_t* salt, size_t salt_size,
                                                          uint32_t passes, uint32_t memory, const uint8_t* nonce,
                                                          size_t nonce_size) {
  const auto salted = placecard::array_of<placecard::Salt>({salt, salt_size});
  if (!salted) return invalid(core);
  auto log_in = core->accounts.prepare_remote_log_in(view(password, password_size), {*salted, {passes, memory}});
  if (!log_in) return refuse(core, log_in.failure());
  const auto signature = placecard::Accounts::answer(*log_in, {nonce, nonce_size});
  keep(core, std::move(log_in));
  placecard::JsonWriter json;
  json.begin_object().key("prepared").value(std::int64_t{core->last_number}).key("signature").base64(signature);
  return reply(core, json.end_object().take());
}

PLACECARD_EXPORT uint32_t placecard_sync_admit(placecard_core* core, uint32_t prepared, const uint8_t* op,
                                               size_t op_size) {
  const auto found = core->prepared.find(prepared);
  auto* log_in =
      found == core->prepared.end() ? nullptr : std::get_if<placecard::RemoteLogIn>(&found->second.operation);
  return log_in == nullptr ? invalid(core) : answer(core, core->accounts.admit(*log_in, {op, op_size}));
}

PLACECARD_EXPORT uint32_t placecard_hash_proof(placecard_core* core, const char* head, size_t head_size,
                                               const char* password, size_t password_size, const uint8_t* nonce,
                                               size_t nonce_size) {
  const auto proof = placecard::hash_proof(view(head, head_size), placecard::secret_of(view(password, password_size)),
                                           {nonce, nonce_size});
  if (!proof) return refuse(core, placecard::Error::password_scheme_unsupported);
  return reply(core, placecard::base64_reply(*proof));
}

PLACECARD_EXPORT uint32_t placecard_prepare_adopt_remote(placecard_core* core, const char* username,
                                                         size_t username_size, const char* email, size_t email_size,
                                                         const char* joined_at, size_t joined_at_size,
                                                         const char* password, size_t password_size) {
  const placecard::User row{0, optional(username, username_size), optional(email, email_size), std::nullopt,
                            optional(joined_at, joined_at_size)};
  return keep(core, core->accounts.prepare_adoption(row, view(password, password_size)));
}

PLACECARD_EXPORT uint32_t placecard_prepare_renew(placecard_core* core, uint32_t session, const char* password,
                                                  size_t password_size) {
  const placecard::Session* who = session_of(core, session);
  if (who == nullptr) return not_logged_in(core);
  return keep(core, core->accounts.prepare_renewal(*who, view(password, password_size)));
}

}  // extern "C"
