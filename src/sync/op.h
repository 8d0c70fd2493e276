// An op: what one change made of an account, or of one of its private values, frozen and signed when it was made. It
// travels from device to server to device as it is, and whoever reads it needs nobody's word for what it says.
//
//   label | op_id | uid | kind | rev | parents | identity_key | what the kind says | signature (64 bytes)
//   `----------------------------- signed by identity_key ------------------------'
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "credentials/bytes.h"
#include "credentials/key_slot.h"
#include "host.h"
#include "result.h"
#include "secret.h"
#include "user.h"

namespace placecard {

using OpId = std::array<std::uint8_t, 16>;
using DataName = std::array<std::uint8_t, 32>;
using Digest = std::array<std::uint8_t, 32>;

enum class OpKind : std::uint8_t {
  account = 1,   // all there is to know about it, its private values aside
  deletion = 2,  // of the account and everything in it
  data = 3,      // one private value; the sealed bytes travel beside the op
};

struct Op {
  static constexpr std::size_t kMaxParents = 32;

  OpId op_id{};  // random
  Uid uid{};
  OpKind kind = OpKind::account;
  std::uint64_t rev = 1;      // one more than the largest its maker had seen
  std::vector<OpId> parents;  // ops this state descends from, the newest first
  PublicKey identity_key{};

  // account. The id in `user` means nothing: each device and the server have their own.
  User user;
  std::uint64_t credential_version = 0;
  std::vector<KeySlot> slots;  // in the order of their kinds

  // data
  DataName name{};
  bool deleted = false;
  Digest value{};  // of the sealed bytes; zero when deleted

  [[nodiscard]] bool descends_from(const OpId& other) const;
  // As the parent of another: its own id and its parents, as many as are kept.
  [[nodiscard]] std::vector<OpId> lineage() const;
};

// The op's bytes, signed.
Bytes write_op(const Op& op, const Secret& identity_seed);
// With zeros for a signature: for what nobody here can sign, and nobody may believe.
Bytes unsigned_op(const Op& op);

// op_invalid unless write_op can have made these bytes; whoever may have signed them.
Result<Op> parse_op(std::span<const std::uint8_t> bytes);
// The same, and the signature must be that of the key in them.
Result<Op> read_op(std::span<const std::uint8_t> bytes);

// Whether somebody else's op may be taken in: names as today's rules allow them (with their own errors), a hash of
// ours, and a cost of guessing that is neither too low nor too high. op_invalid for the latter.
Status check_op(const Op& op, Host& host);

// What came from outside, through both. A data op must come with the very value it was signed for, all others with
// none.
Result<Op> receive_op(std::span<const std::uint8_t> bytes, std::optional<std::span<const std::uint8_t>> value,
                      Host& host);

// The id, without looking at the rest. Nothing when it cannot be an op.
std::optional<OpId> op_id_of(std::span<const std::uint8_t> bytes);

}  // namespace placecard
