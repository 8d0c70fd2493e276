/**
 * Asks a Worker that runs ring.js, and waits for its answer.
 * @param {Worker} ring
 * @returns {(deed: string, request: object) => Promise<any>}
 */
export function askerOf(ring) {
  const waiting = new Map();
  let asked = 0;
  ring.onmessage = ({ data: { id, value, error } }) => {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) resolve(value);
    else reject(new Error(error));
  };
  return (deed, request) => {
    asked += 1;
    const id = asked;
    ring.postMessage({ id, deed, request });
    return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
  };
}
