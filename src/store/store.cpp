#include "store/store.h"

#include <array>

#include "store/inspect.h"
#include "store/schema.h"
#include "store/transaction.h"

namespace placecard {

namespace {

// Changes whenever the schema does (sqlite.org/fileformat2.html section 1.3.9).
std::uint32_t schema_cookie(const Image& image) {
  constexpr std::size_t kOffset = 40;
  std::array<std::uint8_t, 4> bytes{};
  image.read(kOffset, bytes);
  return static_cast<std::uint32_t>(bytes[0]) << 24U | static_cast<std::uint32_t>(bytes[1]) << 16U |
         static_cast<std::uint32_t>(bytes[2]) << 8U | bytes[3];
}

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
    Status whole = inspect_integrity(image, database);
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
  schema_cookie_ = schema_cookie(*image_);
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
  schema_cookie_ = schema_cookie(*image_);
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
    if (schema_cookie(*image_) == schema_cookie_) {
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
  if (extent == Extent::pages && schema_cookie(*image_) == schema_cookie_) {
    database_->drop_cache();
    return Done{};
  }
  reload();
  Status migrated = migrate(*database_, host_);
  schema_cookie_ = schema_cookie(*image_);
  return migrated;
}

void Store::reload() {
  // A new connection, not drop_cache(): the schema may be another one too.
  database_ = std::make_unique<Database>(*image_, host_);
  (void)configure(*database_).ok();
  schema_cookie_ = schema_cookie(*image_);
}

}  // namespace placecard
