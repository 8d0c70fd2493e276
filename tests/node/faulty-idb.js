// An IndexedDB (fake-indexeddb: the whole specification, in memory) every call of which can be made to fail, in each of
// the ways a browser's can. Wraps the objects that web/placecard/storage uses, and only what it uses of them.

/** How a call fails. */
export const modes = [
  'throw', // at once, as on a connection that is closed already
  'error', // the request fails, and its transaction with it
  'quota', // every request succeeds, and the transaction aborts in the end because the disk is full
  'lost', // the connection is closed under it: nothing was stored
  'doubt', // the connection is closed under it, but the commit has come through
];

export class Faults {
  calls = 0;
  /** @type {(call: number) => string | null} a mode, for a call that is to fail */
  plan = () => null;

  next() {
    this.calls += 1;
    return this.plan(this.calls);
  }
}

/**
 * @param {IDBFactory} factory
 * @param {Faults} faults
 */
export function faulty(factory, faults) {
  return {
    open(name, version) {
      if (faults.next() !== null) return failedRequest(new DOMException('injected: open', 'UnknownError'));
      return over(factory.open(name, version), { result: (request) => wrapDatabase(request.result, faults) });
    },
  };
}

/**
 * @param {object} target
 * @param {Record<string, (target: any) => unknown>} properties computed instead
 */
function over(target, properties) {
  return new Proxy(target, {
    get(_, name) {
      if (Object.hasOwn(properties, name)) return properties[name](target);
      const value = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
    set: (_, name, value) => Reflect.set(target, name, value, target),
  });
}

function failedRequest(error) {
  const request = { error, onerror: null, onsuccess: null, onupgradeneeded: null };
  setImmediate(() => request.onerror?.());
  return request;
}

const wrapped = new WeakMap();

function wrapDatabase(database, faults) {
  if (!wrapped.has(database)) {
    const lose = () => {
      database.close();
      setImmediate(() => database.onclose?.(new Event('close')));
    };
    const transaction = () => (stores, kind, options) => {
      const mode = faults.next();
      if (mode === 'throw' || mode === 'lost') {
        if (mode === 'lost') lose();
        throw new DOMException('injected: transaction', 'InvalidStateError');
      }
      return wrapTransaction(database.transaction(stores, kind, options), mode, faults, lose);
    };
    wrapped.set(database, over(database, { transaction }));
  }
  return wrapped.get(database);
}

/** A mode that fell on the transaction itself makes it fail in the end. */
function wrapTransaction(transaction, ending, faults, lose) {
  const state = { error: null, waiting: 0, ending, ended: false };
  const fail = (name) => {
    if (state.error !== null || state.ended) return;
    state.error = new DOMException(`injected: ${name}`, name);
    transaction.abort();
  };
  // With nothing left to ask it would commit now.
  const afterRequest = async () => {
    state.waiting -= 1;
    await null;
    await null;
    if (state.waiting > 0 || state.ending === null || state.ending === 'doubt') return;
    if (state.ending === 'lost') lose();
    fail({ quota: 'QuotaExceededError', lost: 'AbortError', error: 'UnknownError' }[state.ending]);
  };
  transaction.addEventListener('complete', () => {
    state.ended = true;
    if (state.ending !== 'doubt') return proxy.oncomplete?.();
    state.error = new DOMException('injected: doubt', 'AbortError');
    lose();
    return proxy.onabort?.();
  });
  transaction.addEventListener('abort', () => {
    state.ended = true;
    proxy.onabort?.();
  });

  const request =
    (store, method) =>
    (...args) => {
      const mode = faults.next();
      if (mode === 'throw') throw new DOMException(`injected: ${method}`, 'InvalidStateError');
      if (mode === 'quota' || mode === 'doubt') state.ending = mode;
      state.waiting += 1;
      const asked = store[method](...args);
      asked.addEventListener('success', afterRequest);
      if (mode === 'error' || mode === 'lost') {
        if (mode === 'lost') lose();
        queueMicrotask(() => fail(mode === 'error' ? 'UnknownError' : 'AbortError'));
      }
      return asked;
    };
  const methods = ['get', 'getAll', 'getAllKeys', 'add', 'put', 'delete'];
  const proxy = {
    oncomplete: null,
    onabort: null,
    get error() {
      return state.error ?? transaction.error;
    },
    abort() {
      state.ended = true;
      transaction.abort();
    },
    commit() {
      if (state.ending === null) transaction.commit(); // or it ends as it has to
    },
    objectStore(name) {
      const store = transaction.objectStore(name);
      return Object.fromEntries(methods.map((method) => [method, request(store, method)]));
    },
  };
  return proxy;
}
