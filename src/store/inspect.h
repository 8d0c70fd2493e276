// A stranger's bytes, looked at before anything trusts them.
#pragma once

#include "store/database.h"
#include "store/image.h"

namespace placecard {

// Looks at the 100-byte header only (sqlite.org/fileformat2.html section 1.3): is it SQLite, whole, UTF-8, and not in
// WAL mode, where part of it may lie in another file.
Status inspect_header(const Image& image);

// Asks SQLite to check every page and index (PRAGMA integrity_check), and looks at what it does not: whether an empty
// index is one (sqlite.org/fileformat2.html section 1.6).
Status inspect_integrity(const Image& image, Database& database);

// Rewrites the file with placecard's page size when it has another one.
Status normalise_page_size(Database& database);

}  // namespace placecard
