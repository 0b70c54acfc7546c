// What the page says, language by language: none is missing, none has lost a place that is filled in, none is said
// by nobody.
//
//   node --no-experimental-fetch strings.mjs ROOT MODULES LIBRARY.js
//
// LIBRARY.js is what emscripten made to load the library: it knows which messages and keys there are.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { finish, required, test } from "./browser.mjs";

const [root, modules, library] = process.argv.slice(2).map((path) => resolve(path));
const { buildSync } = required(modules)("esbuild");
const folder = join(root, "web/src");

/** A module's exports. */
async function exportsOf(path) {
  const { outputFiles } = buildSync({ entryPoints: [join(folder, path)], bundle: true, format: "esm", write: false });
  return import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
}

const { en } = await exportsOf("strings/en.ts");
const { zh } = await exportsOf("strings/zh.ts");
const { library: messages } = await exportsOf("strings/library.zh.ts");
const { keys, ranges } = await exportsOf("strings/keys.zh.ts");
const wasm = await createRequire(import.meta.url)(library)();
const places = (text) => [...text.matchAll(/\{\d\}/g)].map(([place]) => place).sort();

await test("every text is there in Chinese, and has the same places", () => {
  assert.deepEqual(Object.keys(zh), Object.keys(en));
  for (const [name, text] of Object.entries(zh)) {
    assert.match(text, /\p{Script=Han}/u, name);
    assert.deepEqual(places(text), places(en[name]), name);
  }
});

/** What the library names, from 0 up to the one that is not there. */
function namesOf(call) {
  const nameAt = wasm.cwrap(call, "string", ["number"]);
  const names = new Set();
  for (let index = 0, name; (name = nameAt(index)); index++) names.add(name);
  return [...names].sort();
}

await test("every message of the library is there in Chinese, and has the same places", () => {
  assert.deepEqual(Object.keys(messages).sort(), namesOf("page_message"));
  for (const [english, text] of Object.entries(messages)) {
    assert.match(text, /\p{Script=Han}|^[： A-Z]/u, english);
    assert.deepEqual(places(text), places(english), english);
  }
});

await test("every key of the library is explained in Chinese", () => {
  wasm.cwrap("page_profile", "string", ["string"])("rfc6298");
  assert.deepEqual(Object.keys(keys).sort(), namesOf("page_key_name"));
  for (const [key, text] of Object.entries(keys)) assert.match(text, /\p{Script=Han}/u, key);
});

await test("what keys take is said in Chinese", () => {
  wasm.cwrap("page_profile", "string", ["string"])("rfc6298");
  const takes = wasm.cwrap("page_key_takes", "string", ["number"]);
  for (const english of Object.keys(keys).map((_, index) => takes(index))) {
    const said = ranges.reduce((text, [pattern, words]) => text.replace(pattern, words), english);
    assert.doesNotMatch(said, / (to|or|from|time|seconds|bytes)\b|,/, english);
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
