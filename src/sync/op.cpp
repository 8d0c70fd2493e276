#include "sync/op.h"

#include <algorithm>
#include <utility>

#include "credentials/decoder.h"
#include "credentials/password_hash.h"
#include "credentials/sealing.h"
#include "credentials/signature.h"
#include "datetime.h"
#include "rules.h"

namespace placecard {

namespace {

constexpr std::string_view kLabel = "placecard op 1";
constexpr std::size_t kSlotKinds = 2;
constexpr std::uint64_t kMaxNumber = (std::uint64_t{1} << 53) - 1;  // JavaScript's, as they cross it

void write_slot(Encoder& out, const KeySlot& slot) {
  out.add(slot.slot_id).add(static_cast<std::uint64_t>(slot.kind)).add(slot.credential_version);
  out.add(slot.cost.passes).add(slot.cost.memory).add(slot.salt).add(slot.log_in_key);
  out.add(slot.sealed_vault).add(slot.commitment);
}

KeySlot read_slot(Decoder& in) {
  KeySlot slot;
  in.read(slot.slot_id);
  slot.kind = static_cast<SlotKind>(in.small_number());
  slot.credential_version = in.number();
  slot.cost.passes = in.number();
  slot.cost.memory = in.number();
  in.read(slot.salt);
  in.read(slot.log_in_key);
  const auto sealed = in.bytes();
  slot.sealed_vault.assign(sealed.begin(), sealed.end());
  in.read(slot.commitment);
  return slot;
}

void write_account(Encoder& out, const Op& op) {
  out.add(op.user.username).add(op.user.email).add(op.user.password_hash).add(op.user.joined_at);
  out.add(std::uint64_t{op.user.active}).add(op.credential_version).add(std::uint64_t{op.slots.size()});
  for (const KeySlot& slot : op.slots) write_slot(out, slot);
}

bool read_account(Decoder& in, Op& op) {
  op.user.username = in.text();
  op.user.email = in.text();
  op.user.password_hash = in.text();
  op.user.joined_at = in.text();
  op.user.active = in.flag();
  op.credential_version = in.number();
  const std::uint64_t count = in.number();
  if (!in.good() || count < 1 || count > kSlotKinds || op.credential_version > kMaxNumber) return false;
  for (std::uint64_t each = 0; each < count; ++each) op.slots.push_back(read_slot(in));
  // Everybody has a password, and perhaps a recovery code.
  return op.slots[0].kind == SlotKind::password && op.slots.back().kind == static_cast<SlotKind>(count);
}

bool is_stored_datetime(const std::string& text) {
  const auto time = parse_datetime(text);
  return time && format_datetime(*time) == text;
}

bool is_sound(const KeySlot& slot) {
  if (slot.sealed_vault.size() != kSealedVaultSize || slot.credential_version > kMaxNumber) return false;
  const KdfCost floor{KdfCost::kMinPasses, KdfCost::kMinMemory};
  return slot.kind == SlotKind::recovery ? slot.cost == KdfCost{0, 0}
                                         : slot.cost.sane() && !slot.cost.weaker_than(floor);
}

}  // namespace

bool Op::descends_from(const OpId& other) const {
  return std::find(parents.begin(), parents.end(), other) != parents.end();
}

std::vector<OpId> Op::lineage() const {
  std::vector<OpId> all = parents;
  all.insert(all.begin(), op_id);
  if (all.size() > kMaxParents) all.pop_back();
  return all;
}

namespace {

Bytes message_of(const Op& op) {
  Bytes parents;
  for (const OpId& each : op.parents) parents.insert(parents.end(), each.begin(), each.end());
  Encoder out(kLabel);
  out.add(op.op_id).add(op.uid).add(static_cast<std::uint64_t>(op.kind)).add(op.rev).add(parents);
  out.add(op.identity_key);
  if (op.kind == OpKind::account) write_account(out, op);
  if (op.kind == OpKind::data) out.add(op.name).add(std::uint64_t{op.deleted}).add(op.value);
  return out.bytes();
}

}  // namespace

Bytes unsigned_op(const Op& op) {
  Bytes bytes = message_of(op);
  bytes.resize(bytes.size() + Signature{}.size());
  return bytes;
}

Bytes write_op(const Op& op, const Secret& identity_seed) {
  Bytes bytes = message_of(op);
  const Signature signature = sign(bytes, identity_seed);
  bytes.insert(bytes.end(), signature.begin(), signature.end());
  return bytes;
}

Result<Op> parse_op(std::span<const std::uint8_t> bytes) {
  const std::size_t signature_size = Signature{}.size();
  if (bytes.size() < signature_size) return Error::op_invalid;
  const auto message = bytes.first(bytes.size() - signature_size);
  Decoder in(message);
  Op op;
  const auto label = in.bytes();
  in.read(op.op_id);
  in.read(op.uid);
  op.kind = static_cast<OpKind>(in.small_number());
  op.rev = in.number();
  const auto parents = in.bytes();
  in.read(op.identity_key);
  const std::size_t id_size = op.op_id.size();
  if (!in.good() || !std::equal(label.begin(), label.end(), kLabel.begin(), kLabel.end()) || op.rev < 1 ||
      op.rev > kMaxNumber || parents.size() % id_size != 0 || parents.size() > Op::kMaxParents * id_size) {
    return Error::op_invalid;
  }
  for (std::size_t at = 0; at < parents.size(); at += id_size) {
    op.parents.push_back(*array_of<OpId>(parents.subspan(at, id_size)));
  }
  bool known = op.kind == OpKind::deletion;
  if (op.kind == OpKind::account) known = read_account(in, op);
  if (op.kind == OpKind::data) {
    in.read(op.name);
    op.deleted = in.flag();
    in.read(op.value);
    known = true;
  }
  if (!known || !in.done()) return Error::op_invalid;
  return op;
}

Result<Op> read_op(std::span<const std::uint8_t> bytes) {
  Result<Op> op = parse_op(bytes);
  if (!op) return op;
  const std::size_t signature_size = Signature{}.size();
  const auto message = bytes.first(bytes.size() - signature_size);
  if (!verify(message, bytes.last(signature_size), op->identity_key)) return Error::op_invalid;
  return op;
}

Status check_op(const Op& op, Host& host) {
  if (op.kind != OpKind::account) return Done{};
  Problems problems;
  if (op.user.username) {
    const Result<std::string> checked = check_username(*op.user.username, host);
    if (!checked) {
      problems.add(checked.failure().problems);
    } else if (*checked != *op.user.username) {
      problems.add({Error::username_invalid, Field::username});
    }
  }
  if (op.user.email) {
    const Result<std::string> checked = check_email(*op.user.email);
    if (!checked) {
      problems.add(checked.failure().problems);
    } else if (*checked != *op.user.email) {
      problems.add({Error::email_invalid, Field::email});
    }
  }
  if (!problems.empty()) return Failure(problems);
  const bool hash_ok = !op.user.password_hash ||
                       (is_argon2id(*op.user.password_hash) && op.user.password_hash->size() <= kMaxPasswordHashChars);
  const bool date_ok = !op.user.joined_at || is_stored_datetime(*op.user.joined_at);
  if (!hash_ok || !date_ok || !std::all_of(op.slots.begin(), op.slots.end(), is_sound)) return Error::op_invalid;
  return Done{};
}

Result<Op> receive_op(std::span<const std::uint8_t> bytes, std::optional<std::span<const std::uint8_t>> value,
                      Host& host) {
  Result<Op> op = read_op(bytes);
  if (!op) return op;
  const bool wants_value = op->kind == OpKind::data && !op->deleted;
  if (wants_value != value.has_value() || (value && digest(*value) != op->value)) return Error::op_invalid;
  const Status checked = check_op(*op, host);
  if (!checked) return checked.failure();
  return op;
}

std::optional<OpId> op_id_of(std::span<const std::uint8_t> bytes) {
  Decoder in(bytes);
  (void)in.bytes();
  OpId op_id{};
  in.read(op_id);
  return in.good() ? std::optional(op_id) : std::nullopt;
}

}  // namespace placecard
