// Two devices have changed one account, neither knowing of the other: what comes of it, field by field. A field only
// one of them changed is as that one has it; what both changed, differently, somebody has to choose.
#pragma once

#include <optional>

#include "result.h"
#include "sync/op.h"

namespace placecard {

struct Merge {
  Op merged;                    // ours, with what they alone have changed
  Problems conflicts;           // changed_meanwhile for each field both have changed; the password is one field with
                                // all that belongs to it
  bool same_as_theirs = false;  // nothing of ours is left to tell them
};

// `base` is the last op both descend from, as far as it is known. Without it whatever differs is a conflict.
Merge merge_ops(const std::optional<Op>& base, const Op& ours, const Op& theirs);

// Whether both say the same of the account.
bool same_content(const Op& left, const Op& right);

}  // namespace placecard
