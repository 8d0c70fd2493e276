// abi.h, "sessions".
#include <optional>
#include <span>
#include <utility>

#include "abi_core.h"

using placecard::abi::answer;
using placecard::abi::not_logged_in;
using placecard::abi::refuse;
using placecard::abi::reply;
using placecard::abi::session_of;
using placecard::abi::whole_number;

namespace {

using Keys = std::optional<placecard::SessionKeys>;

Keys keys_of(const uint8_t* keys, size_t size) {
  return placecard::SessionKeys::unpacked(std::span<const std::uint8_t>(keys, size));
}

std::uint32_t invalid(placecard_core* core) { return refuse(core, placecard::Error::argument_invalid); }

// The number under which this row is open already, or a new one.
std::uint32_t number_for(placecard_core* core, const placecard::SessionId& id) {
  for (const auto& [number, session] : core->sessions) {
    if (session.row == id) return number;
  }
  return ++core->last_number;
}

}  // namespace

extern "C" {

PLACECARD_EXPORT uint32_t placecard_session_keep(placecard_core* core, uint32_t prepared, const uint8_t* keys,
                                                 size_t keys_size, uint32_t flags, double idle_ms, double absolute_ms) {
  const auto found = core->prepared.find(prepared);
  const Keys opened = keys_of(keys, keys_size);
  const auto idle = whole_number(idle_ms);
  const auto absolute = whole_number(absolute_ms);
  // Both are numbered by the same count.
  const auto open = core->sessions.find(prepared);
  placecard::Session* session = open == core->sessions.end() ? nullptr : &open->second;
  if (found != core->prepared.end() && found->second.begins) session = &*found->second.begins;
  if (session == nullptr || !opened || !idle || !absolute) return invalid(core);
  const auto kept = core->kept.keep(*session, *opened, (flags & 1U) != 0, (flags & 2U) != 0, {*idle, *absolute});
  if (kept) session->row = opened->id;
  return answer(core, kept);
}

PLACECARD_EXPORT uint32_t placecard_session_resume(placecard_core* core, const uint8_t* keys, size_t keys_size,
                                                   uint32_t protection) {
  const Keys opened = keys_of(keys, keys_size);
  if (!opened || protection > 2) return invalid(core);
  auto resumed = core->kept.resume(*opened, static_cast<placecard::Protection>(protection));
  if (!resumed) return refuse(core, resumed.failure());
  const std::uint32_t number = number_for(core, opened->id);
  core->sessions.insert_or_assign(number, std::move(resumed->session));
  return reply(core, placecard::reply_of(*resumed, number));
}

PLACECARD_EXPORT uint32_t placecard_session_renew(placecard_core* core, uint32_t session, const uint8_t* keys,
                                                  size_t keys_size, uint32_t freshness) {
  const placecard::Session* who = session_of(core, session);
  if (who == nullptr) return not_logged_in(core);
  const Keys opened = keys_of(keys, keys_size);
  if (!opened || freshness > 2) return invalid(core);
  return answer(core, core->kept.renew(*who, *opened, static_cast<placecard::Freshness>(freshness)));
}

PLACECARD_EXPORT uint32_t placecard_session_end(placecard_core* core, const uint8_t* id, size_t id_size, uint32_t how) {
  const auto known = placecard::array_of<placecard::SessionId>({id, id_size});
  if (!known || how > 2) return invalid(core);
  return answer(core, core->kept.end(*known, static_cast<placecard::Ending>(how)));
}

PLACECARD_EXPORT uint32_t placecard_session_count_log_out(placecard_core* core) {
  return answer(core, core->kept.count_log_out());
}

PLACECARD_EXPORT uint32_t placecard_session_log_outs(placecard_core* core) {
  return answer(core, core->kept.log_outs());
}

PLACECARD_EXPORT uint32_t placecard_session_switch(placecard_core* core, const uint8_t* id, size_t id_size) {
  const auto known = placecard::array_of<placecard::SessionId>({id, id_size});
  if (!known && id_size != 0) return invalid(core);
  return answer(core, core->kept.switch_to(known));
}

PLACECARD_EXPORT uint32_t placecard_session_list(placecard_core* core) { return answer(core, core->kept.list()); }

}  // extern "C"
