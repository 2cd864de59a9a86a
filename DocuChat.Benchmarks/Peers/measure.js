import { readFile } from "node:fs/promises";

/**
 * Gives the texts to `add`, so many a call and so many calls at once as the arguments say: a quarter to warm up, then all, measured. Prints the figures as JSON.
 * @param {(texts: string[]) => Promise<number>} add Takes texts in and tells how many chunks they became.
 */
export async function measure(add) {
  const [file, perCall, atOnce] = process.argv.slice(2);
  const texts = JSON.parse(await readFile(file, "utf8"));
  await round(add, texts.slice(0, texts.length / 4), Number(perCall), Number(atOnce));
  const start = performance.now();
  const chunks = await round(add, texts, Number(perCall), Number(atOnce));
  const seconds = (performance.now() - start) / 1000;
  // maxRSS is in kilobytes.
  console.log(JSON.stringify({ documents: texts.length, chunks, seconds, peakMemory: process.resourceUsage().maxRSS * 1024 }));
}

async function round(add, texts, perCall, atOnce) {
  let next = 0;
  let chunks = 0;
  const lane = async () => {
    while (next < texts.length) {
      const slice = texts.slice(next, (next += perCall));
      // Not `chunks += await`: that reads the sum before it waits.
      const added = await add(slice);
      chunks += added;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return chunks;
}
