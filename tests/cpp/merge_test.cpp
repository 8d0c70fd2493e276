#include "sync/merge.h"

#include "ops.h"
#include "test.h"

using placecard::Error;
using placecard::Field;
using placecard::Merge;
using placecard::merge_ops;
using placecard::Op;
using placecard::OpMaker;
using placecard::Problems;

namespace {

struct Three {
  OpMaker maker;
  Op base = maker.account();
  Op ours = base;
  Op theirs = base;

  [[nodiscard]] Merge merged() const { return merge_ops(base, ours, theirs); }
  void change_password(Op& op, std::string hash) {
    op.user.password_hash = std::move(hash);
    ++op.credential_version;
    maker.host.random(op.slots[0].slot_id);
  }
};

}  // namespace

TEST_CASE("what one side alone has changed is as that side has it", "[merge]") {
  Three it;
  it.ours.user.username = "ours";
  it.theirs.user.email = "theirs@example.com";
  it.theirs.user.active = false;
  const Merge merge = it.merged();
  CHECK(merge.conflicts.empty());
  CHECK_FALSE(merge.same_as_theirs);
  CHECK(merge.merged.user.username == "ours");
  CHECK(merge.merged.user.email == "theirs@example.com");
  CHECK_FALSE(merge.merged.user.active);
  CHECK(merge.merged.slots == it.base.slots);
}

TEST_CASE("nothing of ours left is theirs", "[merge]") {
  Three it;
  it.theirs.user.username = std::nullopt;
  CHECK(it.merged().same_as_theirs);
  it.ours.user.username = std::nullopt;
  CHECK(it.merged().same_as_theirs);
  CHECK(it.merged().conflicts.empty());
}

TEST_CASE("what both have changed differently is a conflict, each field of it", "[merge]") {
  Three it;
  it.ours.user.username = "ours";
  it.theirs.user.username = "theirs";
  it.ours.user.email = std::nullopt;
  it.theirs.user.email = "theirs@example.com";
  const Merge merge = it.merged();
  CHECK(merge.conflicts ==
        Problems{{Error::changed_meanwhile, Field::username}, {Error::changed_meanwhile, Field::email}});
  CHECK(merge.merged.user.username == "ours");
  CHECK_FALSE(merge.same_as_theirs);
}

TEST_CASE("a password goes with all that belongs to it", "[merge]") {
  Three it;
  it.change_password(it.theirs, "theirs");
  CHECK(it.merged().merged.user.password_hash == "theirs");
  CHECK(it.merged().merged.slots == it.theirs.slots);
  CHECK(it.merged().merged.credential_version == 2);
  it.ours.user.username = "ours";
  CHECK(it.merged().conflicts.empty());
  it.change_password(it.ours, "ours");
  CHECK(it.merged().conflicts == Problems{{Error::changed_meanwhile, Field::password}});
  CHECK(it.merged().merged.slots == it.ours.slots);
  CHECK(it.merged().merged.user.password_hash == "ours");
}

TEST_CASE("a password that is new only here stays, with what another device has changed", "[merge]") {
  Three it;
  it.change_password(it.ours, "ours");
  it.theirs.user.username = "theirs";
  const Merge merge = it.merged();
  CHECK(merge.conflicts.empty());
  CHECK(merge.merged.user.username == "theirs");
  CHECK(merge.merged.user.password_hash == "ours");
  CHECK(merge.merged.slots == it.ours.slots);
}

TEST_CASE("an older password never comes back by itself", "[merge]") {
  Three it;
  const Op old = it.base;
  it.change_password(it.ours, "newer");
  it.base = it.ours;  // as somebody has edited it who wants the old one back
  it.theirs = old;
  CHECK(it.merged().conflicts == Problems{{Error::changed_meanwhile, Field::password}});
  CHECK(it.merged().merged.slots == it.ours.slots);
}

TEST_CASE("without a base whatever differs is a conflict, but being inactive", "[merge]") {
  Three it;
  CHECK(merge_ops(std::nullopt, it.ours, it.theirs).same_as_theirs);
  it.theirs.user.username = "theirs";
  it.theirs.user.active = false;
  const Merge merge = merge_ops(std::nullopt, it.ours, it.theirs);
  CHECK(merge.conflicts == Problems{{Error::changed_meanwhile, Field::username}});
  CHECK_FALSE(merge.merged.user.active);
  std::swap(it.ours, it.theirs);
  CHECK_FALSE(merge_ops(std::nullopt, it.ours, it.theirs).merged.user.active);
}
