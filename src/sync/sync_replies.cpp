#include "sync/sync_replies.h"

#include <array>
#include <string_view>

#include "json.h"
#include "replies.h"

namespace placecard {

namespace {

void write_account(JsonWriter& json, const Op& op) {
  json.key("username").value(op.user.username).key("email").value(op.user.email);
  json.key("passwordHash").value(op.user.password_hash).key("joinedAt").value(op.user.joined_at);
  json.key("active").value(op.user.active).key("credentialVersion");
  json.value(static_cast<std::int64_t>(op.credential_version)).key("slots").begin_array();
  for (const KeySlot& slot : op.slots) {
    json.begin_object().key("kind").value(static_cast<std::int64_t>(slot.kind)).key("slotId").hex(slot.slot_id);
    json.key("credentialVersion").value(static_cast<std::int64_t>(slot.credential_version));
    json.key("passes").value(static_cast<std::int64_t>(slot.cost.passes));
    json.key("memory").value(static_cast<std::int64_t>(slot.cost.memory));
    json.key("salt").base64(slot.salt).key("logInKey").base64(slot.log_in_key).end_object();
  }
  json.end_array();
}

}  // namespace

std::string reply_of(const Op& op) {
  constexpr std::array<std::string_view, 4> kKinds = {"", "account", "deletion", "data"};
  JsonWriter json;
  json.begin_object().key("opId").hex(op.op_id).key("uid").hex(op.uid);
  json.key("kind").value(kKinds[static_cast<std::size_t>(op.kind)]).key("rev");
  json.value(static_cast<std::int64_t>(op.rev)).key("parents").begin_array();
  for (const OpId& each : op.parents) json.hex(each);
  json.end_array().key("identityKey").base64(op.identity_key);
  if (op.kind == OpKind::account) write_account(json, op);
  if (op.kind == OpKind::data) json.key("name").hex(op.name).key("deleted").value(op.deleted);
  return json.end_object().take();
}

std::string reply_of(const std::vector<Outgoing>& batch) {
  JsonWriter json;
  json.begin_array();
  for (const Outgoing& each : batch) {
    json.begin_array().hex(each.op_id).base64(each.bytes);
    if (each.value) {
      json.base64(*each.value);
    } else {
      json.null();
    }
    json.end_array();
  }
  return json.end_array().take();
}

std::string reply_of(const std::vector<Remote>& remotes) {
  JsonWriter json;
  json.begin_array();
  for (const Remote& each : remotes) json.begin_array().hex(each.uid).value(each.token).value(each.cursor).end_array();
  return json.end_array().take();
}

std::string reply_of(const std::vector<SyncState>& states, std::int64_t waiting, std::string_view epoch) {
  JsonWriter json;
  json.begin_object().key("waiting").value(waiting).key("epoch").value(epoch).key("accounts").begin_array();
  for (const SyncState& each : states) {
    json.begin_object().key("uid").hex(each.uid).key("user");
    write(json, each.user);
    json.key("state").value(each.state).key("code").value(std::string_view(each.code)).key("fields").begin_array();
    for (const Problem& problem : each.fields) json.value(name_of(problem.field));
    json.end_array();
    if (each.theirs) {
      json.key("theirs").begin_object().key("username").value(each.theirs->username);
      json.key("email").value(each.theirs->email).end_object();
    }
    json.end_object();
  }
  return json.end_array().end_object().take();
}

std::string base64_reply(std::span<const std::uint8_t> bytes) {
  JsonWriter json;
  return json.base64(bytes).take();
}

}  // namespace placecard
