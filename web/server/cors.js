// @ts-check
// Which other origins' pages may talk to the server: those that are named. No cookie is ever used, so a page that may
// not read an answer has gained nothing by asking.

const preflight = {
  'access-control-allow-methods': 'GET, POST, DELETE',
  'access-control-allow-headers': 'authorization, content-type',
  'access-control-max-age': '7200',
};

/**
 * @param {Request} request
 * @param {ReadonlySet<string>} origins
 * @returns {Record<string, string>}
 */
export function corsHeaders(request, origins) {
  if (origins.size === 0) return {};
  const origin = request.headers.get('origin');
  if (origin === null || !origins.has(origin)) return { vary: 'Origin' };
  return {
    vary: 'Origin',
    'access-control-allow-origin': origin,
    'access-control-expose-headers': 'retry-after',
    ...(request.method === 'OPTIONS' ? preflight : {}),
  };
}
