#include "store/store.h"

#include "store/inspect.h"
#include "store/schema.h"
#include "store/transaction.h"

namespace placecard {

namespace {

// A file whose cells point outside their pages must be refused before anything reads rows from it, so the order
// matters: header, settings, integrity, and only then the tables.
Status check_and_migrate(Image& image, Database& database, Host& host, Store::Source source) {
  const bool strange = source == Store::Source::a_file && image.size() > 0;
  if (strange) {
    Status header = inspect_header(image);
    if (!header) return header;
  }
  Status configured = configure(database);
  if (!configured) return configured;
  if (strange) {
    Status whole = inspect_integrity(database);
    if (!whole) return whole;
  }
  Status migrated = migrate(database, host);
  if (!migrated || !strange) return migrated;
  Transaction transaction(database);
  Status filed = refresh_aliases(database, host);
  if (!filed) return filed;
  Status committed = transaction.commit();
  if (!committed) return committed;
  return normalise_page_size(database);
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
  return Done{};
}

void Store::acknowledge() {
  image_->acknowledge();
  former_.reset();
}

void Store::undo() {
  if (former_ == nullptr) {
    image_->undo();
    database_->drop_cache();
    return;
  }
  database_.reset();
  image_ = std::move(former_);
  image_->undo();
  reload();
}

void Store::reload() {
  // A new connection, not drop_cache(): the schema may be another one too.
  database_ = std::make_unique<Database>(*image_, host_);
  (void)configure(*database_).ok();
}

}  // namespace placecard
