// abi.h, "the database's bytes".
#include <memory>
#include <utility>

#include "abi_core.h"

using placecard::abi::answer;
using placecard::abi::refuse;

extern "C" {

PLACECARD_EXPORT size_t placecard_image_size(placecard_core* core) { return core->store.image().size(); }

PLACECARD_EXPORT uint8_t* placecard_image_at(placecard_core* core, size_t offset) {
  return core->store.image().contiguous(offset).data();
}

PLACECARD_EXPORT size_t placecard_image_run(placecard_core* core, size_t offset) {
  return core->store.image().contiguous(offset).size();
}

PLACECARD_EXPORT void placecard_image_edit(placecard_core* core, size_t offset, size_t size) {
  core->store.image().edit(offset, size);
}

PLACECARD_EXPORT void placecard_image_resize(placecard_core* core, size_t size) { core->store.image().resize(size); }

PLACECARD_EXPORT uint32_t placecard_open(placecard_core* core, uint32_t from_a_file) {
  using Source = placecard::Store::Source;
  return answer(core, core->store.open(from_a_file != 0 ? Source::a_file : Source::ours));
}

PLACECARD_EXPORT uint32_t placecard_refresh(placecard_core* core, uint32_t whole) {
  using Extent = placecard::Store::Extent;
  return answer(core, core->store.refresh(whole != 0 ? Extent::whole : Extent::pages));
}

PLACECARD_EXPORT const uint32_t* placecard_changes(placecard_core* core) {
  static_assert(sizeof(placecard::Image::Run) == 2 * sizeof(uint32_t));
  core->changes = core->store.image().changes();
  return reinterpret_cast<const uint32_t*>(core->changes.data());
}

PLACECARD_EXPORT size_t placecard_changes_count(placecard_core* core) { return core->changes.size(); }
PLACECARD_EXPORT uint32_t placecard_is_dirty(placecard_core* core) { return core->store.dirty() ? 1 : 0; }
PLACECARD_EXPORT void placecard_acknowledge(placecard_core* core) { core->store.acknowledge(); }
PLACECARD_EXPORT void placecard_undo(placecard_core* core) { core->store.undo(); }

PLACECARD_EXPORT void placecard_import_begin(placecard_core* core) {
  core->staged = std::make_unique<placecard::Image>();
}

PLACECARD_EXPORT void placecard_import_append(placecard_core* core, const uint8_t* bytes, size_t size) {
  core->staged->write(core->staged->size(), {bytes, size});
}

PLACECARD_EXPORT uint32_t placecard_import_apply(placecard_core* core) {
  const placecard::Status replaced = core->store.replace(std::move(core->staged));
  if (!replaced) return refuse(core, replaced.failure());
  return answer(core, core->accounts.users().count({}));
}

PLACECARD_EXPORT void placecard_import_cancel(placecard_core* core) { core->staged.reset(); }

}  // extern "C"
