// @ts-check
// Rows on their way into the core, many at a time.

const ROW_BUFFER = 4096; // bytes; a longer row gets a longer buffer
const MAX_UTF8_PER_UNIT = 3;

const encoder = new TextEncoder();

/**
 * @param {import('./instance.js').Instance} instance
 * @param {import('./users.js').UserRow[]} rows
 * @returns {number} how many
 */
export function importRows(instance, rows) {
  instance.call('rows_begin');
  // One buffer and one view for all rows: making them for each would cost more than storing it.
  let size = ROW_BUFFER;
  let pointer = instance.alloc(size);
  let view = instance.view(pointer, size);
  try {
    for (const [id, username, email, passwordHash, joinedAt] of rows) {
      const together = (username ?? '') + (email ?? '') + (passwordHash ?? '') + (joinedAt ?? '');
      const most = together.length * MAX_UTF8_PER_UNIT;
      if (most > size) {
        instance.free(pointer, size);
        size = 0; // should there be no more memory
        pointer = instance.alloc(most);
        size = most;
        view = instance.view(pointer, size);
      }
      if (view.length === 0) view = instance.view(pointer, size); // the memory has grown
      if (encoder.encodeInto(together, view).written !== together.length) {
        instance.callWith('rows_add', id, username, email, passwordHash, joinedAt);
        continue;
      }
      // All ASCII: every text is as many bytes as characters.
      const atEmail = pointer + (username?.length ?? 0);
      const atHash = atEmail + (email?.length ?? 0);
      const atJoined = atHash + (passwordHash?.length ?? 0);
      instance.call(
        'rows_add',
        id,
        username === null ? 0 : pointer,
        atEmail - pointer,
        email === null ? 0 : atEmail,
        atHash - atEmail,
        passwordHash === null ? 0 : atHash,
        atJoined - atHash,
        joinedAt === null ? 0 : atJoined,
        joinedAt?.length ?? 0,
      );
    }
  } finally {
    if (size > 0) instance.free(pointer, size);
  }
  return instance.answer(instance.call('rows_apply'));
}
