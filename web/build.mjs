// Makes the page: a folder of files that needs no server.
//
//   node build.mjs ROOT MODULES LIBRARY OUT
//
// ROOT is the checkout, MODULES the folder with node_modules, LIBRARY that with tcpwaltz-page.js and .wasm
// (tools/web), OUT where the page goes. tools/page calls it.

import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";

const [root, modules, library, out] = process.argv.slice(2).map((path) => resolve(path));
const { build } = createRequire(join(modules, "/"))("esbuild");
const source = join(root, "web");

/** Every file below a folder, by its path from the checkout. */
function filesIn(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? filesIn(`${folder}/${entry.name}`) : [`${folder}/${entry.name}`]));
}

const read = (path) => readFileSync(join(root, path), "utf8");
const version = /version: '([^']+)'/.exec(read("meson.build"))[1];

/** What src/shipped.d.ts declares. */
const shipped = {
  scenarios: Object.fromEntries(filesIn("scenarios").map((path) => [path, read(path)])),
  grammar: JSON.parse(read("docs/editors/vscode/syntaxes/tcpwaltz.tmLanguage.json")).patterns,
  version,
  build: "",
};

const plugin = {
  name: "shipped",
  setup(builder) {
    builder.onResolve({ filter: /^shipped:/ }, ({ path }) => ({ path, namespace: "shipped" }));
    builder.onLoad({ filter: /.*/, namespace: "shipped" }, ({ path }) => ({
      contents: JSON.stringify(shipped[path.slice("shipped:".length)]),
      loader: "json",
    }));
  },
};

async function bundle(entry) {
  const { outputFiles } = await build({
    entryPoints: [join(source, "src", entry)],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    nodePaths: [join(modules, "node_modules")],
    plugins: [plugin],
  });
  return outputFiles[0].text;
}

/** The worker's text: the library, packed, what emscripten made to load it, and the worker itself. */
async function engine() {
  const wasm = gzipSync(readFileSync(join(library, "tcpwaltz-page.wasm")), { level: 9 }).toString("base64");
  const loader = readFileSync(join(library, "tcpwaltz-page.js"), "utf8");
  const worker = await bundle("engine/worker.ts");
  return `var TCPWALTZ_ENGINE=${JSON.stringify(`var TCPWALTZ_WASM="${wasm}";\n${loader}\n${worker}`)};\n`;
}

const made = { "page.js": await bundle("page.ts"), "engine.js": await engine() };
const copied = ["index.html", "page.css", "icon.svg", "page.webmanifest"];
const hash = createHash("sha256");
for (const text of Object.values(made)) hash.update(text);
for (const name of copied) hash.update(readFileSync(join(source, name)));
shipped.build = `${version} ${hash.digest("hex").slice(0, 12)}`;

mkdirSync(out, { recursive: true });
for (const [name, text] of Object.entries({ ...made, "offline.js": await bundle("offline.ts") }))
  writeFileSync(join(out, name), text);
for (const name of copied) copyFileSync(join(source, name), join(out, name));
