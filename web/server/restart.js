// @ts-check
// Somebody else was faster: the transaction begins again and sees what they did.

export class Restart extends Error {}

// serialization_failure, deadlock_detected, lock_not_available (PostgreSQL, appendix A); and unique_violation, because
// names are looked up before they are written.
const raced = new Set(['40001', '40P01', '55P03', '23505']);

/** @param {unknown} error */
export function isRace(error) {
  return error instanceof Restart || raced.has(sqlState(error));
}

/** Whether a value in a statement was the mistake, and not the database. @param {unknown} error */
export function isBadData(error) {
  return /^2[23]/.test(sqlState(error));
}

/** @param {unknown} error @returns {string} '' when the database did not say it */
export function sqlState(error) {
  const { code } = /** @type {{ code?: unknown }} */ (error ?? {});
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : '';
}
