import { readFile } from "node:fs/promises";
import { PGVectorStore } from "@langchain/community/vectorstores/pgvector";
import { FakeEmbeddings } from "@langchain/core/utils/testing";
import pg from "pg";

// Its own table, filled from ours by SQL: the same texts and vectors. What is measured is its search with a filter by tenant, in three states of the table.
const [file, clients] = process.argv.slice(2);
const questions = JSON.parse(await readFile(file, "utf8"));
const dimensions = questions[0].vector.length;
const pool = new pg.Pool({ max: 10 });
const store = await PGVectorStore.initialize(new FakeEmbeddings(), { pool, tableName: "peer_langchain_search", dimensions });
await pool.query(`
  insert into peer_langchain_search (text, metadata, embedding)
  select c.text, jsonb_build_object('tenant', c.tenant_id, 'chunk', c.id), e.embedding::vector(${dimensions})
  from chunks c join chunk_embeddings e on e.tenant_id = c.tenant_id and e.chunk_id = c.id`);
await pool.query("vacuum analyze peer_langchain_search");

const states = {
  "as it comes": async () => {},
  "btree on the tenant, made by hand": () => pool.query("create index peer_tenant on peer_langchain_search ((metadata->>'tenant'))"),
  "its own HNSW index": async () => {
    await pool.query("drop index peer_tenant");
    await store.createHnswIndex({ dimensions });
  },
};
const results = [];
for (const [state, make] of Object.entries(states)) {
  const building = performance.now();
  await make();
  await pool.query("analyze peer_langchain_search");
  const seconds = (performance.now() - building) / 1000;
  // Where a question takes tens of milliseconds, fewer show it as well.
  const asked = state === "as it comes" ? questions.slice(0, 60) : questions;
  await round(asked, 1);
  const one = await round(asked, 1);
  const more = await round(asked, Number(clients));
  results.push({ state, buildSeconds: seconds, milliseconds: one.milliseconds, perSecond: one.perSecond, perSecondAtOnce: more.perSecond, found: one.found });
}
console.log(JSON.stringify(results));
process.exit(0);

async function round(asked, lanes) {
  const milliseconds = new Array(asked.length);
  const found = new Array(asked.length);
  let next = 0;
  const lane = async () => {
    while (next < asked.length) {
      const i = next++;
      const start = performance.now();
      const answer = await store.similaritySearchVectorWithScore(asked[i].vector, 10, { tenant: asked[i].tenant });
      milliseconds[i] = performance.now() - start;
      found[i] = answer.map(([document]) => document.metadata.chunk);
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: lanes }, lane));
  return { milliseconds, found, perSecond: asked.length / ((performance.now() - start) / 1000) };
}
