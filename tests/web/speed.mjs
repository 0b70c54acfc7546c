// How fast the page is, in chromium: the first picture, and from a click to the picture of the changed run. Prints,
// judges nothing: tools/page --speed.
//
//   node speed.mjs MODULES PAGE

import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { launch } from "./browser.mjs";

const [modules, folder] = process.argv.slice(2).map((path) => resolve(path));
const address = pathToFileURL(join(folder, "index.html")).href;
const rounds = 15;

/** So many connections, one a second, opened and closed. */
const scenario = (connections) => `title "Speed"
host client linux-6.18
host server linux-6.18
link client server delay=10ms
at 0s server listen
at 0s client connect server rate=1/s count=${connections}
when client ESTABLISHED after 100ms client close
when server CLOSE-WAIT server close
stop at ${connections}s
`;

/** Times, in ms, from now on until the ladder was drawn anew, and painted. */
const redrawn = (page, act) =>
  page.evaluate(async (act) => {
    const ladder = document.querySelector("#ladder");
    const began = performance.now();
    const drawn = new Promise((done) => {
      new MutationObserver((_, observer) => {
        if (!ladder.querySelector("svg")) return;
        observer.disconnect();
        done(performance.now() - began);
      }).observe(ladder, { childList: true });
    });
    document.querySelector(act).click();
    const toPicture = await drawn;
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    return [toPicture, performance.now() - began];
  }, act);

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const said = (values) =>
  `median ${median(values).toFixed(1)} ms, ${Math.min(...values).toFixed(1)} to ${Math.max(...values).toFixed(1)}`;

const browser = await launch(modules);

const firsts = [];
for (let round = 0; round < 5; round++) {
  const page = await browser.newPage();
  await page.addInitScript(() => {
    new MutationObserver((_, observer) => {
      if (!document.querySelector("#ladder svg")) return;
      observer.disconnect();
      requestAnimationFrame(() => setTimeout(() => (window.firstPicture = performance.now())));
    }).observe(document, { childList: true, subtree: true });
  });
  await page.goto(address);
  firsts.push(await page.waitForFunction(() => window.firstPicture).then((handle) => handle.jsonValue()));
  await page.close();
}
console.log(`first picture: ${said(firsts)}`);

for (const connections of [1, 20, 100]) {
  const page = await browser.newPage({ viewport: { width: 1500, height: 950 } });
  await page.goto(address);
  await page.locator("#ladder svg").waitFor();
  await page.evaluate((text) => localStorage.setItem("tcpwaltz: at hand", `speed.scn\n${text}`), scenario(connections));
  await page.reload();
  await page.waitForFunction(() => /Speed/.test(document.title));
  await page.locator("#slider").fill("5");
  await page.locator("#actions [data-do=drop]").waitFor();
  const times = [await redrawn(page, "#actions [data-do=drop]")];
  for (let round = 0; round < rounds; round++) times.push(await redrawn(page, round % 2 === 0 ? "#undo" : "#redo"));
  const count = /^\d+/.exec(await page.textContent("#told"))[0];
  console.log(`${count} events, click to new drawing: ${said(times.map(([drawn]) => drawn))}`);
  console.log(`${count} events, click to painted:     ${said(times.map(([, painted]) => painted))}`);
  await page.close();
}
await browser.close();
