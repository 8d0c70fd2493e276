// abi.h, "accounts".
#include <string>
#include <utility>
#include <variant>

#include "abi_core.h"

using placecard::abi::answer;
using placecard::abi::keep;
using placecard::abi::not_logged_in;
using placecard::abi::optional;
using placecard::abi::refuse;
using placecard::abi::reply;
using placecard::abi::session_of;
using placecard::abi::view;
using placecard::abi::whole_number;

namespace {

// One operator for each kind of operation.
struct Apply {
  placecard_core* core = nullptr;
  placecard_core::Prepared& prepared;
  placecard::TamperChoice choice = placecard::TamperChoice::refuse;
  bool force = false;
  placecard::LogOuts log_outs;

  std::uint32_t entered(placecard::Result<placecard::Entry> entry) const {
    if (!entry) return refuse(core, entry.failure());
    prepared.begins = std::move(entry->session);
    return reply(core, placecard::reply_of(entry->user));
  }
  std::uint32_t operator()(const placecard::LogIn& log_in) const {
    return entered(core->accounts.apply(log_in, choice, force, log_outs));
  }
  std::uint32_t operator()(const placecard::Deletion& deletion) const {
    return answer(core, core->accounts.apply(deletion));
  }
  template <class T>
  std::uint32_t operator()(const T& operation) const {
    return entered(core->accounts.apply(operation, log_outs));
  }
};

}  // namespace

extern "C" {

PLACECARD_EXPORT uint32_t placecard_check(placecard_core* core, const char* username, size_t username_size,
                                          const char* email, size_t email_size, const char* password,
                                          size_t password_size) {
  return answer(core, core->accounts.check(
                          {view(username, username_size), view(email, email_size), view(password, password_size)}));
}

PLACECARD_EXPORT uint32_t placecard_prepare_sign_up(placecard_core* core, const char* username, size_t username_size,
                                                    const char* email, size_t email_size, const char* password,
                                                    size_t password_size) {
  return keep(core, core->accounts.prepare_sign_up(
                        {view(username, username_size), view(email, email_size), view(password, password_size)}));
}

PLACECARD_EXPORT uint32_t placecard_prepare_log_in(placecard_core* core, const char* login, size_t login_size,
                                                   const char* password, size_t password_size) {
  return keep(core, core->accounts.prepare_log_in(view(login, login_size), view(password, password_size)));
}

PLACECARD_EXPORT uint32_t placecard_prepare_change_password(placecard_core* core, uint32_t session, const char* current,
                                                            size_t current_size, const char* next, size_t next_size) {
  const placecard::Session* who = session_of(core, session);
  if (who == nullptr) return not_logged_in(core);
  return keep(core, core->accounts.prepare_password_change(*who, view(current, current_size), view(next, next_size)),
              session);
}

PLACECARD_EXPORT uint32_t placecard_prepare_recover(placecard_core* core, const char* login, size_t login_size,
                                                    const char* code, size_t code_size, const char* next,
                                                    size_t next_size) {
  return keep(core,
              core->accounts.prepare_recovery(view(login, login_size), view(code, code_size), view(next, next_size)));
}

PLACECARD_EXPORT uint32_t placecard_prepare_delete_account(placecard_core* core, uint32_t session, const char* password,
                                                           size_t password_size) {
  const placecard::Session* who = session_of(core, session);
  if (who == nullptr) return not_logged_in(core);
  return keep(core, core->accounts.prepare_deletion(*who, view(password, password_size)), session);
}

PLACECARD_EXPORT uint32_t placecard_prepare_confirm(placecard_core* core, uint32_t session, const char* password,
                                                    size_t password_size) {
  const placecard::Session* who = session_of(core, session);
  if (who == nullptr) return not_logged_in(core);
  return keep(core, core->accounts.prepare_confirmation(*who, view(password, password_size)), session);
}

PLACECARD_EXPORT uint32_t placecard_apply(placecard_core* core, uint32_t prepared, uint32_t tampered, uint32_t force,
                                          double log_outs) {
  const auto found = core->prepared.find(prepared);
  if (found == core->prepared.end() || tampered > 2) return refuse(core, placecard::Error::argument_invalid);
  const auto choice = static_cast<placecard::TamperChoice>(tampered);
  const auto since = whole_number(log_outs);
  return std::visit(Apply{core, found->second, choice, force != 0, since}, found->second.operation);
}

PLACECARD_EXPORT uint32_t placecard_settle(placecard_core* core, uint32_t prepared) {
  const auto found = core->prepared.find(prepared);
  if (found == core->prepared.end()) return 0;
  placecard_core::Prepared done = std::move(found->second);
  core->prepared.erase(found);
  const auto former = core->sessions.find(done.for_session);
  const bool goes_on = former != core->sessions.end();
  // Logged out while it was under way.
  if (done.for_session != 0 && !goes_on) return 0;
  if (goes_on && done.begins) {
    done.begins->forced = former->second.forced;
    if (!done.begins->row) done.begins->row = former->second.row;
  }
  core->sessions.erase(done.for_session);
  if (!done.begins) return 0;
  const std::uint32_t number = done.for_session != 0 ? done.for_session : ++core->last_number;
  core->sessions.emplace(number, std::move(*done.begins));
  return number;
}

PLACECARD_EXPORT void placecard_abandon(placecard_core* core, uint32_t prepared) { core->prepared.erase(prepared); }

PLACECARD_EXPORT uint32_t placecard_current_user(placecard_core* core, uint32_t session) {
  const placecard::Session* who = session_of(core, session);
  return who == nullptr ? not_logged_in(core) : answer(core, core->accounts.current_user(*who));
}

PLACECARD_EXPORT void placecard_log_out(placecard_core* core, uint32_t session) {
  core->sessions.erase(session);
  reply(core, "null");
}

PLACECARD_EXPORT uint32_t placecard_update(placecard_core* core, uint32_t session, const char* username,
                                           size_t username_size, const char* email, size_t email_size) {
  const placecard::Session* who = session_of(core, session);
  if (who == nullptr) return not_logged_in(core);
  return answer(core, core->accounts.update(*who, optional(username, username_size), optional(email, email_size)));
}

PLACECARD_EXPORT uint32_t placecard_create_recovery_code(placecard_core* core, uint32_t session) {
  const placecard::Session* who = session_of(core, session);
  if (who == nullptr) return not_logged_in(core);
  auto code = core->accounts.create_recovery_code(*who);
  if (!code) return refuse(core, code.failure());
  // Nothing to escape, and no copy that a growing text would leave behind.
  std::string text;
  text.reserve(code->size() + 2);
  text.append("\"").append(*code).append("\"");
  placecard::wipe(*code);
  return reply(core, std::move(text));
}

PLACECARD_EXPORT uint32_t placecard_set_active(placecard_core* core, uint32_t session, uint32_t active) {
  const placecard::Session* who = session_of(core, session);
  if (who == nullptr) return not_logged_in(core);
  return answer(core, core->accounts.set_active(*who, active != 0));
}

}  // extern "C"
