// A place for the keys of remembered sessions, as a caller may bring one.

/** @returns {import('../../dist/placecard/sessions/key-store.js').KeyStore & { secrets: Map<string, Uint8Array> }} */
export function memoryKeyStore() {
  /** @type {Map<string, Uint8Array>} */
  const secrets = new Map();
  return {
    secrets,
    get: async (id) => secrets.get(id)?.slice(),
    put: async (id, secret) => secrets.set(id, secret.slice()),
    delete: async (id) => secrets.delete(id),
  };
}
