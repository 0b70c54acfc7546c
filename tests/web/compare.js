// Every shipped scenario in WebAssembly: its timeline and its JSON are the program's, byte for byte; what is
// wrong is told as the program tells it.
//
// usage: node compare.js ROOT PAGE.js TCPWALTZ
"use strict";
const { spawnSync } = require("child_process");
const fs = require("fs");
const path = require("path");

const [root, page, program] = process.argv.slice(2);
process.chdir(root);

function scenarios(folder) {
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) return scenarios(file);
      return file.endsWith(".scn") ? [file] : [];
    });
}

let number = 0;
let failed = 0;

function test(title, holds, why = "") {
  console.log(`${holds ? "ok" : "not ok"} ${++number} - ${title}`);
  if (holds) return;
  failed++;
  if (why) console.log(`# ${why.slice(0, 400).replace(/\n/g, "\n# ")}`);
}

// What the program says of it, but for its word on expectations.
function said(format, file) {
  const { stdout } = spawnSync(program, ["run", "--format", format, file], { maxBuffer: 1 << 30 });
  const end = format === "timeline" ? stdout.lastIndexOf("\nheld: ") : -1;
  return end < 0 ? stdout : stdout.subarray(0, end + 1);
}

// What a scenario names.
const read = (file) => (fs.existsSync(file) ? fs.readFileSync(file, "utf8") : null);

require(path.resolve(page))({ read }).then((module) => {
  const play = module.cwrap("page_run", "number", ["string"]);
  const run = (name, scenario) => {
    const bytes = Buffer.from(scenario);
    const room = module._page_scenario(bytes.length); // the memory may be another one from then on
    module.HEAPU8.set(bytes, room);
    return play(name);
  };
  const view = module.cwrap("page_view", "number", ["string"]);
  const text = () => {
    const at = module._page_text();
    return Buffer.from(module.HEAPU8.subarray(at, at + module._page_length()));
  };
  const files = scenarios("scenarios");

  for (const file of files) {
    const status = run(file, fs.readFileSync(file, "utf8"));
    if (status !== 0) {
      test(file, false, text().toString());
      continue;
    }
    const differ = ["timeline", "json"].filter((format) => view(format) !== 0 || !text().equals(said(format, file)));
    test(file, differ.length === 0, `not the program's: ${differ.join(", ")}`);
  }
  test("there are scenarios", files.length > 100);

  const status = run("wrong.scn", "host a linux-2.5\n");
  test("what is wrong has its place", status !== 0 && text().toString().startsWith("wrong.scn:1:8: error:"));
  test("and the run before is still there", view("timeline") === 0 && text().length > 0);

  const bytes = (file) => spawnSync("gzip", ["-9c", file], { maxBuffer: 1 << 30 }).stdout.length;
  const all = bytes(page) + bytes(page.replace(/\.js$/, ".wasm"));
  console.log(`# ${all} bytes, compressed`);
  test("it is at most 300 kB, compressed by gzip -9", all <= 300_000, `${all} bytes`);
  console.log(`1..${number}`);
  process.exit(failed === 0 ? 0 : 1);
});
