// The site: no link of it leads nowhere, lessons' runs can be played in the text, and everybody can read it.
//
//   node site.mjs MODULES SITE PICTURES

import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { accessibility } from "./accessible.mjs";
import { finish, launch, test } from "./browser.mjs";

const [modules, site, pictures] = process.argv.slice(2).map((path) => resolve(path));
mkdirSync(pictures, { recursive: true });

const pages = readdirSync(site, { recursive: true }).filter((path) => path.endsWith(".html"));
const contents = new Map(pages.map((path) => [join(site, path), readFileSync(join(site, path), "utf8")]));
const idsOf = (text) => new Set([...text.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id));

/** Why a link of a page leads nowhere; null: it does not. */
function wrongWith(page, link) {
  const [path, anchor] = link.replaceAll("&amp;", "&").split("#");
  const target = path === "" ? page : join(dirname(page), decodeURIComponent(path));
  if (!existsSync(target)) return "no such file";
  if (statSync(target).isDirectory()) return "a folder";
  const text = contents.get(target);
  if (anchor === undefined || !text || /^[fs]=/.test(anchor)) return null;
  return idsOf(text).has(anchor) ? null : "no such place in it";
}

await test("every link and picture is there", () => {
  const wrong = [];
  let count = 0;
  for (const [page, text] of contents)
    for (const [, link] of text.matchAll(/\s(?:href|src)="([^"]*)"/g)) {
      if (/^[a-z]+:/.test(link)) continue;
      count++;
      const why = wrongWith(page, link);
      if (why) wrong.push(`${page.slice(site.length + 1)}: ${link}: ${why}`);
    }
  assert.deepEqual(wrong, []);
  assert.ok(count > 500);
});

await test("nothing is fetched from elsewhere", () => {
  for (const [page, text] of contents)
    assert.doesNotMatch(text, /<(script|link|img|iframe)[^>]*(src|href)="https?:/, page);
});

const browser = await launch(modules);
const context = await browser.newContext({ viewport: { width: 1200, height: 900 } });
const page = await context.newPage();
const open = (path) => page.goto(pathToFileURL(join(site, path)).href);

await test("a lesson's run is played in its text", async () => {
  await open("docs/lessons/06-first-syn-lost.html");
  await page.locator(".play summary").first().click();
  const frame = page.frameLocator(".play iframe").first();
  await frame.locator("#ladder svg").waitFor();
  assert.match(await frame.locator("#ladder .title").textContent(), /The first SYN is lost/);
  await page.screenshot({ path: join(pictures, "lesson.png") });
});

await test("a scenario of the gallery opens in the page", async () => {
  await open("index.html");
  await page.screenshot({ path: join(pictures, "gallery.png") });
  await page.locator('a[href$="#f=scenarios/teardown/simultaneous-close.scn"]').click();
  await page.locator("#ladder svg").waitFor();
  assert.match(await page.title(), /tcpwaltz$/);
});

const isAccessible = await accessibility(modules);
for (const path of ["index.html", "docs/lessons/01-three-segments.html", "docs/scenario-language.html"])
  await test(`axe finds nothing serious in ${path}`, async () => {
    await open(path);
    await isAccessible(page);
  });

await browser.close();
process.exit(finish());
