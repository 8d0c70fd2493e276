/** All rows of all tables, as PostgreSQL writes them. */
export async function everything({ query }) {
  const tables = await query(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema() ORDER BY 1`,
  );
  const all = {};
  for (const { name } of tables) {
    const rows = await query(`SELECT x::text AS row FROM "${name}" AS x ORDER BY 1`);
    all[name] = rows.map(({ row }) => row);
  }
  return all;
}
