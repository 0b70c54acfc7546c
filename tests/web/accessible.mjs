// axe-core's word on a page: what is serious is a failure.

import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { required } from "./browser.mjs";

export async function accessibility(modules) {
  const { default: axe } = await import(pathToFileURL(required(modules).resolve("axe-core")).href);

  return async (page) => {
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate(() => window.axe.run(document, { preload: false }));
    const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    const places = ({ html, any }) => `${html.slice(0, 120)} ${any[0]?.message ?? ""}`;
    assert.deepEqual(
      serious.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(places).join("; ")}`),
      [],
    );
  };
}
