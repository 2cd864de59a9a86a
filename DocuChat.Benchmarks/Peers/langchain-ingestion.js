import { PGVectorStore } from "@langchain/community/vectorstores/pgvector";
import { OpenAIEmbeddings } from "@langchain/openai";
import { RecursiveCharacterTextSplitter } from "@langchain/textsplitters";
import { Document } from "@langchain/core/documents";
import pg from "pg";
import { measure } from "./measure.js";

const embeddings = new OpenAIEmbeddings({
  model: process.env.EMBEDDING_MODEL,
  apiKey: "benchmark",
  batchSize: 512,
  configuration: { baseURL: process.env.EMBEDDING_BASE_URL },
});
// The sizes of its documentation.
const splitter = new RecursiveCharacterTextSplitter({ chunkSize: 1000, chunkOverlap: 200 });
const store = await PGVectorStore.initialize(embeddings, {
  pool: new pg.Pool({ max: 10 }),
  tableName: "peer_langchain",
  dimensions: Number(process.env.EMBEDDING_DIMENSIONS),
});

await measure(async (texts) => {
  const chunks = await splitter.splitDocuments(texts.map((text, i) => new Document({ pageContent: text, metadata: { source: `${i}.txt` } })));
  await store.addDocuments(chunks);
  return chunks.length;
});
process.exit(0);
