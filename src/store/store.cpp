#include "store/store.h"

#include "store/header.h"
#include "store/inspect.h"
#include "store/schema.h"
#include "store/transaction.h"

namespace placecard {

namespace {

// A file whose cells point outside their pages must be refused before anything reads rows from it, so the order
// matters: header, integrity, and only then the tables.
Status check_and_migrate(Image& image, Database& database, Host& host, Store::Source source) {
  const bool strange = source == Store::Source::a_file && image.size() > 0;
  if (strange) {
    Status header = Header(image).inspect(image.size());
    if (!header) return header;
    Status whole = inspect_integrity(image, database);
    if (!whole) return whole;
    Status journalled = keep_journal_in_memory(image, database);
    if (!journalled) return journalled;
  }
  if (!strange && image.size() > 0) {
    const Result<bool> current = is_current(database);
    if (current && *current) return Done{};
  }
  Status migrated = migrate(database, host);
  if (!migrated || !strange) return migrated;
  Transaction transaction(database);
  Status filed = refresh_aliases(database, host);
  if (!filed) return filed;
  Status committed = transaction.commit();
  if (!committed) return committed;
  return normalise_page_size(image, database);
}

}  // namespace

Store::Store(Host& host) : host_(host), image_(std::make_unique<Image>()) {}
Store::~Store() = default;

Status Store::open(Source source) {
  image_->acknowledge();
  auto database = std::make_unique<Database>(*image_, host_);
  Status opened = check_and_migrate(*image_, *database, host_, source);
  if (!opened) {
    database.reset();
    image_->undo();
    return opened;
  }
  database_ = std::move(database);
  schema_cookie_ = Header(*image_).schema_cookie();
  return opened;
}

Status Store::replace(std::unique_ptr<Image> staged) {
  auto database = std::make_unique<Database>(*staged, host_);
  if (staged->size() == 0) return Error::database_malformed;
  Status checked = check_and_migrate(*staged, *database, host_, Source::a_file);
  if (!checked) return checked;
  database_ = std::move(database);
  // A second replacement before the first is stored still goes back to what is stored.
  if (former_ == nullptr) former_ = std::move(image_);
  image_ = std::move(staged);
  schema_cookie_ = Header(*image_).schema_cookie();
  return Done{};
}

void Store::acknowledge() {
  image_->acknowledge();
  former_.reset();
}

void Store::undo() {
  if (former_ == nullptr) {
    image_->undo();
    // The same cookie may stand for another schema tomorrow, so one that was undone is not kept in mind.
    if (Header(*image_).schema_cookie() == schema_cookie_) {
      database_->drop_cache();
    } else {
      reload();
    }
    return;
  }
  database_.reset();
  image_ = std::move(former_);
  image_->undo();
  reload();
}

Status Store::refresh(Extent extent) {
  acknowledge();
  if (extent == Extent::pages && Header(*image_).schema_cookie() == schema_cookie_) {
    database_->drop_cache();
    return Done{};
  }
  reload();
  Status migrated = migrate(*database_, host_);
  schema_cookie_ = Header(*image_).schema_cookie();
  return migrated;
}

void Store::reload() {
  // A new connection, not drop_cache(): the schema may be another one too.
  database_ = std::make_unique<Database>(*image_, host_);
  schema_cookie_ = Header(*image_).schema_cookie();
}

}  // namespace placecard
