// @ts-check
// Reads the JSON of a request, and not more of it than is allowed.

import { Failure } from './failure.js';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * @param {Request} request
 * @param {number} mostBytes
 * @returns {Promise<Record<string, unknown>>}
 */
export async function readBody(request, mostBytes) {
  // Also what keeps other people's pages out: a browser asks first before it sends JSON across origins.
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/json\s*(;|$)/i.test(type)) throw new Failure('type-unsupported');
  const bytes = await readBytes(request, mostBytes);
  try {
    const body = JSON.parse(decoder.decode(bytes));
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body;
  } catch {
    // said below
  }
  throw new Failure('body-invalid');
}

/**
 * @param {Request} request
 * @param {number} mostBytes
 */
async function readBytes(request, mostBytes) {
  if (Number(request.headers.get('content-length') ?? 0) > mostBytes) throw new Failure('body-too-large');
  if (request.body === null) return new Uint8Array();
  /** @type {Uint8Array[]} */
  const chunks = [];
  let size = 0;
  const reader = request.body.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch((cause) => {
      throw new Failure('body-invalid', { cause });
    });
    if (done) break;
    size += value.length;
    if (size > mostBytes) {
      await reader.cancel().catch(() => {});
      throw new Failure('body-too-large');
    }
    chunks.push(value);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
