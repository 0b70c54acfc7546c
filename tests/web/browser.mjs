// Chromium, driven by Playwright, and tests that say TAP.

import { createRequire } from "node:module";
import { join } from "node:path";

/** What keeps it quiet: it looks for nothing on the network by itself. */
const quiet = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const required = (modules) => createRequire(join(modules, "/"));

/** `modules` is the folder with node_modules. */
export function launch(modules) {
  const { chromium } = required(modules)("playwright-core");
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: quiet });
}

let number = 0;
let failed = 0;

/** Runs what throws when it does not hold. */
export async function test(title, holds) {
  number++;
  try {
    await holds();
    console.log(`ok ${number} - ${title}`);
  } catch (trouble) {
    failed++;
    console.log(`not ok ${number} - ${title}`);
    console.log(
      `# ${String(trouble?.stack ?? trouble)
        .slice(0, 1500)
        .replace(/\n/g, "\n# ")}`,
    );
  }
}

/** The plan, and the status. */
export function finish() {
  console.log(`1..${number}`);
  return failed === 0 ? 0 : 1;
}
