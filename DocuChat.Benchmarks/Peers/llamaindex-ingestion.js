import { OpenAIEmbedding } from "@llamaindex/openai";
import { PGVectorStore } from "@llamaindex/postgres";
import { Document, IngestionPipeline, SentenceSplitter } from "llamaindex";
import { measure } from "./measure.js";

const embedModel = new OpenAIEmbedding({
  model: process.env.EMBEDDING_MODEL,
  apiKey: "benchmark",
  baseURL: process.env.EMBEDDING_BASE_URL,
  // Its own is 10.
  embedBatchSize: 100,
});
const store = new PGVectorStore({
  clientConfig: {},
  tableName: "peer_llamaindex",
  dimensions: Number(process.env.EMBEDDING_DIMENSIONS),
  embeddingModel: embedModel,
});
// One connection, and transactions by plain BEGIN: connected before calls that run at once would each make one.
await store.client();

await measure(async (texts) => {
  // The splitter's own sizes: 1,024 tokens, 200 of them shared.
  const pipeline = new IngestionPipeline({ transformations: [new SentenceSplitter(), embedModel], vectorStore: store, disableCache: true });
  const nodes = await pipeline.run({ documents: texts.map((text, i) => new Document({ text, metadata: { source: `${i}.txt` } })) });
  return nodes.length;
});
process.exit(0);
