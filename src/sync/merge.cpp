#include "sync/merge.h"

namespace placecard {

namespace {

bool same_credentials(const Op& left, const Op& right) {
  return left.user.password_hash == right.user.password_hash && left.slots == right.slots &&
         left.credential_version == right.credential_version;
}

// Whether theirs is to be taken; a conflict is ours until somebody chooses.
bool takes_theirs(bool same, bool ours_changed, bool theirs_changed, Field field, Problems& conflicts) {
  if (same) return false;
  if (ours_changed && theirs_changed) conflicts.add({Error::changed_meanwhile, field});
  return !ours_changed;
}

}  // namespace

Merge merge_ops(const std::optional<Op>& base, const Op& ours, const Op& theirs) {
  Merge merge{ours, {}, false};
  User& user = merge.merged.user;
  const auto text = [&](std::optional<std::string> User::*column, Field field) {
    const auto& mine = ours.user.*column;
    const auto& other = theirs.user.*column;
    const bool take = takes_theirs(mine == other, !base || mine != base->user.*column,
                                   !base || other != base->user.*column, field, merge.conflicts);
    if (take) user.*column = other;
  };
  text(&User::username, Field::username);
  text(&User::email, Field::email);
  text(&User::joined_at, Field::joined_at);
  // Two who both changed it from one base agree; without one, whoever deactivated it meant it.
  if (base ? ours.user.active == base->user.active : ours.user.active) user.active = theirs.user.active;
  // An older password never comes back by itself.
  const bool older = theirs.credential_version < ours.credential_version;
  const bool take = takes_theirs(same_credentials(ours, theirs), older || !base || !same_credentials(ours, *base),
                                 !base || !same_credentials(theirs, *base), Field::password, merge.conflicts);
  if (take) {
    user.password_hash = theirs.user.password_hash;
    merge.merged.slots = theirs.slots;
    merge.merged.credential_version = theirs.credential_version;
  }
  merge.same_as_theirs = merge.conflicts.empty() && same_content(merge.merged, theirs);
  return merge;
}

bool same_content(const Op& left, const Op& right) {
  return left.user.username == right.user.username && left.user.email == right.user.email &&
         left.user.joined_at == right.user.joined_at && left.user.active == right.user.active &&
         same_credentials(left, right);
}

}  // namespace placecard
