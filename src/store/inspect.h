// A stranger's bytes, looked at before anything trusts them.
#pragma once

#include "store/database.h"
#include "store/image.h"

namespace placecard {

// Asks SQLite to check every page and index (PRAGMA integrity_check), and looks at what it does not: whether an empty
// index is one (sqlite.org/fileformat2.html section 1.6).
Status inspect_integrity(const Image& image, Database& database);

// There is no other place for it. Where the pages are of our size it is there already (vfs.cpp).
Status keep_journal_in_memory(const Image& image, Database& database);

// Rewrites the file with placecard's page size when it has another one.
Status normalise_page_size(const Image& image, Database& database);

}  // namespace placecard
