#include "sync/op.h"

#include <memory>

#include "credentials/signature.h"
#include "ops.h"
#include "test.h"

using placecard::Bytes;
using placecard::Error;
using placecard::Field;
using placecard::Op;
using placecard::op_id_of;
using placecard::OpId;
using placecard::OpKind;
using placecard::OpMaker;
using placecard::Problems;
using placecard::read_op;
using placecard::receive_op;
using placecard::Result;
using placecard::SlotKind;

namespace {

// From a heap block of exactly its size, so that the sanitizers see a read past its end.
Result<Op> read_exact(const Bytes& bytes) {
  const auto exact = std::make_unique<std::uint8_t[]>(bytes.size());
  std::copy(bytes.begin(), bytes.end(), exact.get());
  return read_op({exact.get(), bytes.size()});
}

// An op as a careless or hostile maker signs it.
Bytes signed_anyway(const OpMaker& maker, Bytes bytes) {
  bytes.resize(bytes.size() - placecard::Signature{}.size());
  const auto signature = placecard::sign(bytes, maker.vault.identity_seed);
  bytes.insert(bytes.end(), signature.begin(), signature.end());
  return bytes;
}

}  // namespace

TEST_CASE("an account op reads back as it was written", "[op]") {
  OpMaker maker;
  Op op = maker.account();
  op.rev = 7;
  op.parents = {OpId{1}, OpId{2}};
  op.user.active = false;
  op.user.email = std::nullopt;
  const Bytes bytes = maker.written(op);
  const auto read = read_exact(bytes);
  REQUIRE(read);
  CHECK(read->op_id == op.op_id);
  CHECK(read->uid == op.uid);
  CHECK(read->kind == OpKind::account);
  CHECK(read->rev == 7);
  CHECK(read->parents == op.parents);
  CHECK(read->identity_key == op.identity_key);
  CHECK(read->user.username == "ada");
  CHECK(read->user.email == std::nullopt);
  CHECK(read->user.password_hash == op.user.password_hash);
  CHECK(read->user.joined_at == op.user.joined_at);
  CHECK_FALSE(read->user.active);
  CHECK(read->credential_version == 1);
  CHECK(read->slots == op.slots);
  CHECK(op_id_of(bytes) == op.op_id);
}

TEST_CASE("a deletion and a data op read back as they were written", "[op]") {
  OpMaker maker;
  const auto deletion = read_exact(maker.written(maker.op(OpKind::deletion)));
  REQUIRE(deletion);
  CHECK(deletion->kind == OpKind::deletion);
  Op op = maker.data(Bytes{1, 2, 3});
  op.deleted = true;
  const auto data = read_exact(maker.written(op));
  REQUIRE(data);
  CHECK(data->name == op.name);
  CHECK(data->deleted);
  CHECK(data->value == op.value);
}

TEST_CASE("an op with any bit changed, cut anywhere or longer is refused", "[op]") {
  OpMaker maker;
  for (const Op& op : {maker.account(), maker.op(OpKind::deletion), maker.data(Bytes{1})}) {
    const Bytes bytes = maker.written(op);
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      Bytes changed = bytes;
      changed[at] ^= static_cast<std::uint8_t>(1U << (at % 8));
      CHECK(read_exact(changed).error() == Error::op_invalid);
      CHECK(read_exact(Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(at))).error() ==
            Error::op_invalid);
    }
    Bytes longer = bytes;
    longer.push_back(0);
    CHECK(read_exact(longer).error() == Error::op_invalid);
    longer.insert(longer.begin(), 0);
    CHECK(read_exact(longer).error() == Error::op_invalid);
  }
}

TEST_CASE("an op cut or changed by its own signer is refused as long as it is not one", "[op]") {
  OpMaker maker;
  const Bytes bytes = maker.written(maker.account());
  const Bytes padding(placecard::Signature{}.size());
  for (std::size_t size = 0; size + padding.size() < bytes.size(); ++size) {
    Bytes cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    cut.insert(cut.end(), padding.begin(), padding.end());
    CHECK(read_exact(signed_anyway(maker, cut)).error() == Error::op_invalid);
  }
  // A size of 2^64 - 1, wherever one may stand: never a trap, and what does read back is what was written.
  for (std::size_t at = 0; at + 8 + padding.size() < bytes.size(); ++at) {
    Bytes changed = bytes;
    std::fill_n(changed.begin() + static_cast<std::ptrdiff_t>(at), 8, 0xFF);
    changed = signed_anyway(maker, changed);
    const auto read = read_exact(changed);
    CHECK((read ? maker.written(*read) == changed : read.error() == Error::op_invalid));
  }
}

TEST_CASE("an op that says what none may say is refused, though its signature is right", "[op]") {
  OpMaker maker;
  const std::vector<void (*)(Op&)> wrongs = {
      [](Op& op) { op.rev = 0; },
      [](Op& op) { op.rev = std::uint64_t{1} << 53; },
      [](Op& op) { op.credential_version = ~std::uint64_t{0}; },
      [](Op& op) { op.parents.resize(33); },
      [](Op& op) { op.kind = static_cast<OpKind>(4); },
      [](Op& op) { op.identity_key[0] ^= 1; },
      [](Op& op) { op.slots.clear(); },
      [](Op& op) { op.slots.push_back(op.slots[0]); },
      [](Op& op) { op.slots.erase(op.slots.begin()); },
      [](Op& op) { std::swap(op.slots[0], op.slots[1]); },
      [](Op& op) { op.slots[1] = op.slots[0]; },
  };
  for (const auto wrong : wrongs) {
    Op op = maker.account();
    wrong(op);
    CHECK(read_exact(maker.written(op)).error() == Error::op_invalid);
  }
}

TEST_CASE("an op from outside must keep today's rules", "[op]") {
  OpMaker maker;
  REQUIRE(receive_op(maker.written(maker.account()), std::nullopt, maker.host));
  struct Row {
    void (*edit)(Op&);
    Error error;
  };
  const std::vector<Row> rows = {
      {[](Op& op) { op.user.username = ""; }, Error::username_required},
      {[](Op& op) { op.user.username = std::string(65, 'x'); }, Error::username_too_long},
      {[](Op& op) { op.user.username = "ada "; }, Error::username_invalid},
      {[](Op& op) { op.user.username = "e\xCC\x81"; }, Error::username_invalid},  // not in NFC
      {[](Op& op) { op.user.username = "\xFF"; }, Error::username_invalid},
      {[](Op& op) { op.user.email = "ada"; }, Error::email_invalid},
      {[](Op& op) { op.user.email = "ada@EXAMPLE.com"; }, Error::email_invalid},
      {[](Op& op) { op.user.password_hash = "pbkdf2:sha256:1$salt$00"; }, Error::op_invalid},
      {[](Op& op) { *op.user.password_hash += std::string(128, 'x'); }, Error::op_invalid},
      {[](Op& op) { op.user.joined_at = "2020-01-02"; }, Error::op_invalid},
      {[](Op& op) { op.user.joined_at = "yesterday"; }, Error::op_invalid},
      {[](Op& op) { op.slots[0].cost.passes = 1; }, Error::op_invalid},
      {[](Op& op) { op.slots[0].cost.memory = 8192; }, Error::op_invalid},
      {[](Op& op) { op.slots[0].cost.memory = std::uint64_t{1} << 40; }, Error::op_invalid},
      {[](Op& op) { op.slots[0].sealed_vault.pop_back(); }, Error::op_invalid},
      {[](Op& op) { op.slots[1].cost.passes = 2; }, Error::op_invalid},
  };
  for (const Row& row : rows) {
    Op op = maker.account();
    row.edit(op);
    CHECK(receive_op(maker.written(op), std::nullopt, maker.host).error() == row.error);
  }
  Op both = maker.account();
  both.user.username = " ";
  both.user.email = "@";
  const auto refused = receive_op(maker.written(both), std::nullopt, maker.host);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.failure().problems ==
        Problems{{Error::username_invalid, Field::username}, {Error::email_invalid, Field::email}});
  Op nameless = maker.account();
  nameless.user = {};
  CHECK(receive_op(maker.written(nameless), std::nullopt, maker.host));
}

TEST_CASE("a data op comes with the value it was signed for and no other", "[op]") {
  OpMaker maker;
  const Bytes value{1, 2, 3};
  const Bytes other{1, 2, 4};
  const Bytes nothing;
  const Bytes data = maker.written(maker.data(value));
  CHECK(receive_op(data, value, maker.host));
  CHECK(receive_op(data, other, maker.host).error() == Error::op_invalid);
  CHECK(receive_op(data, nothing, maker.host).error() == Error::op_invalid);
  CHECK(receive_op(data, std::nullopt, maker.host).error() == Error::op_invalid);
  Op gone = maker.data(value);
  gone.deleted = true;
  CHECK(receive_op(maker.written(gone), std::nullopt, maker.host));
  CHECK(receive_op(maker.written(gone), value, maker.host).error() == Error::op_invalid);
  CHECK(receive_op(maker.written(maker.account()), value, maker.host).error() == Error::op_invalid);
}

TEST_CASE("lineage is the op and its parents, the newest first and no more than are kept", "[op]") {
  OpMaker maker;
  Op op = maker.op(OpKind::deletion);
  op.op_id = {9};
  op.parents = {OpId{1}, OpId{2}};
  CHECK(op.lineage() == std::vector<OpId>{OpId{9}, OpId{1}, OpId{2}});
  CHECK(op.descends_from(OpId{2}));
  CHECK_FALSE(op.descends_from(OpId{9}));
  op.parents.assign(Op::kMaxParents, OpId{3});
  CHECK(op.lineage().size() == Op::kMaxParents);
  CHECK(op.lineage().front() == OpId{9});
}
