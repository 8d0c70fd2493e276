// All or nothing: what is not committed when the object dies is rolled back.
#pragma once

#include "store/database.h"

namespace placecard {

class Transaction {
 public:
  explicit Transaction(Database& database) : database_(database), begun_(database.execute("BEGIN IMMEDIATE")) {}
  ~Transaction() {
    if (begun_ && database_.in_transaction()) (void)database_.execute("ROLLBACK").ok();
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  // Refuses when the transaction could not begin or SQLite cannot commit it; either way nothing is changed.
  Status commit() { return begun_ ? database_.execute("COMMIT") : begun_; }

 private:
  Database& database_;
  Status begun_;
};

}  // namespace placecard
