// What the page says, language by language: none is missing, none has lost a place that is filled in, none is said
// by nobody.
//
//   node strings.mjs ROOT MODULES

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { finish, required, test } from "./browser.mjs";

const [root, modules] = process.argv.slice(2).map((path) => resolve(path));
const { buildSync } = required(modules)("esbuild");
const folder = join(root, "web/src");

/** A module's exports. */
async function exportsOf(path) {
  const { outputFiles } = buildSync({ entryPoints: [join(folder, path)], bundle: true, format: "esm", write: false });
  return import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
}

const { en } = await exportsOf("strings/en.ts");
const { zh } = await exportsOf("strings/zh.ts");
const places = (text) => [...text.matchAll(/\{\d\}/g)].map(([place]) => place).sort();

await test("every text is there in Chinese, and has the same places", () => {
  assert.deepEqual(Object.keys(zh), Object.keys(en));
  for (const [name, text] of Object.entries(zh)) {
    assert.match(text, /\p{Script=Han}/u, name);
    assert.deepEqual(places(text), places(en[name]), name);
  }
});

await test("every text is said somewhere", () => {
  const sources = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.endsWith("strings"))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
  const all = [...sources, readFileSync(join(root, "web/index.html"), "utf8")].join("\n");
  for (const name of Object.keys(en)) assert.ok(all.includes(`"${name}"`), name);
});

process.exit(finish());
