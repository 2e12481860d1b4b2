// Does the Node client of the 1.5 line read what is published: tables, views, macros, comments?  It needs npm, which the tests must not:
//
//     npm install --prefix FOLDER @duckdb/node-api
//     NODE_PATH=FOLDER/node_modules node benchmarks/node_client.mjs warehouse/ansinh.duckdb
//
// Prints what it read as one JSON object, and ends with 1 where the file does not say what its own tables hold.
import { createRequire } from "node:module";
import process from "node:process";

const { DuckDBInstance } = createRequire(import.meta.url)("@duckdb/node-api");

const instance = await DuckDBInstance.create(process.argv[2], { access_mode: "READ_ONLY" });
const connection = await instance.connect();

async function ask(query) {
  return (await connection.runAndReadAll(query)).getRowObjectsJson();
}

const views = (await ask("SELECT view_name FROM duckdb_views() WHERE NOT internal ORDER BY ALL")).map((row) => row.view_name);
const rows = {};
for (const view of views) {
  rows[view] = Number((await ask(`SELECT count(*) AS n FROM "${view}"`))[0].n);
}
const [told] = await ask(`
  SELECT version() AS version, (SELECT value FROM meta WHERE key = 'schema_version') AS schema_version,
         (SELECT max(shares_sum_pct) FROM labour_structure) AS shares_sum_pct,
         (SELECT count(*) FROM area_series('Lào Cai', '2024')) AS points_of_lao_cai,
         (SELECT count(*) FROM duckdb_columns() WHERE NOT internal AND comment IS NULL) AS columns_without_comment`);
const published = Number((await ask("SELECT sum(rows_published) AS n FROM sources"))[0].n);
const first = (await ask("SELECT text, obs_value, period_start FROM observations ORDER BY line LIMIT 1"))[0];

console.log(JSON.stringify({ ...told, rows, published, first }, null, 1));
process.exitCode = rows.figures >= published && told.version.startsWith("v1.") ? 0 : 1;
